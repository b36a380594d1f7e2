"""Who may decide who serves: postings given and ended, accounts closed and reopened, and the pages for it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from staff import appointing
from staff.models import Posting, StaffChange, User
from staff.refusals import NotOneself, NotYoursToGive, PostingIsOver, PostingOverlaps
from staff.roles import Role
from tests.cases.factories import CaseFactory
from tests.staff.factories import (
    DAFANG,
    DAFANG_VILLAGE,
    FENGPING,
    HUAQI,
    MAOCHANG,
    YANJIAO,
    ZHIJIN,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.workers.factories import NOON

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
PEOPLE = "/people/"
BIJIE = 520500000000


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def supervisor():
    return UserFactory(supervisor=True, language="en", display_name="Chen")


@pytest.fixture
def administrator():
    return UserFactory(administrator=True, language="en")


@pytest.fixture
def cadre():
    return UserFactory(village_cadre=True, display_name="Wang", username="wang")


def appoint(user, by, *, role="village_cadre", area=YANJIAO, **days):
    return appointing.appoint(user=user, role=role, area=area_of(area), by=by, at=NOON, **{"starts_on": TODAY} | days)


def end(posting, by, *, days=0):
    return appointing.end_appointment(posting=posting, ends_on=TODAY + timedelta(days=days), by=by, at=NOON)


def told(user) -> list[tuple]:
    return [(change.what, change.by, change.day) for change in user.changes.order_by("pk")]


def names(response) -> list[str]:
    return [row.name for row in response.context["page"].rows]


def signed_in(client, user):
    client.force_login(user)
    return client


def test_a_posting_is_given_and_it_is_written_down_by_whom(supervisor, cadre):
    posting = appoint(cadre, supervisor)

    assert (posting.user, posting.role, posting.area_id, posting.starts_on) == (cadre, "village_cadre", YANJIAO, TODAY)
    assert told(cadre) == [("posted", supervisor, TODAY)]


def test_the_same_posting_given_twice_is_one(supervisor, cadre):
    first, second = appoint(cadre, supervisor), appoint(cadre, supervisor)

    assert (first, cadre.changes.count()) == (second, 1)


def test_a_posting_that_overlaps_another_is_refused_and_not_written_down(supervisor, cadre):
    with pytest.raises(PostingOverlaps):
        appoint(cadre, supervisor, area=FENGPING)

    assert (cadre.postings.count(), told(cadre)) == (1, [])


@pytest.mark.parametrize("role, area", [
    ("administrator", FENGPING),
    ("auditor", ZHIJIN),
    ("village_cadre", DAFANG_VILLAGE),
    ("supervisor", BIJIE),
])  # fmt: skip
def test_a_supervisor_gives_no_role_above_their_own_and_no_place_but_theirs(supervisor, cadre, role, area):
    with pytest.raises(NotYoursToGive):
        appoint(cadre, supervisor, role=role, area=area)

    assert (cadre.postings.count(), told(cadre)) == (1, [])


@pytest.mark.parametrize("role", ["auditor", "administrator", "supervisor"])
def test_an_administrator_gives_every_role_in_the_own_area(administrator, cadre, role):
    assert appoint(cadre, administrator, role=role, area=ZHIJIN).role == role


def test_an_administrator_gives_no_place_outside_the_own_area(administrator, cadre):
    with pytest.raises(NotYoursToGive):
        appoint(cadre, administrator, area=DAFANG)


@pytest.mark.parametrize("role", ["township_cadre", "auditor", "fair_organiser"])
def test_other_roles_give_nothing(cadre, role):
    with pytest.raises(NotYoursToGive):
        appoint(cadre, UserFactory(**{role: True}), area=FENGPING)


def test_the_role_that_gives_counts_only_where_it_is_held(cadre):
    """Supervisor in one township, cadre in the other: the other is not theirs to fill."""
    both = UserFactory(supervisor=True, posted=MAOCHANG)
    PostingFactory(user=both, role="township_cadre", area=area_of(HUAQI))

    with pytest.raises(NotYoursToGive):
        appoint(cadre, both, area=HUAQI)


def test_nobody_gives_themselves_anything(supervisor):
    with pytest.raises(NotOneself):
        appoint(supervisor, supervisor, role="township_cadre", area=MAOCHANG)
    with pytest.raises(NotOneself):
        end(supervisor.postings.get(), supervisor)
    with pytest.raises(NotOneself):
        appointing.deactivate(user=supervisor, by=supervisor, at=NOON)

    assert (supervisor.is_active, told(supervisor)) == (True, [])


def test_a_posting_is_ended_with_its_last_day(supervisor, cadre):
    posting = end(cadre.postings.get(), supervisor, days=7)
    end(posting, supervisor, days=7)

    assert cadre.postings.get().ends_on == TODAY + timedelta(days=7)
    assert told(cadre) == [("posting_ended", supervisor, TODAY + timedelta(days=7))]


def test_a_posting_that_is_over_cannot_be_ended_again(supervisor, cadre):
    posting = end(cadre.postings.get(), supervisor, days=-1)

    with pytest.raises(PostingIsOver):
        end(posting, supervisor, days=30)


def test_a_later_last_day_does_not_run_into_the_next_posting(client, supervisor, cadre):
    posting = end(cadre.postings.get(), supervisor, days=7)
    appoint(cadre, supervisor, area=FENGPING, starts_on=TODAY + timedelta(days=8))

    sent = {f"{posting.pk}-ends_on": "9999-12-31"}
    response = signed_in(client, supervisor).post(f"/postings/{posting.pk}/end/", sent)

    assert (response.status_code, response.context["refusal"].message) == (409, PostingOverlaps.message)
    assert Posting.objects.get(pk=posting.pk).ends_on == TODAY + timedelta(days=7)


def test_who_was_shut_out_a_moment_ago_shuts_nobody_out(supervisor):
    """Two press at once, each with the other's name in hand: one of them stays."""
    other = UserFactory(supervisor=True, display_name="Li")
    assert (supervisor.has_role_anywhere("supervisor"), other.has_role_anywhere("supervisor")) == (True, True)

    appointing.deactivate(user=other, by=supervisor, at=NOON)
    with pytest.raises(NotYoursToGive):
        appointing.deactivate(user=supervisor, by=other, at=NOON)
    with pytest.raises(NotYoursToGive):
        end(supervisor.postings.get(), other)

    assert User.objects.get(pk=supervisor.pk).is_active


def test_a_supervisor_ends_no_posting_they_could_not_give(supervisor):
    auditor = UserFactory(auditor=True)

    with pytest.raises(NotYoursToGive):
        end(auditor.postings.get(), supervisor)


def test_the_cases_of_a_posting_that_ended_have_somebody_else(supervisor, cadre):
    case = CaseFactory(owner=cadre)

    end(cadre.postings.get(), supervisor, days=-1)

    case.refresh_from_db()
    assert (case.owner, case.work_items.get().owner) == (supervisor, supervisor)
    line = case.worker.journal_lines.get(what="case_assigned", data__owner="Chen")
    assert line.by == supervisor


def test_the_cases_stay_until_the_last_day_is_over(supervisor, cadre):
    case = CaseFactory(owner=cadre)

    end(cadre.postings.get(), supervisor, days=0)

    case.refresh_from_db()
    assert case.owner == cadre


def test_only_the_cases_of_the_place_are_given_back(supervisor, cadre):
    PostingFactory(user=cadre, role="township_cadre", area=area_of(MAOCHANG))
    case = CaseFactory(owner=cadre)

    end(cadre.postings.get(role="village_cadre"), supervisor, days=-1)

    case.refresh_from_db()
    assert case.owner == cadre


def test_who_leaves_is_shut_out_and_somebody_else_has_their_cases(client, supervisor, cadre):
    case = CaseFactory(owner=cadre)
    signed_in(client, cadre)

    appointing.deactivate(user=cadre, by=supervisor, at=NOON)
    appointing.deactivate(user=cadre, by=supervisor, at=NOON)

    case.refresh_from_db()
    assert (client.get("/me/").status_code, case.owner) == (302, supervisor)
    assert told(cadre) == [("deactivated", supervisor, None)]


def test_who_comes_back_serves_as_before(supervisor, cadre):
    appointing.deactivate(user=cadre, by=supervisor, at=NOON)

    user = appointing.reactivate(user=cadre, by=supervisor, at=NOON)

    assert (user.is_active, user.ranges_as(*Role)) == (True, cadre.ranges_as(*Role))
    assert [what for what, *_ in told(cadre)] == ["deactivated", "reactivated"]


@pytest.mark.parametrize("role, area", [("auditor", ZHIJIN), ("village_cadre", DAFANG_VILLAGE)])
def test_an_account_is_not_closed_by_who_could_not_give_all_its_postings(supervisor, cadre, role, area):
    PostingFactory(user=cadre, role=role, area=area_of(area))

    with pytest.raises(NotYoursToGive):
        appointing.deactivate(user=cadre, by=supervisor, at=NOON)

    assert User.objects.get(pk=cadre.pk).is_active


def test_postings_that_are_over_do_not_protect_an_account(supervisor, cadre):
    PostingFactory(user=cadre, role="auditor", area=area_of(DAFANG), ends_on=TODAY - timedelta(days=1))

    assert not appointing.deactivate(user=cadre, by=supervisor, at=NOON).is_active


def test_a_superuser_is_not_closed_from_here(administrator, cadre):
    User.objects.filter(pk=cadre.pk).update(is_superuser=True)

    with pytest.raises(NotYoursToGive):
        appointing.deactivate(user=cadre, by=administrator, at=NOON)


@pytest.mark.parametrize("statement", [
    "UPDATE staff_staffchange SET by_id = user_id",
    "DELETE FROM staff_staffchange",
])  # fmt: skip
def test_the_database_refuses_to_change_what_was_written_down(supervisor, cadre, statement):
    appoint(cadre, supervisor)

    with pytest.raises(IntegrityError, match="staff_staffchange is append-only"), transaction.atomic():
        connection.cursor().execute(statement)

    assert StaffChange.objects.get().by == supervisor


def test_a_line_about_a_posting_names_it(supervisor, cadre):
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffChange.objects.create(user=cadre, what="posted", by=supervisor, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffChange.objects.create(user=cadre, what="deactivated", by=supervisor, at=NOON, day=TODAY)

    assert list(StaffChange.objects.all()) == []


def test_the_list_names_who_is_posted_here_and_nobody_else(client, supervisor, cadre):
    UserFactory(village_cadre=True, posted=DAFANG_VILLAGE, display_name="Stranger")
    UserFactory(supervisor=True, posted=BIJIE, display_name="From above")
    UserFactory(display_name="No posting")

    response = signed_in(client, supervisor).get(PEOPLE)

    assert (names(response), response.context["page"].total) == (["Chen", "Wang"], 2)
    assert "Village cadre · Fengping Village" in response.content.decode()


@pytest.mark.parametrize("query, expected", [
    ({"area": MAOCHANG}, ["Wang"]),
    ({"area": HUAQI}, ["Zhao"]),
    ({"role": "supervisor"}, ["Chen"]),
    ({"role": "nonsense"}, ["Chen", "Wang", "Zhao"]),
    ({"q": "WAN"}, ["Wang"]),
    ({"q": "nobody of that name"}, []),
    ({"who": "all"}, ["Chen", "Left", "Wang", "Zhao"]),
    ({"who": "all", "role": "township_cadre", "area": HUAQI}, ["Left", "Zhao"]),
    ({"page": "2"}, []),
    ({"page": "x"}, ["Chen", "Wang", "Zhao"]),
])  # fmt: skip
def test_the_list_is_narrowed_by_place_role_and_name(client, supervisor, cadre, query, expected):
    UserFactory(township_cadre=True, posted=HUAQI, display_name="Zhao")
    UserFactory(township_cadre=True, posted=HUAQI, display_name="Left", ends_on=TODAY - timedelta(days=1))

    assert names(signed_in(client, supervisor).get(PEOPLE, query)) == expected


@pytest.mark.parametrize("area", [DAFANG, BIJIE, 1, "x", 999999999999])
def test_a_place_of_others_does_not_exist(client, supervisor, area):
    assert signed_in(client, supervisor).get(PEOPLE, {"area": area}).status_code == 404


def test_the_list_goes_on_from_page_to_page(client, supervisor, cadre, monkeypatch):
    monkeypatch.setattr("staff.people.PAGE", 1)
    signed_in(client, supervisor)

    first = client.get(PEOPLE, {"who": "all"})
    second = client.get(first.context["next_url"])

    assert (names(first), names(second), second.context["next_url"]) == (["Chen"], ["Wang"], "")
    assert second.context["previous_url"] == "/people/?who=all&page=1"


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_the_database_the_same_few_times(client, supervisor, people):
    for n in range(people):
        UserFactory(township_cadre=True, posted=HUAQI, display_name=f"Cadre {n}")
    signed_in(client, supervisor).get(PEOPLE)

    with CaptureQueriesContext(connection) as queries:
        client.get(PEOPLE)

    assert len(queries) == 6  # session, user, own postings, rows, their postings, how many


@pytest.mark.parametrize("role", ["village_cadre", "township_cadre", "auditor", "fair_organiser"])
def test_other_roles_have_no_such_list(client, role):
    client.force_login(UserFactory(**{role: True}))

    assert client.get(PEOPLE).status_code == 403


def test_the_page_of_a_person_shows_postings_and_what_was_changed(client, supervisor, cadre):
    appoint(cadre, supervisor, ends_on=TODAY + timedelta(days=30))

    page = signed_in(client, supervisor).get(f"/people/{cadre.pk}/").context["page"]

    assert [(row.area, row.is_mine_to_end) for row in page.postings] == [
        ("Zhijin County · Maochang Town · Yanjiao Village", True),
        ("Zhijin County · Maochang Town · Fengping Village", True),
    ]
    assert [(line.what, line.by) for line in page.changes] == [("Gave a posting", "Chen")]


def test_a_posting_is_given_from_the_page(client, supervisor, cadre):
    signed_in(client, supervisor)
    sent = {"role": "township_cadre", "area": HUAQI, "starts_on": "2026-04-01", "ends_on": "2026-09-30"}

    response = client.post(f"/people/{cadre.pk}/postings/", sent)

    posting = Posting.objects.get(user=cadre, role="township_cadre")
    assert (response.status_code, response["Location"]) == (302, f"/people/{cadre.pk}/")
    assert (posting.area_id, posting.starts_on, posting.ends_on) == (HUAQI, date(2026, 4, 1), date(2026, 9, 30))


@pytest.mark.parametrize("sent, field", [
    ({"role": "auditor"}, "role"),
    ({"area": DAFANG}, "area"),
    ({"area": "x"}, "area"),
    ({"starts_on": "tomorrow"}, "starts_on"),
])  # fmt: skip
def test_what_is_not_understood_is_asked_again(client, supervisor, cadre, sent, field):
    signed_in(client, supervisor)
    right = {"role": "village_cadre", "area": HUAQI, "starts_on": "2026-04-01"}

    response = client.post(f"/people/{cadre.pk}/postings/", right | sent)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert cadre.postings.count() == 1


def test_a_posting_is_ended_from_the_page(client, supervisor, cadre):
    posting = cadre.postings.get()
    signed_in(client, supervisor)

    refused = client.post(f"/postings/{posting.pk}/end/", {f"{posting.pk}-ends_on": ""})
    response = client.post(f"/postings/{posting.pk}/end/", {f"{posting.pk}-ends_on": "2026-03-31"})

    posting.refresh_from_db()
    assert (refused.status_code, response.status_code, posting.ends_on) == (422, 302, date(2026, 3, 31))


def test_a_last_day_before_the_first_is_refused_with_the_reason(client, supervisor, cadre):
    posting = cadre.postings.get()

    response = signed_in(client, supervisor).post(
        f"/postings/{posting.pk}/end/", {f"{posting.pk}-ends_on": "2019-12-31"}
    )

    assert response.status_code == 409
    assert "The last day lies before the first day." in response.content.decode()


def test_an_account_is_closed_and_reopened_from_the_page(client, supervisor, cadre):
    signed_in(client, supervisor)

    closed = client.post(f"/people/{cadre.pk}/deactivate/", follow=True)
    reopened = client.post(f"/people/{cadre.pk}/reactivate/", follow=True)

    assert "Reopen the account" in closed.content.decode()
    assert "Close the account" in reopened.content.decode()
    assert [what for what, *_ in told(cadre)] == ["deactivated", "reactivated"]


def test_somebody_elsewhere_or_above_is_not_found(client, supervisor):
    signed_in(client, supervisor)
    others = [UserFactory(village_cadre=True, posted=DAFANG_VILLAGE), UserFactory(supervisor=True, posted=BIJIE)]

    found = [client.get(f"/people/{user.pk}/").status_code for user in others]
    posted = [client.post(f"/people/{user.pk}/deactivate/").status_code for user in others]
    ended = [client.post(f"/postings/{user.postings.get().pk}/end/").status_code for user in others]

    assert (found, posted, ended) == ([404, 404], [404, 404], [404, 404])
    assert all(User.objects.get(pk=user.pk).is_active for user in others)


def test_ones_own_page_offers_nothing_to_change(client, supervisor):
    response = signed_in(client, supervisor).get(f"/people/{supervisor.pk}/")

    body = response.content.decode()
    assert ("This is you." in body, "Close the account" in body, "Give a posting" in body) == (True, False, False)
    assert [row.is_mine_to_end for row in response.context["page"].postings] == [False]


@pytest.mark.parametrize("role, is_offered", [("supervisor", True), ("administrator", True), ("auditor", False)])
def test_the_menu_leads_there(client, role, is_offered):
    client.force_login(UserFactory(**{role: True}, language="en"))

    assert ('href="/people/"' in client.get("/me/").content.decode()) == is_offered


def test_a_search_with_what_the_database_cannot_hold_finds_as_without(client, supervisor, cadre):
    response = signed_in(client, supervisor).get(PEOPLE, {"q": "wa\0ng"})

    assert (response.status_code, names(response)) == (200, ["Wang"])
