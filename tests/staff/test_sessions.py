"""Where somebody is signed in: listed in plain words, ended one by one or all at once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staff import appointing
from staff.models import OpenSession
from staff.signing_in.devices import device_of, device_words, masked
from staff.signing_in.sessions import forget_expired, sessions_of
from tests.staff.factories import DAFANG, PASSWORD, UserFactory
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db

ME, LIST = "/me/", "/me/sessions/"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; M2101K7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wang():
    return UserFactory(village_cadre=True, username="wang", language="en")


def sign_in(header=DESK, username="wang") -> Client:
    client = Client(headers={"user-agent": header}, REMOTE_ADDR="120.24.7.8")
    client.post("/login/", {"username": username, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    "header, words",
    [
        (PHONE, "Chrome/Android"),
        (DESK, "Firefox/Windows"),
        (DESK.replace("Firefox", "Edg"), "Edge/Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_2) Version/17.2 Mobile Safari/604.1", "Safari/iPhone"),
        (PHONE + " MicroMessenger/8.0", "WeChat/Android"),
        ("curl/8", "/"),
        ("", "/"),
    ],
)
def test_a_browser_is_known_by_two_names(header, words):
    assert device_of(header) == words


def test_of_an_address_the_first_half_is_shown():
    assert [masked(ip) for ip in ("120.24.7.8", "240e:aa:1::5", None)] == ["120.24.*.*", "240e:00aa:0001:*", ""]


def test_one_sees_where_one_is_signed_in_this_one_first(wang, clock):
    sign_in(PHONE)
    clock.shift(timedelta(hours=1))
    here = sign_in(DESK)

    lines = here.get(LIST).context["lines"]

    assert [(line.device, line.place, line.is_this_one) for line in lines] == [
        (device_words("Firefox/Windows"), "120.24.*.*", True),
        (device_words("Chrome/Android"), "120.24.*.*", False),
    ]
    assert lines[1].since == NOON


def test_signed_out_there_and_everywhere_else(wang):
    there, third, here = sign_in(PHONE), sign_in(), sign_in()
    key = next(line.key for line in here.get(LIST).context["lines"] if "Android" in line.device)

    here.post("/me/sessions/end/", {"key": key})
    assert [client.get(ME).status_code for client in (there, third, here)] == [302, 200, 200]

    here.post("/me/sessions/end-others/")
    assert [client.get(ME).status_code for client in (third, here)] == [302, 200]


def test_nobody_ends_the_session_of_somebody_else(wang):
    UserFactory(village_cadre=True, username="li")
    hers, mine = sign_in(username="li"), sign_in()
    key = OpenSession.objects.get(user__username="li").pk

    mine.post("/me/sessions/end/", {"key": key})
    mine.post("/me/sessions/end-others/")

    assert hers.get(ME).status_code == 200


def test_what_stands_in_the_table_opens_no_session(wang):
    client = sign_in()
    row = OpenSession.objects.get(user=wang)
    thief = Client()
    thief.cookies["sessionid"] = row.pk

    assert row.pk != client.cookies["sessionid"].value
    assert thief.get(ME).status_code == 302


def test_last_seen_is_written_once_in_five_minutes(wang, clock):
    client = sign_in()
    client.get(ME)  # the first page draws the token for its forms
    seen = []
    for minutes in (1, 3, 2, 1):
        clock.shift(timedelta(minutes=minutes))
        with CaptureQueriesContext(connection) as asked:
            client.get(ME)
        seen.append(sum("last_seen_at" in query["sql"] and query["sql"].startswith("UPDATE") for query in asked))

    assert seen == [0, 0, 1, 0]
    assert OpenSession.objects.get(user=wang).last_seen_at == NOON + timedelta(minutes=6)


@pytest.mark.parametrize("deed", ["deactivate", "give_link", "sign_out"])
def test_closing_an_account_a_new_link_and_an_administrator_end_what_is_open(wang, deed):
    client, administrator = sign_in(), UserFactory(administrator=True)

    getattr(appointing, deed)(user=wang, by=administrator, at=NOON)

    assert (OpenSession.objects.filter(user=wang).count(), client.get(ME).status_code) == (0, 302)


def test_changing_the_password_ends_the_others(wang):
    other, here = sign_in(), sign_in()
    new = "quiet-valley-morning"

    here.post("/me/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert (OpenSession.objects.filter(user=wang).count(), here.get(ME).status_code) == (1, 200)
    assert other.get(ME).status_code == 302


def test_who_was_signed_out_by_an_administrator_is_told_by_whom(wang, clock):
    sign_in()
    boss, desk = UserFactory(administrator=True, display_name="Zhao"), Client()
    desk.force_login(boss)
    shown = desk.get(f"/people/{wang.pk}/")
    clock.shift(timedelta(minutes=1))

    desk.post(f"/people/{wang.pk}/sign-out/")

    assert [line.device for line in shown.context["sessions"]] == [device_words("Firefox/Windows")]
    clock.shift(timedelta(minutes=1))
    assert "Zhao signed you out everywhere" in sign_in().get(ME).content.decode()
    assert [(change.what, change.by) for change in wang.changes.all()] == [("sessions_ended", boss)]


def test_outside_the_area_there_is_nobody_to_sign_out(client, wang):
    here = sign_in()
    client.force_login(UserFactory(administrator=True, posted=DAFANG))

    assert client.post(f"/people/{wang.pk}/sign-out/").status_code == 404
    assert here.get(ME).status_code == 200


def test_what_is_over_is_forgotten_and_nothing_else(wang, clock):
    sign_in()
    clock.shift(timedelta(hours=7))
    sign_in(PHONE)
    clock.shift(timedelta(hours=6))

    assert forget_expired() == 1
    assert [line.device for line in sessions_of(wang, at=NOON)] == [device_words("Chrome/Android")]
