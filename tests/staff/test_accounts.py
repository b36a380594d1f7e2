"""Accounts: opened by whoever decides who serves, entered by a link that works once, let in again after a pause."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from staff import appointing
from staff.models import StaffChange, User
from staff.refusals import AccountIsClosed, NotOneself, NotYoursToGive, UsernameTaken
from tests.staff.factories import (
    DAFANG,
    DAFANG_VILLAGE,
    FENGPING,
    PASSWORD,
    YANJIAO,
    ZHIJIN,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
NEW = "/people/new/"
CHOSEN = "a-bridge-over-wujiang-7"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def supervisor():
    return UserFactory(supervisor=True, language="en", display_name="Chen")


@pytest.fixture
def cadre():
    return UserFactory(village_cadre=True, display_name="Wang", username="wang")


@pytest.fixture
def boss(client, supervisor):
    client.force_login(supervisor)
    return client


def colleague(**typed) -> dict:
    return {
        "display_name": "李国琴", "username": "liguoqin", "phone": "13800001234", "role": "village_cadre",
        "area": YANJIAO, "starts_on": TODAY.isoformat(),
    } | typed  # fmt: skip


def told(user) -> list[tuple]:
    return [(change.what, change.by) for change in user.changes.order_by("pk")]


def link_in(response) -> str:
    found = re.search(r'id="password_link" value="http://testserver([^"]+)"', response.content.decode())
    return found[1] if found else ""


def choose(client, link: str, password: str = CHOSEN):
    """Open the link and fill in what stands behind it."""
    opened = client.get(link, follow=True)
    return client.post(opened.request["PATH_INFO"], {"new_password1": password, "new_password2": password}, follow=True)


def may_sign_in(client, username: str, password: str) -> bool:
    client.logout()
    return client.post("/login/", {"username": username, "password": password}).status_code == 302


# ---- a new colleague -----------------------------------------------------------------------------------------------


def test_an_account_is_opened_with_its_posting_and_a_link_that_is_shown_once(boss, supervisor):
    shown = boss.post(NEW, colleague(), follow=True)

    user = User.objects.get(username="liguoqin")
    (posting,) = user.postings.all()
    assert (user.display_name, user.phone, user.has_usable_password()) == ("李国琴", "13800001234", False)
    assert (posting.role, posting.area_id, posting.starts_on) == ("village_cadre", YANJIAO, TODAY)
    assert told(user) == [("created", supervisor), ("posted", supervisor), ("link_given", supervisor)]
    assert link_in(shown)
    assert not link_in(boss.get(f"/people/{user.pk}/"))


def test_who_follows_the_link_chooses_a_password_and_signs_in(boss, client):
    link = link_in(boss.post(NEW, colleague(), follow=True))
    client.logout()

    done = choose(client, link)

    user = User.objects.get(username="liguoqin")
    assert done.context["user"] == user
    assert told(user)[-1] == ("password_chosen", user)
    assert may_sign_in(client, "liguoqin", CHOSEN)


@pytest.mark.parametrize("password", ["short", "liguoqin-1", "1234567890123"])
def test_a_weak_password_is_refused_and_the_link_stays(boss, client, password):
    link = link_in(boss.post(NEW, colleague(), follow=True))

    weak = choose(client, link, password)

    assert weak.context["form"].errors
    assert choose(client, link).redirect_chain


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"username": "wang"}, "username"),
        ({"username": "WANG"}, "username"),
        ({"username": "李 国琴"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"area": DAFANG_VILLAGE}, "area"),
        ({"role": "administrator"}, "role"),
        ({"starts_on": ""}, "starts_on"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_no_account_is_there(boss, cadre, typed, field):
    response = boss.post(NEW, colleague(**typed))

    assert (response.status_code, field in response.context["form"].errors) == (422, True)
    assert User.objects.count() == 2


def test_a_role_that_does_not_go_with_the_place_opens_no_account(supervisor):
    with pytest.raises(NotYoursToGive):
        appointing.create_account(
            username="li", display_name="Li", phone="", role="administrator", area=area_of(ZHIJIN), starts_on=TODAY,
            by=supervisor, at=NOON,
        )  # fmt: skip

    assert not User.objects.filter(username="li").exists()


def test_two_who_choose_one_name_at_once_are_told_so(supervisor, cadre):
    with pytest.raises(UsernameTaken):
        appointing.create_account(
            username="wang", display_name="Li", phone="", role="village_cadre", area=area_of(YANJIAO), starts_on=TODAY,
            by=supervisor, at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize("role", ["village_cadre", "township_cadre", "auditor", "fair_organiser"])
def test_who_decides_nothing_opens_no_account(client, role):
    client.force_login(UserFactory(**{role: True}))

    assert [client.get(NEW).status_code, client.post(NEW, colleague()).status_code] == [403, 403]


# ---- the link ------------------------------------------------------------------------------------------------------


def test_a_link_works_once(supervisor, cadre, client):
    link = appointing.give_link(user=cadre, by=supervisor, at=NOON)
    choose(client, link)

    assert not client.get(link, follow=True).context["validlink"]


def test_a_newer_link_ends_the_older_one(supervisor, cadre, client):
    older = appointing.give_link(user=cadre, by=supervisor, at=NOON)
    newer = appointing.give_link(user=cadre, by=supervisor, at=NOON)

    assert [client.get(link, follow=True).context["validlink"] for link in (older, newer)] == [False, True]


@pytest.mark.parametrize(("hours", "works"), [(47, True), (49, False)])
def test_a_link_lasts_two_days(supervisor, cadre, client, clock, hours, works):
    link = appointing.give_link(user=cadre, by=supervisor, at=NOON)
    clock.shift(timedelta(hours=hours))

    assert client.get(link, follow=True).context["validlink"] is works


def test_the_old_password_and_what_is_signed_in_end_with_a_new_link(supervisor, cadre, client):
    client.force_login(cadre)

    appointing.give_link(user=cadre, by=supervisor, at=NOON)

    assert client.get("/me/").status_code == 302
    assert not may_sign_in(client, "wang", PASSWORD)


def test_a_closed_account_gets_no_link_and_its_link_opens_nothing(supervisor, cadre, client):
    link = appointing.give_link(user=cadre, by=supervisor, at=NOON)
    appointing.deactivate(user=cadre, by=supervisor, at=NOON)

    assert not client.get(link, follow=True).context["validlink"]
    with pytest.raises(AccountIsClosed):
        appointing.give_link(user=cadre, by=supervisor, at=NOON)


def test_nobody_gives_a_link_to_somebody_who_also_serves_where_it_is_not_theirs(supervisor, cadre):
    PostingFactory(user=cadre, role="administrator", area=area_of(ZHIJIN), starts_on=TODAY)

    with pytest.raises(NotYoursToGive):
        appointing.give_link(user=cadre, by=supervisor, at=NOON)
    with pytest.raises(NotOneself):
        appointing.give_link(user=supervisor, by=supervisor, at=NOON)


def test_outside_the_area_there_is_nobody_to_give_a_link_to(client, cadre):
    client.force_login(UserFactory(supervisor=True, posted=DAFANG))

    for what in ("link", "unlock"):
        assert client.post(f"/people/{cadre.pk}/{what}/").status_code == 404
    assert told(cadre) == []


# ---- wrong passwords -----------------------------------------------------------------------------------------------


def pause(client):
    for _ in range(5):
        client.post("/login/", {"username": "wang", "password": "wrong-password-1"})


def test_somebody_paused_is_let_in_again_and_it_is_written_down(client, supervisor, cadre):
    pause(client)
    assert not may_sign_in(client, "wang", PASSWORD)
    client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/people/{cadre.pk}/")

    client.post(f"/people/{cadre.pk}/unlock/")

    assert page.context["is_paused"] is True
    assert told(cadre) == [("unlocked", supervisor)]
    assert may_sign_in(client, "wang", PASSWORD)


def test_who_is_not_paused_needs_no_letting_in(supervisor, cadre):
    appointing.unlock(user=cadre, by=supervisor, at=NOON)

    assert told(cadre) == []


def test_after_half_an_hour_nobody_is_paused(client, supervisor, cadre):
    pause(client)

    assert appointing.is_paused(cadre, NOON)
    assert not appointing.is_paused(cadre, NOON + timedelta(minutes=31))


def test_choosing_a_password_by_the_link_ends_the_pause(client, supervisor, cadre):
    pause(client)

    choose(client, appointing.give_link(user=cadre, by=supervisor, at=NOON))

    assert may_sign_in(client, "wang", CHOSEN)


def test_the_database_keeps_days_and_postings_to_the_lines_they_belong_to(supervisor, cadre):
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffChange.objects.create(user=cadre, what="link_given", by=supervisor, at=NOON, day=TODAY)
    assert cadre.postings.get().area_id == FENGPING
