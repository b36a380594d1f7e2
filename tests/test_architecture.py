"""The direction of the house, beyond imports (those are import-linter's, in pyproject.toml)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
JOURNEY = settings.JOURNEY


def foreign_keys() -> list[tuple[str, str, str]]:
    """(app, model.field, app it points to) for each relation between two of our apps."""
    return [
        (model._meta.app_label, f"{model.__name__}.{field.name}", field.related_model._meta.app_label)
        for model in apps.get_models()
        if model._meta.app_label in JOURNEY
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
        if field.related_model._meta.app_label in JOURNEY
    ]


def test_foreign_keys_point_to_the_same_or_an_earlier_stage():
    against = [
        f"{app}.{field} points to {to}" for app, field, to in foreign_keys() if JOURNEY.index(to) > JOURNEY.index(app)
    ]

    assert against == []


def test_foreign_keys_between_stages_are_found_at_all():
    assert ("staff", "Posting.area", "areas") in foreign_keys()


def test_imports_go_down_the_journey():
    found = subprocess.run(["lint-imports"], cwd=ROOT, env=environment(), capture_output=True, text=True)

    assert found.returncode == 0, found.stdout


def test_nobody_reads_the_key_of_a_text():
    """Outside `notifications` it is handed over and never looked at: what a text is about stands in `about`."""
    reads = re.compile(r"dedupe_keys?\b(?!=)")
    apps_above = JOURNEY[JOURNEY.index("notifications") + 1 :]
    sources = [path for app in apps_above for path in (ROOT / app).rglob("*.py") if path.parent.name != "migrations"]

    assert [str(path.relative_to(ROOT)) for path in sources if reads.search(path.read_text())] == []


def test_the_outbox_does_not_take_its_keys_apart():
    taken_apart = re.compile(r"dedupe_key\w*\)?(\[|\.(r?split|r?partition|removeprefix|startswith))")
    sources = [path for path in (ROOT / "notifications").rglob("*.py") if path.parent.name != "migrations"]

    assert [path.name for path in sources if taken_apart.search(path.read_text())] == []


@pytest.mark.parametrize("without", ["insights", "transport,insights", "fairs,transport,insights"])
def test_earlier_stages_load_without_the_later_ones(without):
    """Among the checks is one that loads every address, and with it every view."""
    checked = manage("check", without=without)

    assert (checked.returncode, checked.stderr) == (0, "")


def manage(*arguments: str, without: str) -> subprocess.CompletedProcess:
    env = {**environment(), "WAYFARE_WITHOUT": without}
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True)


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
