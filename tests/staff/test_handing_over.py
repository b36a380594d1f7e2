"""Who goes is asked for what they have in hand; somebody takes it, and nothing is left without an owner."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, transaction

from cases.clock import hand_on as nightly
from cases.models import Case, WorkItem
from fairs.models import Fair
from staff import appointing
from staff.appointing import handing_over
from staff.models import User
from staff.refusals import NobodyTakesOver
from staff.roles import Role
from tests.cases.factories import CaseFactory
from tests.cases.pages import switch_of
from tests.fairs.factories import FairFactory
from tests.staff.factories import (
    DAFANG,
    FENGPING,
    YANJIAO,
    ZHIJIN,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.transport.factories import TripFactory
from tests.workers.factories import NOON, WorkerFactory
from transport.models import Trip
from transport.register.in_hand import words as trips_to_lead
from workers import journal
from workers.imports.uploads import forget_unsaved, receive_roster
from workers.models import RosterUpload
from workers.register import in_hand

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def supervisor():
    return UserFactory(supervisor=True, language="en", display_name="Chen")


@pytest.fixture
def leaving():
    return UserFactory(township_cadre=True, display_name="Wang", username="wang")


@pytest.fixture
def township():
    return UserFactory(township_cadre=True, display_name="Li")


@pytest.fixture
def boss(client, supervisor):
    client.force_login(supervisor)
    return client


def case_of(owner, area=FENGPING):
    case = CaseFactory(worker=WorkerFactory(area=area, unemployed=True), owner=owner)
    WorkItem.objects.filter(case=case).update(owner=owner)
    return case


def owners(*cases) -> list:
    found = Case.objects.in_bulk([case.pk for case in cases])
    assert {item.owner_id for item in WorkItem.objects.open()} == {case.owner_id for case in Case.objects.open()}
    return [found[case.pk].owner for case in cases]


def end(user, by, *, days=0, **more):
    posting = user.postings.get(role="township_cadre")
    return appointing.end_appointment(posting=posting, ends_on=TODAY + timedelta(days=days), by=by, at=NOON, **more)


# ---- who takes it --------------------------------------------------------------------------------------------------


def test_closing_an_account_gives_the_cases_to_the_colleague_who_was_chosen(supervisor, leaving, township):
    first, second = case_of(leaving), case_of(leaving, YANJIAO)
    UserFactory(village_cadre=True)  # of the first village, and not asked

    appointing.deactivate(user=leaving, successor=township, by=supervisor, at=NOON)

    assert owners(first, second) == [township, township]
    assert journal.verify(first.worker) == []
    assert first.worker.journal_lines.newest_first().first().data["owner_id"] == township.pk


def waiting_roster(person, *, by):
    return receive_roster(content=f"姓名,身份证号,电话\n{person}".encode(), file_name="x.csv", by=by, at=NOON)


def test_a_roster_that_waits_goes_to_who_takes_rosters_there(supervisor, leaving, township):
    roster = receive_roster(
        content="姓名,身份证号,电话\n王芳,,13800000001".encode(), file_name="x.csv", by=leaving, at=NOON
    )
    same = receive_roster(
        content="姓名,身份证号,电话\n李国琴,,13800000002".encode(), file_name="y.csv", by=leaving, at=NOON
    )
    theirs = receive_roster(
        content="姓名,身份证号,电话\n李国琴,,13800000002".encode(), file_name="z.csv", by=township, at=NOON
    )

    assert [in_hand.count(leaving, kept) for kept in ([], list(leaving.postings.all()))] == [2, 0]
    appointing.deactivate(user=leaving, successor=township, by=supervisor, at=NOON)

    assert set(RosterUpload.objects.filter(by=township)) == {roster, theirs}
    assert not RosterUpload.objects.filter(pk=same.pk).exists()


def test_who_is_left_a_roster_has_as_long_for_it_as_for_their_own(supervisor, leaving, township):
    roster, late = waiting_roster("王芳,,13800000001", by=leaving), NOON + timedelta(hours=23)

    appointing.deactivate(user=leaving, by=supervisor, at=late)
    forget_unsaved(at=late + timedelta(hours=23))

    assert RosterUpload.objects.get(pk=roster.pk).by == township


def test_a_roster_that_nobody_can_take_keeps_the_account_open(leaving):
    administrator, roster = UserFactory(administrator=True), waiting_roster("王芳,,13800000001", by=leaving)

    with pytest.raises(NobodyTakesOver), transaction.atomic():
        appointing.deactivate(user=leaving, by=administrator, at=NOON)

    assert RosterUpload.objects.get(pk=roster.pk).by == leaving


def test_a_roster_that_was_saved_stays_with_who_sent_it(supervisor, leaving, township):
    roster = waiting_roster("王芳,,13800000001", by=leaving)
    RosterUpload.objects.update(started_at=NOON, saved_at=NOON, report="x", content_cipher=None)

    assert in_hand.count(leaving, []) == 0
    appointing.deactivate(user=leaving, by=supervisor, at=NOON)

    assert RosterUpload.objects.get(pk=roster.pk).by == leaving


def test_nobody_is_offered_what_a_posting_that_stays_covers(leaving, township):
    waiting_roster("王芳,,13800000001", by=leaving)
    postings = list(leaving.postings.select_related("area"))

    offered = [handing_over.successors(leaving, postings, kept, TODAY) for kept in ([], postings)]

    assert [[posting.user for posting in each] for each in offered] == [[township], []]


def test_nobody_chosen_each_goes_to_a_cadre_of_its_place(supervisor, leaving, township):
    beside = UserFactory(village_cadre=True, posted=YANJIAO)
    here, there = case_of(leaving), case_of(leaving, YANJIAO)

    appointing.deactivate(user=leaving, by=supervisor, at=NOON)

    assert owners(here, there) == [township, beside]


def test_where_the_chosen_one_does_not_serve_a_cadre_of_the_place_takes_it(supervisor, leaving, township):
    beside = UserFactory(village_cadre=True, posted=YANJIAO)
    here, there = case_of(leaving), case_of(leaving, YANJIAO)

    appointing.deactivate(user=leaving, successor=beside, by=supervisor, at=NOON)

    assert owners(here, there) == [township, beside]


def test_where_no_cadre_serves_whoever_closes_the_account_takes_it(supervisor, leaving):
    case = case_of(leaving)

    appointing.deactivate(user=leaving, by=supervisor, at=NOON)

    assert owners(case) == [supervisor]


def test_what_nobody_can_take_keeps_the_account_open(leaving):
    administrator = UserFactory(administrator=True)
    case = case_of(leaving)

    with pytest.raises(NobodyTakesOver) as refused, transaction.atomic():
        appointing.deactivate(user=leaving, by=administrator, at=NOON)

    assert (len(refused.value.left), User.objects.get(pk=leaving.pk).is_active, owners(case)) == (1, True, [leaving])


def test_ending_one_posting_leaves_what_another_covers(supervisor, leaving, township):
    PostingFactory(user=leaving, role="village_cadre", area=area_of(YANJIAO), starts_on=TODAY - timedelta(days=9))
    here, there = case_of(leaving), case_of(leaving, YANJIAO)

    end(leaving, supervisor, days=-1)

    assert owners(here, there) == [township, leaving]


def test_a_last_day_ahead_hands_over_the_night_after(supervisor, leaving, township, clock):
    beside = UserFactory(supervisor=True, display_name="Zhao")
    case = case_of(leaving)

    posting = end(leaving, supervisor, days=3, successor=beside)
    assert owners(case) == [leaving]
    clock.shift(timedelta(days=3))
    nightly()
    assert owners(case) == [leaving]
    clock.shift(timedelta(days=1))
    nightly()

    posting.refresh_from_db()
    assert (owners(case), posting.handed_on_at is not None) == ([beside], True)


def test_one_that_breaks_keeps_none_of_the_others_from_the_night(supervisor, leaving, township, clock, monkeypatch):
    first = UserFactory(township_cadre=True, display_name="Zhou", username="zhou")
    end(first, supervisor, days=1), end(leaving, supervisor, days=1)
    give = handing_over._give

    def give_or_break(user, *rest):
        if user == first:
            raise RuntimeError("broken")
        return give(user, *rest)

    monkeypatch.setattr(handing_over, "_give", give_or_break)
    clock.shift(timedelta(days=2))
    nightly()

    assert first.postings.get().handed_on_at is None
    assert leaving.postings.get().handed_on_at is not None


def test_the_night_hands_over_once(supervisor, leaving, township, clock):
    case = case_of(leaving)
    end(leaving, supervisor, days=1)
    clock.shift(timedelta(days=2))
    nightly()
    Case.objects.update(owner=leaving)
    WorkItem.objects.update(owner=leaving)

    nightly()

    assert owners(case) == [leaving]


def test_trips_and_fairs_ahead_go_over_too(supervisor, township):
    organiser = UserFactory(fair_organiser=True)
    other = UserFactory(fair_organiser=True)
    for person in (organiser, other):
        PostingFactory(user=person, role="transport_organiser", area=area_of(ZHIJIN))
    fair, past = FairFactory(), FairFactory()
    Fair.objects.update(organiser=organiser)
    Fair.objects.filter(pk=past.pk).update(state="finished", finished_at=NOON, finished_by=organiser)
    trip = TripFactory(open=True, leader=organiser, deputy=other)

    appointing.deactivate(user=organiser, successor=other, by=supervisor, at=NOON)

    assert [Fair.objects.get(pk=row.pk).organiser for row in (fair, past)] == [other, organiser]
    trip = Trip.objects.get(pk=trip.pk)
    assert (trip.leader, trip.deputy) == (other, None)


def led_by(user) -> list:
    return list(Trip.objects.filter(leader=user)) + list(Trip.objects.filter(deputy=user))


def test_an_administrator_who_closes_an_account_does_not_become_the_leader_of_its_trips():
    administrator = UserFactory(administrator=True)
    leaving = UserFactory(transport_organiser=True)
    trip = TripFactory(open=True, leader=leaving)

    with pytest.raises(NobodyTakesOver) as refused, transaction.atomic():
        appointing.deactivate(user=leaving, by=administrator, at=NOON)

    assert (led_by(leaving), led_by(administrator)) == ([trip], [])
    assert refused.value.left == [trips_to_lead(1)]
    assert trips_to_lead(1) in str(refused.value)


def test_a_village_cadre_who_was_chosen_takes_neither_trip_nor_fair():
    """Both go to who runs them there, not to whoever presses."""
    supervisor, village = UserFactory(supervisor=True), UserFactory(village_cadre=True)
    leaving, host = UserFactory(transport_organiser=True), UserFactory(fair_organiser=True)
    PostingFactory(user=leaving, role="fair_organiser", area=area_of(ZHIJIN))
    runner = UserFactory(transport_organiser=True)
    UserFactory(transport_organiser=True, posted=DAFANG)
    trip, fair = TripFactory(open=True, leader=leaving), FairFactory(host=host)
    Fair.objects.update(organiser=leaving)

    appointing.deactivate(user=leaving, successor=village, by=supervisor, at=NOON)

    assert (led_by(runner), Fair.objects.get(pk=fair.pk).organiser, led_by(village)) == ([trip], host, [])


def test_with_nobody_in_a_fitting_role_the_deputy_leads_alone():
    administrator, deputy = UserFactory(administrator=True), UserFactory(township_cadre=True)
    leaving = UserFactory(transport_organiser=True)
    trip = TripFactory(open=True, leader=leaving, deputy=deputy)

    appointing.deactivate(user=leaving, by=administrator, at=NOON)

    trip = Trip.objects.get(pk=trip.pk)
    assert (trip.leader, trip.deputy) == (deputy, None)


def test_a_trip_led_away_from_the_posting_that_is_kept_goes_over(supervisor):
    """A cadre of a township of the county may lead its trips; whoever keeps another county's posting may not."""
    runner = UserFactory(transport_organiser=True)
    leaving, staying = UserFactory(transport_organiser=True), UserFactory(transport_organiser=True)
    PostingFactory(user=leaving, role="transport_organiser", area=area_of(DAFANG))
    PostingFactory(user=staying, role="township_cadre")
    gone, kept = TripFactory(open=True, leader=leaving), TripFactory(open=True, leader=staying)

    for person in (leaving, staying):
        posting = person.postings.get(role="transport_organiser", area=ZHIJIN)
        appointing.end_appointment(posting=posting, ends_on=YESTERDAY, successor=runner, by=supervisor, at=NOON)

    assert (led_by(runner), led_by(leaving), led_by(staying)) == ([gone], [], [kept])


def test_a_fair_away_from_the_posting_that_is_kept_goes_over(supervisor):
    leaving, host = UserFactory(fair_organiser=True), UserFactory(fair_organiser=True)
    PostingFactory(user=leaving, role="fair_organiser", area=area_of(DAFANG))
    fair = FairFactory(host=host)
    Fair.objects.update(organiser=leaving)

    posting = leaving.postings.get(area=ZHIJIN)
    appointing.end_appointment(posting=posting, ends_on=YESTERDAY, by=supervisor, at=NOON)

    assert Fair.objects.get(pk=fair.pk).organiser == host


def test_what_an_older_version_left_with_somebody_is_handed_on_by_the_next_night(supervisor, clock):
    leaving, trip = ending_today(supervisor)
    leaving.postings.update(handed_on_at=NOON)
    runner = UserFactory(transport_organiser=True)
    reopen = import_module("staff.migrations.0006_what_was_left_behind_is_handed_on")
    clock.shift(timedelta(days=1))

    reopen.ask_again(apps, None)
    nightly()

    assert (led_by(leaving), led_by(runner)) == ([], [trip])


def ending_today(by, **more):
    """A transport organiser whose last day is today, with a trip to lead."""
    leaving = UserFactory(transport_organiser=True)
    trip = TripFactory(open=True, leader=leaving, day=TODAY + timedelta(days=9))
    appointing.end_appointment(posting=leaving.postings.get(), ends_on=TODAY, by=by, at=NOON, **more)
    return leaving, trip


def test_what_nobody_could_take_at_night_is_tried_again_the_next_night(clock):
    leaving, trip = ending_today(UserFactory(administrator=True))
    clock.shift(timedelta(days=1))
    nightly()
    assert (led_by(leaving), leaving.postings.get().handed_on_at) == ([trip], None)
    runner = UserFactory(transport_organiser=True)

    clock.shift(timedelta(days=1))
    nightly()

    assert (led_by(leaving), led_by(runner)) == ([], [trip])
    assert leaving.postings.get().handed_on_at is not None


def test_a_successor_whose_account_is_closed_by_then_does_not_lead(clock):
    chosen = UserFactory(transport_organiser=True)
    leaving, trip = ending_today(UserFactory(administrator=True), successor=chosen)
    User.objects.filter(pk=chosen.pk).update(is_active=False)

    clock.shift(timedelta(days=1))
    nightly()

    assert (led_by(leaving), led_by(chosen)) == ([trip], [])


def test_the_same_last_day_with_another_successor_keeps_that_one_until_it_is_handed_on(supervisor, leaving, township):
    beside = UserFactory(township_cadre=True)
    end(leaving, supervisor, days=3, successor=township)

    assert end(leaving, supervisor, days=3, successor=beside).successor == beside
    assert leaving.postings.get().successor == beside

    leaving.postings.update(handed_on_at=NOON)
    assert end(leaving, supervisor, days=3, successor=township).successor == beside


def test_nobody_takes_over_from_themselves(leaving):
    with pytest.raises(IntegrityError, match="posting_passes_to_somebody_else"), transaction.atomic():
        leaving.postings.update(successor=leaving)


# ---- pages ---------------------------------------------------------------------------------------------------------


def test_closing_asks_first_with_what_is_in_hand_in_figures(boss, leaving, township):
    case_of(leaving)
    TripFactory(open=True, leader=leaving)

    page = boss.get(f"/people/{leaving.pk}/deactivate/")

    assert page.context["in_hand"] == ["1 open case", "1 trip to lead"]
    assert User.objects.get(pk=leaving.pk).is_active
    named = [words for _pk, words in page.context["form"].fields["successor"].choices]
    assert any(words.startswith("Li · ") for words in named)
    assert not any(words.startswith("Wang") for words in named)


def test_only_who_can_take_what_is_in_hand_is_offered_with_their_role(boss, leaving, township):
    UserFactory(transport_organiser=True, display_name="Ran")
    UserFactory(fair_organiser=True, display_name="Luo")
    case_of(leaving)

    def offered():
        page = boss.get(f"/people/{leaving.pk}/deactivate/")
        choices = [words.split(" · ") for _pk, words in page.context["form"].fields["successor"].choices[1:]]
        assert {role for _name, role, _place in choices} <= {str(role.label) for role in Role}
        return {name for name, _role, _place in choices}

    with_cases = offered()
    TripFactory(open=True, leader=leaving)

    assert ({"Li", "Chen"} <= with_cases, with_cases & {"Ran", "Luo"}) == (True, set())
    assert offered() & {"Ran", "Luo"} == {"Ran"}


def test_closing_names_nobody_who_got_nothing(boss, leaving, township):
    beside = UserFactory(village_cadre=True, posted=YANJIAO, display_name="Zhao")
    idle = UserFactory(village_cadre=True, posted=YANJIAO, display_name="Wu")
    case_of(leaving)

    def told(user, **chosen) -> list[str]:
        page = boss.post(f"/people/{user.pk}/deactivate/", chosen, follow=True)
        return [str(message) for message in page.context["messages"]]

    assert told(leaving, successor=beside.pk) == [
        "Wang can no longer sign in. Handed to who serves each place: 1 open case."
    ]
    assert told(idle) == ["Wu can no longer sign in."]


def test_closing_says_how_much_of_it_the_colleague_has_now(boss, leaving, township):
    """A trip of the county goes to who may lead it there, whoever was chosen for the cases."""
    case_of(leaving)
    case_of(township)  # which they have already
    TripFactory(open=True, leader=leaving)
    UserFactory(transport_organiser=True, display_name="Ran")

    page = boss.post(f"/people/{leaving.pk}/deactivate/", {"successor": township.pk}, follow=True)

    assert "Of 1 open case · 1 trip to lead, Li now has 1 open case; the rest is with who serves there." in next(
        str(message) for message in page.context["messages"]
    )


def test_what_is_left_after_the_last_day_stands_on_their_page_until_somebody_took_it(client, supervisor, clock):
    leaving, _trip = ending_today(supervisor)
    address = f"/people/{leaving.pk}/"

    clock.shift(timedelta(days=1))
    client.force_login(supervisor)
    page = client.get(address)

    assert page.context["left"] == ["1 trip to lead"]
    assert "Still in hand after the last day" in page.content.decode()
    nightly()
    assert client.get(address).context["left"] == []


def test_the_answer_closes_the_account(boss, leaving, township):
    case = case_of(leaving)

    boss.post(f"/people/{leaving.pk}/deactivate/", {"successor": township.pk})

    assert (User.objects.get(pk=leaving.pk).is_active, owners(case)) == (False, [township])


def test_with_nothing_in_hand_one_press_on_that_page_closes_it(boss, leaving):
    boss.post(f"/people/{leaving.pk}/deactivate/")

    assert not User.objects.get(pk=leaving.pk).is_active


def test_ending_a_posting_asks_only_when_something_is_in_hand(boss, leaving, township):
    posting = leaving.postings.get()
    address, said = f"/postings/{posting.pk}/end/", {f"{posting.pk}-ends_on": YESTERDAY.isoformat()}
    case = case_of(leaving)

    asked = boss.post(address, said)
    posting.refresh_from_db()
    assert (asked.status_code, posting.ends_on) == (302, None)
    done = boss.post(address, said | {"successor": ""})

    posting.refresh_from_db()
    assert (done.status_code, posting.ends_on, owners(case)) == (302, YESTERDAY, [township])


def test_the_question_who_takes_over_outlives_a_reload_and_a_switch_of_the_language(boss, leaving, township):
    posting = leaving.postings.get()
    case_of(leaving)
    asked = boss.post(f"/postings/{posting.pk}/end/", {f"{posting.pk}-ends_on": YESTERDAY.isoformat()}, follow=True)

    switched = boss.post("/preferences/", switch_of(asked) | {"language": "zh-hans"}, follow=True)
    again = boss.get(f"{switched.request['PATH_INFO']}?{switched.request['QUERY_STRING']}")

    told = [page.content.decode() for page in (asked, switched)]
    assert [words in page for words, page in zip(("Who takes it?", "谁来接手？"), told, strict=True)] == [True, True]
    assert f'value="{YESTERDAY.isoformat()}"' in told[1]
    posting.refresh_from_db()
    assert (again.status_code, posting.ends_on) == (200, None)


def test_an_address_alone_ends_no_posting_and_takes_no_last_day_away(boss, leaving):
    posting = leaving.postings.get()
    url, name = f"/postings/{posting.pk}/end/", f"{posting.pk}-ends_on"

    answers = [boss.get(url, said).status_code for said in ({name: YESTERDAY.isoformat()}, {name: "x"}, {"from": ""})]
    appointing.end_appointment(posting=posting, ends_on=TODAY, by=UserFactory(supervisor=True), at=NOON)
    answers.append(boss.get(url, {name: ""}).status_code)

    posting.refresh_from_db()
    assert (answers, posting.ends_on) == ([200, 422, 302, 302], TODAY)


def test_somebody_from_elsewhere_cannot_be_chosen(boss, leaving, township):
    stranger = UserFactory(supervisor=True, posted=DAFANG)
    case_of(leaving)

    answer = boss.post(f"/people/{leaving.pk}/deactivate/", {"successor": stranger.pk})

    assert (answer.status_code, User.objects.get(pk=leaving.pk).is_active) == (422, True)


def test_a_refusal_stands_on_the_page_with_the_way_out(client, leaving):
    client.force_login(UserFactory(administrator=True, language="en"))
    case_of(leaving)

    answer = client.post(f"/people/{leaving.pk}/deactivate/", {"successor": ""})

    assert (answer.status_code, "Give a colleague a posting there first" in answer.content.decode()) == (409, True)
