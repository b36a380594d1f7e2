"""The code at sign-in: set up on a phone, asked for after the password, lost and reset."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kit.sealing import crypto
from staff import appointing
from staff.models import Authenticator, OpenSession, RecoveryCode
from staff.refusals import NotOneself, NotYoursToGive
from staff.signing_in import second_factor
from tests.staff.codes import RECOVERY, other_than, phone_of, shown
from tests.staff.factories import DAFANG, PASSWORD, UserFactory
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db

LOGIN, CODE, SETUP, CODES_SHOWN, ME = "/login/", "/login/code/", "/me/code/setup/", "/me/code/recovery/", "/me/"
CHOSEN = "a-bridge-over-wujiang-7"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def demanded(settings):
    settings.WAYFARE_SECOND_FACTOR = "required"


@pytest.fixture
def chen():
    return UserFactory(supervisor=True, username="chen", display_name="Chen", language="en")


@pytest.fixture
def phone(chen):
    return phone_of(chen)


def give_password(client, username="chen", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def give(client, code):
    return client.post(CODE, {"code": code})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def told(user) -> list[tuple]:
    return [(change.what, change.by) for change in user.changes.order_by("pk")]


def wrong(phone) -> str:
    return other_than(*(shown(phone, steps=steps) for steps in (-1, 0, 1)))


# ---- the journey: led to set it up, codes kept, signed in with it ---------------------------------------------------


def test_who_must_have_one_is_led_to_it_and_opens_nothing_else_before(client, demanded, chen):
    give_password(client)

    ends = [client.get(path).headers.get("Location") for path in ("/", ME, "/people/", "/me/password/")]
    pressed = client.post("/people/new/", {})
    part = client.get(ME, headers={"HX-Request": "true"})

    assert ends == [SETUP] * 4
    assert (pressed.headers["Location"], part.headers["HX-Redirect"]) == (SETUP, SETUP)
    assert client.get(SETUP).status_code == 200


def test_it_is_set_up_with_a_first_code_and_ten_recovery_codes_are_shown_until_they_are_kept(client, demanded, chen):
    give_password(client)
    page = client.get(SETUP).content.decode()
    key = key_on(page)
    refused = client.post(SETUP, {"code": wrong(key)})
    assert key_on(refused.content.decode()) == key

    codes = client.post(SETUP, {"code": shown(key)}, follow=True)

    listed = listed_on(codes)
    assert (refused.status_code, len(set(listed))) == (409, 10)
    assert [client.head(CODES_SHOWN).status_code, *shown_codes(client)] == [200, *listed]
    assert client.post(CODES_SHOWN)["Location"] == "/"
    assert client.get(CODES_SHOWN)["Location"] == "/me/code/"
    assert client.get(ME).status_code == 200
    assert told(chen) == [("factor_on", chen)]
    assert all(listed[0].replace(" ", "").encode() not in bytes(code.code_blind) for code in RecoveryCode.objects.all())
    client.logout()
    give_password(client)
    assert client.post(CODE, {"recovery": listed[3].upper()})["Location"] == "/"


def test_a_page_of_recovery_codes_that_was_lost_on_its_way_comes_again_for_ten_minutes(client, clock, chen):
    give_password(client)
    key = key_on(client.get(SETUP).content.decode())
    client.post(SETUP, {"code": shown(key)})

    clock.shift(timedelta(minutes=9))
    later = len(shown_codes(client))
    clock.shift(timedelta(minutes=2))
    client.get(ME)

    assert (later, "recovery_codes" in client.session) == (10, False)
    assert client.get(CODES_SHOWN)["Location"] == "/me/code/"


def shown_codes(client) -> list[str]:
    return listed_on(client.get(CODES_SHOWN))


def listed_on(page) -> list[str]:
    return re.findall(r"<li>(\w{4} \w{4} \w{4})</li>", page.content.decode())


def key_on(page: str) -> bytes:
    """Typed off the page, as for an app that cannot scan."""
    typed = re.search(r'wf-typed-key">([^<]+)<', page)[1]
    return base64.b32decode(typed.replace(" ", ""))


def test_nobody_is_demanded_one_where_it_is_only_offered_nor_a_cadre_anywhere(client, settings, chen):
    give_password(client)
    assert client.get(ME).status_code == 200

    settings.WAYFARE_SECOND_FACTOR = "required"
    cadre = UserFactory(village_cadre=True, username="wang")
    other = Client()
    give_password(other, username=cadre.username)

    assert (other.get(ME).status_code, other.get(SETUP).status_code) == (200, 200)


def test_setting_it_up_signs_other_devices_out(client, chen):
    other = Client()
    give_password(other)
    give_password(client)

    client.post(SETUP, {"code": shown(key_on(client.get(SETUP).content.decode()))})

    assert (signed_in(client), other.get(ME).status_code) == (True, 302)


def test_with_the_password_alone_nobody_is_in(client, chen, phone):
    asked = give_password(client, next="/people/")

    assert (asked["Location"], signed_in(client)) == (CODE, False)
    assert client.get(ME)["Location"].startswith(LOGIN)
    assert give(client, f"{shown(phone)[:3]} {shown(phone)[3:]}")["Location"] == "/people/"
    assert signed_in(client)


def test_a_code_alone_signs_nobody_in(client, chen, phone):
    assert client.get(CODE)["Location"] == LOGIN
    assert give(client, shown(phone))["Location"] == LOGIN


def test_who_takes_too_long_or_whose_password_changed_meanwhile_begins_again(client, clock, chen, phone):
    give_password(client)
    clock.shift(timedelta(minutes=11))
    assert give(client, shown(phone))["Location"] == LOGIN

    give_password(client)
    chen.set_password(CHOSEN)
    chen.save()
    assert give(client, shown(phone))["Location"] == LOGIN


@pytest.mark.parametrize("typed", ["１２３４５６", "123 456"])
def test_full_width_digits_and_blanks_are_read(typed):
    assert second_factor._plain(typed) == "123456"


@pytest.mark.parametrize("steps, fits", [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_phone_may_be_off_by_half_a_minute(client, chen, phone, steps, fits):
    give_password(client)

    give(client, shown(phone, steps=steps))

    assert signed_in(client) is fits


def test_the_password_by_a_link_still_asks_for_the_code(client, chen, phone):
    administrator = UserFactory(administrator=True)
    link = appointing.give_link(user=chen, by=administrator, at=NOON)
    opened = client.get(link, follow=True)

    done = client.post(opened.request["PATH_INFO"], {"new_password1": CHOSEN, "new_password2": CHOSEN})

    assert (done["Location"], signed_in(client)) == (CODE, False)
    assert give(client, shown(phone)).status_code == 302
    assert signed_in(client)


def test_who_is_signed_in_without_the_code_is_asked_for_it_once_it_is_demanded(client, demanded, chen, phone):
    client.force_login(chen, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/people/")["Location"] == CODE
    assert not signed_in(client)
    assert give(client, shown(phone))["Location"] == "/people/"


# ---- wrong, used, too often -----------------------------------------------------------------------------------------


def test_a_wrong_code_is_refused_in_words_and_the_next_waits(client, clock, chen, phone):
    give_password(client)
    first, second = give(client, wrong(phone)), give(client, shown(phone))
    clock.shift(timedelta(seconds=2))

    assert [answer.status_code for answer in (first, second)] == [409, 409]
    assert [str(answer.context["refusal"].code) for answer in (first, second)] == ["wrong_code", "codes_paused"]
    assert give(client, shown(phone)).status_code == 302


def test_five_wrong_codes_pause_the_name_here_and_the_administrator_lets_them_in(client, clock, chen, phone):
    give_password(client)
    for _ in range(5):
        last = give(client, wrong(phone))
        clock.shift(timedelta(seconds=60))
    page = client.get(CODE)

    assert (last.status_code, page.status_code, give_password(client).status_code) == (429, 429, 429)
    assert appointing.is_paused(chen, NOON + timedelta(minutes=5))
    appointing.unlock(user=chen, by=UserFactory(administrator=True), at=NOON + timedelta(minutes=5))
    give_password(client)
    assert give(client, shown(phone)).status_code == 302


def test_a_code_is_taken_once(client, clock, chen, phone):
    code = shown(phone)
    give_password(client)
    give(client, code)
    client.logout()
    give_password(client)

    again = give(client, code)
    clock.shift(timedelta(seconds=30))

    assert (again.status_code, again.context["refusal"].code) == (409, "code_used")
    assert give(client, shown(phone)).status_code == 302


def test_a_recovery_code_is_taken_once_and_it_is_written_down(client, clock, chen, phone):
    ends = []
    for _ in range(2):
        give_password(client)
        ends.append(client.post(CODE, {"recovery": RECOVERY}))
        client.logout()

    assert [end.status_code for end in ends] == [302, 409]
    assert ends[1].context["refusal"].code == "wrong_recovery_code"
    assert told(chen) == [("recovery_used", chen)]


def test_an_empty_code_is_no_try(client, chen, phone):
    give_password(client)

    assert give(client, "").status_code == 422
    assert Authenticator.objects.get().throttling_failure_count == 0


# ---- turned off, reset ----------------------------------------------------------------------------------------------


def test_turning_it_off_takes_the_password_and_a_code(client, clock, chen, phone):
    give_password(client)
    give(client, shown(phone))
    clock.shift(timedelta(seconds=30))
    off = reverse("staff:factor_off")

    refused = [
        client.post(off, {"off-password": "not-the-one-1", "off-code": shown(phone)}),
        client.post(off, {"off-password": PASSWORD, "off-code": wrong(phone)}),
        client.post(off, {"off-password": PASSWORD, "off-code": ""}),
    ]
    clock.shift(timedelta(seconds=2))
    done = client.post(off, {"off-password": PASSWORD, "off-code": shown(phone)})

    assert [answer.status_code for answer in refused] == [409, 409, 422]
    assert (done["Location"], Authenticator.objects.count(), RecoveryCode.objects.count()) == ("/me/code/", 0, 0)
    assert told(chen) == [("factor_off", chen)]


def test_who_found_a_session_open_guesses_the_password_no_faster_by_turning_the_code_off(client, clock, chen, phone):
    give_password(client)
    give(client, shown(phone))
    clock.shift(timedelta(seconds=30))
    off = reverse("staff:factor_off")

    for _ in range(5):
        client.post(off, {"off-password": "not-the-one-1", "off-code": shown(phone)})
    with_the_right_one = client.post(off, {"off-password": PASSWORD, "off-code": shown(phone)})

    assert (with_the_right_one.status_code, Authenticator.objects.count()) == (429, 1)


def test_new_recovery_codes_end_the_old_ones(client, clock, chen, phone):
    give_password(client)
    give(client, shown(phone))
    clock.shift(timedelta(seconds=30))

    page = client.post(reverse("staff:recovery_codes_anew"), {"anew-code": shown(phone)}, follow=True)

    assert len(re.findall(r"<li>\w{4} \w{4} \w{4}</li>", page.content.decode())) == 10
    client.logout()
    give_password(client)
    assert client.post(CODE, {"recovery": RECOVERY}).status_code == 409


def test_a_lost_phone_is_reset_by_whoever_decides_on_the_account_who_is_named_at_the_next_sign_in(client, chen, phone):
    give_password(client)
    give(client, shown(phone))
    boss, desk = UserFactory(administrator=True, display_name="Zhao"), Client()
    desk.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    assert desk.get(f"/people/{chen.pk}/").context["has_factor"] is True

    desk.post(f"/people/{chen.pk}/code/reset/")

    assert (client.get(ME).status_code, told(chen)[-1]) == (302, ("factor_reset", boss))
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        give_password(client)
        page = client.get(ME).content.decode()
        client.logout()
        give_password(client)
        again = client.get(ME).content.decode()
    assert ["Zhao reset your code at sign-in" in shown_page for shown_page in (page, again)] == [True, False]


def test_nobody_resets_their_own_nor_one_elsewhere(client, chen, phone):
    with pytest.raises(NotOneself):
        second_factor.reset(user=chen, by=chen, at=NOON)
    with pytest.raises(NotYoursToGive):
        second_factor.reset(user=chen, by=UserFactory(township_cadre=True), at=NOON)
    client.force_login(UserFactory(administrator=True, posted=DAFANG))
    assert client.post(f"/people/{chen.pk}/code/reset/").status_code == 404
    assert Authenticator.objects.filter(user=chen).exists()


# ---- at rest --------------------------------------------------------------------------------------------------------


def test_a_key_copied_to_another_account_opens_nothing(chen, phone):
    other = UserFactory(supervisor=True)
    phone_of(other)

    Authenticator.objects.filter(user=other).update(key_cipher=Authenticator.objects.get(user=chen).key_cipher)

    with pytest.raises(crypto.NotOfThisPlace):
        Authenticator.objects.get(user=other).step_of(shown(phone), NOON)


def test_neither_key_nor_recovery_codes_lie_open_in_the_session_before_they_are_seen(client, chen):
    give_password(client)
    key = key_on(client.get(SETUP).content.decode())
    first = " ".join(map(str, client.session.items()))
    client.post(SETUP, {"code": shown(key)})
    kept = " ".join(map(str, client.session.items()))
    codes = shown_codes(client)

    assert (key.hex() in first, codes[0] in kept, OpenSession.objects.count()) == (False, False, 1)
