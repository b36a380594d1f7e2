"""Sign-ins that look like somebody else's: what is odd, who is asked, and who sees the list."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staff.models import OpenSession, SignIn
from staff.signing_in import alarms
from staff.signing_in.entering import MARK
from tests.staff.factories import DAFANG, PASSWORD, UserFactory
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db

ME, LIST = "/me/", "/sign-ins/"
CHOSEN = "a-bridge-over-wujiang-7"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wang():
    return UserFactory(village_cadre=True, username="wang", language="en")


@pytest.fixture
def phone(wang):
    """Known since yesterday, and signed in now."""
    browser = Client()
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        sign_in(browser)
    sign_in(browser)
    return browser


def sign_in(browser: Client | None = None, password=PASSWORD) -> Client:
    browser = browser or Client()
    browser.post("/login/", {"username": "wang", "password": password})
    return browser


def odd() -> list[str]:
    return SignIn.objects.latest("pk").odd


def is_asked(browser: Client) -> bool:
    return "Was that you?" in browser.get(ME).content.decode()


def test_a_first_sign_in_and_one_from_a_known_browser_are_not_odd(phone):
    assert list(SignIn.objects.values_list("odd", flat=True)) == [[], []]
    assert not is_asked(phone)


def test_a_browser_seen_for_the_first_time_is_odd_and_known_after(phone):
    other = sign_in()
    assert odd() == ["new_device"]

    other.post("/logout/")
    sign_in(other)

    assert odd() == []


def test_the_mark_of_a_browser_is_kept_from_scripts_and_stands_nowhere_in_clear(wang):
    cookie = sign_in().cookies[MARK]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie.value.encode() not in bytes(SignIn.objects.get().device_blind)


@pytest.mark.parametrize("hour, is_odd", [(21, False), (22, True), (5, True), (6, False)])
def test_at_night_it_is_odd_by_the_clock_of_bijie(wang, clock, hour, is_odd):
    clock.move_to(NOON.replace(hour=0) - timedelta(hours=8) + timedelta(hours=hour))  # NOON is told in UTC
    sign_in()

    assert ("odd_hour" in odd()) is is_odd


@pytest.mark.parametrize("wrong, is_odd", [(2, False), (3, True)])
def test_after_several_wrong_passwords_it_is_odd(phone, wrong, is_odd):
    phone.post("/logout/")
    for _ in range(wrong):
        sign_in(phone, password="wrong-password-1")
    sign_in(phone)

    assert ("many_failures" in odd()) is is_odd


@pytest.mark.parametrize("days, is_odd", [(59, False), (60, True)])
def test_after_a_long_rest_it_is_odd(phone, clock, days, is_odd):
    clock.shift(timedelta(days=days))

    sign_in(phone)

    assert ("long_rest" in odd()) is is_odd


def test_one_is_asked_on_the_devices_that_are_open_and_never_on_the_odd_one(phone):
    thief = sign_in()

    assert (is_asked(phone), is_asked(thief)) == (True, False)


def test_a_second_new_device_does_not_answer_for_the_first(phone):
    sign_in()
    second = sign_in()

    refused = second.post("/me/sign-in/mine/")

    assert (is_asked(second), refused.status_code, is_asked(phone)) == (False, 409, True)


def test_a_thief_who_signs_in_again_does_not_answer_for_himself(phone, clock):
    """Neither by the same new device nor by a second one, however often."""
    thief, second = sign_in(), sign_in()
    for browser in (second, thief, second):
        browser.post("/logout/")
        sign_in(browser)

    answers = [browser.post(f"/me/sign-in/{what}/") for browser in (thief, second) for what in ("mine", "not-mine")]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert (is_asked(thief), is_asked(second), is_asked(phone)) == (False, False, True)


def test_a_thief_who_is_in_does_not_answer_for_the_owner(phone, clock):
    thief = sign_in()
    phone.post("/logout/")
    clock.move_to(NOON.replace(hour=15))  # 23:00 in Bijie
    sign_in(phone)

    refused = thief.post("/me/sign-in/not-mine/")

    assert odd() == ["odd_hour"]
    assert (is_asked(thief), refused.status_code, is_asked(phone)) == (False, 409, True)


def test_an_answer_about_one_device_is_none_about_another(phone):
    """Who says that the desk was theirs is then asked about the other."""
    sign_in()
    desk = sign_in()

    phone.post("/me/sign-in/mine/")
    still_asked = is_asked(phone)
    phone.post("/me/sign-in/not-mine/")

    assert (still_asked, desk.get(ME).status_code) == (True, 302)
    assert list(SignIn.objects.exclude(odd=[]).order_by("pk").values_list("answer", flat=True)) == ["not_me", "mine"]


def test_a_device_that_somebody_has_answered_for_answers_for_others(phone):
    desk = sign_in()
    phone.post("/me/sign-in/mine/")
    sign_in()

    assert (is_asked(desk), is_asked(phone)) == (True, True)


def test_who_was_signed_out_meanwhile_is_asked_at_the_next_sign_in(phone, clock):
    phone.post("/logout/")
    sign_in()
    clock.shift(timedelta(hours=3))

    sign_in(phone)

    assert is_asked(phone)


def test_it_was_me_ends_the_question_everywhere(phone):
    sign_in()

    phone.post("/me/sign-in/mine/")

    assert (is_asked(phone), SignIn.objects.latest("pk").answer) == (False, "mine")
    phone.post("/logout/")
    sign_in(phone)
    assert not is_asked(phone)


def test_not_me_signs_everybody_out_and_asks_for_a_new_password_at_once(wang, phone):
    thief = sign_in()

    led = phone.post("/me/sign-in/not-mine/", follow=True)

    assert (led.context["validlink"], thief.get(ME).status_code) == (True, 302)
    assert OpenSession.objects.filter(user=wang).count() == 0
    assert sign_in(thief).get(ME).status_code == 302
    assert [(change.what, change.by) for change in wang.changes.all()] == [("not_me", wang)]
    phone.post(led.request["PATH_INFO"], {"new_password1": CHOSEN, "new_password2": CHOSEN})
    assert phone.get(ME).status_code == 200
    assert SignIn.objects.filter(answer="not_me").count() == 1


def test_nobody_is_asked_for_nothing(phone):
    assert [phone.post(f"/me/sign-in/{what}/").status_code for what in ("mine", "not-mine")] == [409, 409]


def test_a_page_costs_no_query_more_for_who_is_not_asked(phone):
    phone.get(ME)
    with CaptureQueriesContext(connection) as asked:
        phone.get(ME)

    assert [query["sql"] for query in asked if "staff_signin" in query["sql"]] == []


def test_the_administrator_of_the_area_sees_the_odd_ones_newest_first_and_the_answers(phone, clock, client):
    sign_in()
    phone.post("/me/sign-in/mine/")
    clock.shift(timedelta(minutes=1))
    sign_in()
    there, elsewhere = UserFactory(administrator=True), UserFactory(administrator=True, posted=DAFANG)
    client.force_login(there)
    page = client.get(LIST)
    client.force_login(elsewhere)

    assert [row.answer for row, *_words in page.context["lines"]] == ["", "mine"]
    assert client.get(LIST).context["lines"] == []
    client.force_login(UserFactory(auditor=True))
    assert client.get(LIST).status_code == 403


def test_old_sign_ins_are_forgotten(phone):
    assert alarms.forget_old(at=NOON + timedelta(days=400)) == 1
    assert SignIn.objects.count() == 1
