"""Production refuses to start half configured; a developer's machine makes up what it needs."""

import json
import os
import stat
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import databases, environment, production
from notifications import gateways
from notifications.gateways import twilio

ROOT = Path(__file__).resolve().parent.parent.parent
COMPLETE = {
    "SECRET_KEY": "x0Lf4-nKq82_sWe7RtYhGzUiOpA3bVcM",
    "ALLOWED_HOSTS": "wayfare.example",
    "FIELD_KEYS": "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "BLIND_INDEX_KEY": "QUJDREVGR0hJSktMTU5PUEFCQ0RFRkdISUpLTE1OT1A=",
    "DATABASE_URL": "postgres://somebody:secret@127.0.0.1:1/wayfare",
    "PUBLIC_BASE_URL": "https://wayfare.example",
    "WAYFARE_SMS_GATEWAY": "sandbox",
}


SAY = "from django.conf import settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
ASK_AT_BOTH = """
import django
django.setup()
from django.test import Client
print(*[Client().get("/healthz", headers={"host": host}).status_code for host in ("127.0.0.1:4711", "other.example")])
"""


def start_in_production(code: str = SAY, **variables: str) -> subprocess.CompletedProcess:
    env = {"PATH": os.environ["PATH"], "WAYFARE_ENV": "production", "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**env, **variables}, capture_output=True, text=True
    )


def test_production_starts_when_everything_is_named():
    started = start_in_production(**COMPLETE, WAYFARE_DEBUG="1")

    assert (started.stdout, started.returncode) == ("False True True\n", 0), started.stderr


def test_the_supervisor_of_a_production_may_ask_its_web_whether_it_is_alive():
    assert start_in_production(ASK_AT_BOTH, **COMPLETE).stdout == "200 400\n"


@pytest.fixture
def refusals(monkeypatch):
    """What the check says of these variables, a line each; an empty one is not set."""

    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)

    def check(**variables: str) -> list[str]:
        for name, value in (COMPLETE | variables).items():
            monkeypatch.setenv(name, value)
        try:
            production.check()
        except ImproperlyConfigured as refused:
            return [line.strip() for line in str(refused).splitlines()[1:]]
        return []

    return check


@pytest.mark.parametrize("host", [".example", "Wayfare.Example"])
def test_a_public_address_may_be_covered_by_a_domain(host, refusals):
    assert refusals(ALLOWED_HOSTS=host) == []


def test_a_whole_gateway_is_taken_and_the_check_knows_every_gateway_and_what_it_needs(refusals):
    assert refusals(WAYFARE_SMS_GATEWAY="twilio", **dict.fromkeys(production.GATEWAYS["twilio"], "said")) == []
    assert set(production.GATEWAYS) == set(gateways.GATEWAYS)
    assert {*production.GATEWAYS["twilio"], "PUBLIC_BASE_URL"} == set(twilio.NEEDED)


def test_production_names_everything_missing_at_once():
    refused = start_in_production()

    named = [name for name in COMPLETE if f"  {name} is not set (" in refused.stderr]
    assert (named, refused.returncode) == (list(COMPLETE), 1)


@pytest.mark.parametrize("missing", COMPLETE)
def test_production_refuses_without(missing, refusals):
    lines = [line for line in refusals(**{missing: ""}) if " is not set (" in line]

    assert [line.split()[0] for line in lines] == [missing]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "geheim"),
        ("SECRET_KEY", "ab" * 40),
        ("SECRET_KEY", "django-insecure-x0Lf4-nKq82_sWe7RtYhGzUiOpA3bVcM"),
        ("FIELD_KEYS", "k1:not base64"),
        ("FIELD_KEYS", "k1:c2hvcnQ="),
        ("FIELD_KEYS", f"k1:{b64encode(bytes(32)).decode()}"),
        ("FIELD_KEYS", COMPLETE["FIELD_KEYS"].partition(":")[2]),
        ("FIELD_KEYS", f"k1:{COMPLETE['BLIND_INDEX_KEY']}"),
        ("FIELD_KEYS", COMPLETE["FIELD_KEYS"] + ",k2" + COMPLETE["FIELD_KEYS"][2:]),
        ("FIELD_KEYS", COMPLETE["FIELD_KEYS"] + ",k1:YWJjZGVmZ2hpamtsbW5vcGFiY2RlZmdoaWprbG1ub3A="),
        ("BLIND_INDEX_KEY", "x"),
        ("WAYFARE_METRICS_TOKEN", "kurz"),
        ("ALLOWED_HOSTS", "wayfare.example,*"),
        ("ALLOWED_HOSTS", "*.example,wayfare.example"),
        ("CSRF_TRUSTED_ORIGINS", "http://wayfare.example"),
        ("CSRF_TRUSTED_ORIGINS", "https://*"),
        ("PUBLIC_BASE_URL", "http://wayfare.example"),
        ("PUBLIC_BASE_URL", "wayfare.example"),
        ("PUBLIC_BASE_URL", "https://wayfare.example/letters"),
        ("PUBLIC_BASE_URL", "https://localhost:8000"),
        ("PUBLIC_BASE_URL", "https://192.168.1.20"),
        ("PUBLIC_BASE_URL", "https://another.example"),
        ("WAYFARE_SMS_GATEWAY", "twillio"),
        ("WAYFARE_SMS_GATEWAY", "twilio"),
        ("DATABASE_URL", "mysql://somebody:secret@host/wayfare"),
        ("DATABASE_OWNER_URL", "nonsense"),
        ("CELERY_BROKER_URL", "sqs://somewhere"),
    ],
)
def test_production_refuses_what_cannot_serve(name, value, refusals):
    """In one line that begins with the variable and says nothing of its value."""
    [line] = refusals(**{name: value})

    assert line.startswith(name)
    assert value not in line or name == "WAYFARE_SMS_GATEWAY"


def test_secrets_are_made_once_and_readable_by_the_owner_only(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "VAR", tmp_path)
    monkeypatch.setattr(environment, "SECRETS_FILE", tmp_path / "secrets.json")

    first = environment.kept_secrets()
    environment.write_secrets(environment.new_secrets())

    assert environment.kept_secrets() == first
    assert stat.S_IMODE(environment.SECRETS_FILE.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]
    assert set(json.loads(environment.SECRETS_FILE.read_text())) == {"SECRET_KEY", "FIELD_KEYS", "BLIND_INDEX_KEY"}


def test_an_unknown_environment_is_refused(monkeypatch):
    monkeypatch.setenv("WAYFARE_ENV", "prod")

    with pytest.raises(ImproperlyConfigured, match="must be one of development, test, production"):
        environment.which()


@pytest.mark.parametrize("url", ["mysql://a:b@c/d", "sqlite:///x.db", "postgres://host-only", "nonsense"])
def test_another_engine_or_a_broken_address_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must read"):
        databases.from_url(url)


def test_an_address_is_taken_apart():
    assert databases.from_url("postgres://a%40b:p%3Aq@db.example:5433/wayfare?sslmode=require") == {
        "user": "a@b",
        "password": "p:q",
        "host": "db.example",
        "port": "5433",
        "dbname": "wayfare",
        "sslmode": "require",
    }


def test_tests_and_what_they_start_live_on_the_day_that_is_named():
    """Two processes, one started by the other, as a running system is started by its test."""
    hour = "import django; django.setup(); from django.utils import timezone; print(f'{timezone.localtime():%F %H}')"
    start_another = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hour!r}], check=True)"
    env = {**os.environ, "WAYFARE_TEST_TODAY": "2028-02-29"}
    env.pop("WAYFARE_CLOCK_AHEAD", None)

    told = subprocess.run(
        [sys.executable, "-c", f"import tests.environment; {start_another}; {hour}"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert told.stdout.splitlines() == ["2028-02-29 10"] * 2
