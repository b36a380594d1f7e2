"""Accounts: opened by whoever decides who serves, entered by a link that works once, let in again after a pause."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from staff import appointing
from staff.forms import FirstPasswordForm
from staff.models import StaffChange, User
from staff.refusals import AccountIsClosed, NotOneself, NotYoursToGive, RoleNotThere, UsernameTaken
from tests.staff.factories import (
    BIJIE,
    DAFANG,
    DAFANG_VILLAGE,
    FENGPING,
    MAOCHANG,
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


@pytest.mark.parametrize(
    "password",
    [
        "short", "liguoqin-1", "1234567890123", "liguoqinliguoqin", "LiGuoQin-liguoqin", "13800001234liguo",
        "李国琴李国琴李国琴李国琴", "abcabcabcabc", "aaaaaaaaaaa1",
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_and_the_link_stays(boss, client, password):
    link = link_in(boss.post(NEW, colleague(), follow=True))

    weak = choose(client, link, password)

    assert (weak.status_code, list(weak.context["form"].errors)) == (422, ["new_password1"])
    assert choose(client, link).redirect_chain


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"username": "wang"}, "username"),
        ({"username": "WANG"}, "username"),
        ({"username": "李 国琴"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "=1+1"}, "display_name"),
        ({"display_name": "行走 123"}, "display_name"),
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


@pytest.mark.parametrize("username", ["wang", "WANG"])
def test_two_who_choose_one_name_at_once_are_told_so(supervisor, cadre, username):
    with pytest.raises(UsernameTaken):
        appointing.create_account(
            username=username, display_name="Li", phone="", role="village_cadre", area=area_of(YANJIAO),
            starts_on=TODAY, by=supervisor, at=NOON,
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


def test_of_two_who_press_at_once_with_one_link_the_second_finds_it_used(supervisor, cadre, client, monkeypatch):
    link = appointing.give_link(user=cadre, by=supervisor, at=NOON)
    second, answers = Client(), []
    page = second.get(link, follow=True).request["PATH_INFO"]
    clean = FirstPasswordForm.clean

    def meanwhile(form):
        monkeypatch.setattr(FirstPasswordForm, "clean", clean)
        answers.append(choose(client, link))
        return clean(form)

    monkeypatch.setattr(FirstPasswordForm, "clean", meanwhile)
    other = "another-quiet-river-4"
    late = second.post(page, {"new_password1": other, "new_password2": other})

    assert (len(answers), late.status_code, "new_password1" in late.content.decode()) == (1, 200, False)
    assert [may_sign_in(client, "wang", password) for password in (CHOSEN, other)] == [True, False]


def test_a_link_lets_nobody_in_as_more_than_its_giver_may_decide_on(supervisor, cadre, client):
    """Who gave it keeps it in a drawer, and the administrator of the city makes an auditor of that cadre."""
    link = appointing.give_link(user=cadre, by=supervisor, at=NOON)
    more = {"role": "township_cadre", "area": area_of(MAOCHANG), "starts_on": TODAY}
    appointing.appoint(user=cadre, **more, by=supervisor, at=NOON)
    still_good = Client().get(link, follow=True).context["validlink"]
    client.force_login(UserFactory(administrator=True, posted=BIJIE))

    asked = {"role": "auditor", "area": DAFANG, "starts_on": TODAY.isoformat()}
    given = client.post(f"/people/{cadre.pk}/postings/", asked, follow=True)

    assert (still_good, Client().get(link, follow=True).context["validlink"]) == (True, False)
    assert [message.level_tag for message in given.context["messages"]] == ["success", "warning"]


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


# ---- what goes together, and what was mistyped ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "area"), [("village_cadre", ZHIJIN), ("village_cadre", MAOCHANG), ("township_cadre", ZHIJIN)]
)
def test_a_cadre_is_not_given_a_wider_place_than_the_role_is_for(boss, supervisor, cadre, role, area):
    page = boss.post(NEW, colleague(role=role, area=area))

    assert (page.status_code, User.objects.filter(username="liguoqin").exists()) == (409, False)
    assert "not held in such a place" in page.content.decode()
    with pytest.raises(RoleNotThere):
        appointing.appoint(user=cadre, role=role, area=area_of(area), starts_on=TODAY, by=supervisor, at=NOON)


def test_the_first_role_offered_goes_together_with_the_place(boss):
    county, township = boss.get(NEW), boss.get(f"{NEW}?area={MAOCHANG}")

    assert township.context["form"].initial["role"] == "township_cadre"
    assert county.context["form"].initial["role"] == "supervisor"


def test_a_wrong_answer_keeps_the_place_that_was_looked_under(boss):
    page = boss.post(NEW, colleague(phone="abc"))

    assert (page.status_code, page.context["area_code"], page.context["form"]["area"].value()) == (
        422,
        MAOCHANG,
        str(YANJIAO),
    )


def test_looking_under_another_place_changes_the_places_alone(boss):
    """What was typed stays: the page takes only the choices of places from the answer."""
    page = boss.get(NEW).content.decode()

    assert 'hx-select="#id_area"' in page
    assert 'hx-target="#id_area"' in page
    assert 'id="id_area"' in boss.get(f"{NEW}?area={MAOCHANG}").content.decode()


@pytest.mark.parametrize("phone", ["abc", "12", "0857-", "5" * 20, "0857-5241032 请打"])
def test_a_work_phone_that_nobody_can_ring_is_refused(boss, phone):
    assert boss.post(NEW, colleague(phone=phone)).status_code == 422


@pytest.mark.parametrize(
    "phone", ["", "12333", "0857-5241032", "+86 138 0000 1234", "0857-5241032转801", "(0857)5241032"]
)
def test_a_work_phone_may_be_of_an_office(boss, phone):
    assert boss.post(NEW, colleague(phone=phone)).status_code == 302


def test_a_name_or_a_number_that_was_mistyped_is_corrected_and_written_down(boss, cadre):
    address = f"/people/{cadre.pk}/name/"

    refused = boss.post(address, {"display_name": "王芳", "phone": "abc"})
    boss.post(address, {"display_name": "王芳", "phone": "0857-5241032"})
    boss.post(address, {"display_name": "王芳", "phone": "0857-5241032"})

    found = User.objects.get(pk=cadre.pk)
    assert (refused.status_code, found.display_name, found.phone) == (422, "王芳", "0857-5241032")
    assert [change.what for change in found.changes.all()] == ["corrected"]


def test_nobody_corrects_who_is_not_theirs(client, cadre):
    client.force_login(UserFactory(township_cadre=True))

    assert client.post(f"/people/{cadre.pk}/name/", {"display_name": "x"}).status_code in {403, 404}


def test_a_last_day_set_by_mistake_is_taken_back(boss, cadre):
    posting = cadre.postings.get()
    field, address = f"{posting.pk}-ends_on", f"/postings/{posting.pk}/end/"

    boss.post(address, {field: (TODAY + timedelta(days=9)).isoformat()})
    assert cadre.postings.get().ends_on == TODAY + timedelta(days=9)
    boss.post(address, {field: ""})

    assert (cadre.postings.get().ends_on, cadre.postings.get().successor) == (None, None)
    assert [change.what for change in cadre.changes.order_by("pk")] == ["posting_ended", "posting_goes_on"]


def test_an_administrator_who_opens_no_record_is_not_offered_to_look_for_people(client):
    client.force_login(UserFactory(administrator=True))

    assert 'action="/find/"' not in client.get("/people/").content.decode()


@pytest.mark.parametrize(
    "language, faults",
    [
        ("zh-hans", ["密码太短，至少要 10 个字符。", "密码不能主要由您的用户名、姓名或电话组成。",
                     "输入的两个密码不一致。"]),
        ("en", ["This password is too short. It must contain at least 10 characters.",
                "The password is hardly more than your user name, name or phone number.",
                "The two password fields didn’t match."]),
    ],
)  # fmt: skip
def test_every_fault_of_a_first_password_is_named_at_once(boss, client, language, faults):
    link = link_in(boss.post(NEW, colleague() | {"username": "lili"}, follow=True))
    User.objects.filter(username="lili").update(language=language)
    client.logout()
    client.cookies["django_language"] = language
    opened = client.get(link, follow=True)

    sent = {"new_password1": "lililili", "new_password2": "liliilli"}
    page = unescape(client.post(opened.request["PATH_INFO"], sent).content.decode())

    assert [page.count(words) for words in faults] == [1, 1, 1]


def test_a_password_too_short_is_refused_in_chinese(client):
    user = UserFactory(village_cadre=True)
    client.force_login(user)

    page = client.post("/me/password/", {"old_password": PASSWORD, "new_password1": "a1b2", "new_password2": "a1b2"})

    assert "密码太短，至少要 10 个字符。" in page.content.decode()
