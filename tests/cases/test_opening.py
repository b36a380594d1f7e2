from datetime import timedelta

import pytest

from cases import services
from cases.events import case_opened, case_reopened
from cases.models import Case
from cases.refusals import CaseMovedOn, NewerCaseExists
from kit.days import end_of_day
from staff.refusals import NotAllowed
from tests.cases.factories import NOON, CaseFactory
from tests.cases.listening import heard
from tests.staff.factories import HUAQI_VILLAGE, YANJIAO, UserFactory, area_of
from tests.workers.factories import FlagFactory, HouseholdFactory, WorkerFactory
from workers.choices import Status
from workers.services import flag_worker, report_status, update_worker

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=10)


def open_case(worker, *, at=NOON):
    return services.open_case(worker=worker, flag=FlagFactory(worker=worker), by=None, at=at)


def test_flag_opens_a_case_with_a_call_to_make():
    worker = WorkerFactory(unemployed=True)

    case = open_case(worker)

    item = case.work_items.get()
    assert (case.state, case.opened_at, case.area_id, case.opened_by_flag.worker) == (
        "flagged",
        NOON,
        worker.area_id,
        worker,
    )
    assert (item.step, item.state, item.area_id, item.due_at) == (
        "contact",
        "open",
        worker.area_id,
        end_of_day((NOON + timedelta(days=7)).date()),
    )
    assert item.reason_text == case.opened_by_flag.reason


def test_report_of_lost_work_opens_a_case_in_the_same_breath(cadre):
    worker = WorkerFactory(employed=True)

    report_status(worker=worker, status=Status.UNEMPLOYED_WILLING, happened_at=NOON, by=cadre, at=NOON, source="call")

    case = Case.objects.get(worker=worker)
    assert (case.state, case.owner, case.opened_by_flag.rule) == ("flagged", cadre, "relapsed")


def test_zero_employment_household_runs_by_the_fastest_clock():
    household = HouseholdFactory(members=1, members__unemployed=True, zero_employment=True)
    worker = WorkerFactory(household=household, unemployed=True)

    case = open_case(worker)

    item = case.work_items.get()
    assert (case.service_group, item.priority, item.due_at) == (
        "key_plus",
        0,
        end_of_day((NOON + timedelta(days=3)).date()),
    )


def test_owner_is_the_cadre_of_the_village_with_the_fewest_cases(cadre, colleague, township):
    CaseFactory(owner=cadre)

    assert open_case(WorkerFactory(unemployed=True)).owner == colleague


def test_of_equally_loaded_cadres_the_longest_known_gets_the_case(cadre, colleague):
    assert open_case(WorkerFactory(unemployed=True)).owner == cadre


def test_ended_cases_are_no_load(cadre, colleague):
    CaseFactory(owner=cadre, closed=True)

    assert open_case(WorkerFactory(unemployed=True)).owner == cadre


def test_village_without_a_cadre_is_served_by_the_township(township):
    UserFactory(village_cadre=True, posted=YANJIAO)

    assert open_case(WorkerFactory(unemployed=True)).owner == township


@pytest.mark.parametrize("away", [{"ends_on": NOON.date() - timedelta(days=1)}, {"is_active": False}])
def test_cadre_who_has_left_gets_nothing(away, township):
    UserFactory(village_cadre=True, **away)

    assert open_case(WorkerFactory(unemployed=True)).owner == township


def test_where_nobody_serves_nobody_owns_the_case(supervisor, neighbour):
    case = open_case(WorkerFactory(unemployed=True, area=YANJIAO))

    assert (case.owner, case.work_items.get().owner) == (None, None)


def test_second_flag_is_on_record_and_opens_no_case():
    case = CaseFactory(contacted=True)

    flag = flag_worker(worker=case.worker, rule="relapsed", data={"previous": "employed_in_city"}, by=None, at=LATER)

    assert list(Case.objects.filter(worker=case.worker)) == [case]
    line = case.worker.journal_lines.newest_first().first()
    assert (line.what, line.about_id) == ("worker_flagged", flag.pk)


def test_somebody_at_work_who_is_flagged_is_asked_today():
    case = CaseFactory(nearby=True)
    flag = FlagFactory(worker=case.worker, rule="relapsed", data={"previous": "employed_in_city"})

    services.open_case(worker=case.worker, flag=flag, by=None, at=NOON + timedelta(days=2))

    item = case.work_items.open().get()
    assert (item.step, item.not_before, item.due_at, item.reason_text) == (
        "follow_up",
        None,
        end_of_day((NOON + timedelta(days=2)).date()),
        flag.reason,
    )
    assert case.worker.journal_lines.newest_first().first().what == "case_flagged_again"


def test_ended_case_flagged_within_90_days_goes_on():
    case = CaseFactory(settled=True)
    ended = case.settled_at

    again = services.open_case(
        worker=case.worker, flag=FlagFactory(worker=case.worker), by=None, at=ended + timedelta(days=90)
    )

    assert again == case
    assert (again.state, again.opened_at, again.first_contacted_at) == ("flagged", NOON, case.first_contacted_at)
    assert (again.reopened_count, again.last_reopened_at) == (1, ended + timedelta(days=90))
    assert [item.step for item in again.work_items.open()] == ["contact"]


def test_ended_case_flagged_later_is_a_new_story():
    case = CaseFactory(settled=True)

    second = services.open_case(
        worker=case.worker,
        flag=FlagFactory(worker=case.worker),
        by=None,
        at=case.settled_at + timedelta(days=90, seconds=1),
    )

    assert second != case
    assert (second.reopened_count, Case.objects.get(pk=case.pk).state) == (0, "settled")


def test_cadre_may_reopen_after_years(cadre):
    case = CaseFactory(closed=True, owner=cadre)

    again = services.reopen_case(case=case, by=cadre, at=NOON + timedelta(days=400))

    assert (again.reopened_count, again.closed_because) == (1, "")


def due_when_taken_up(case, cadre, *, after: timedelta):
    """When it was due as it ended, and is due now that it is taken up again; and when that one was opened."""
    before = case.work_items.order_by("-finished_at").first()
    services.reopen_case(case=case, by=cadre, at=case.closed_at + after)
    now = case.work_items.open().get()
    return before.due_at, now.due_at, now.opened_at


def ended(cadre, *, late: bool = True, **traits):
    """Ended by hand, the time limit of what was to be done over or not."""
    case = CaseFactory(owner=cadre, **traits)
    at = NOON + timedelta(days=20 if late else 1)
    return services.close_case(case=case, reason="moved", by=cadre, at=at)


@pytest.mark.parametrize("traits", [{}, {"contacted": True}], ids=["never reached", "contacted"])
@pytest.mark.parametrize("late", [True, False])
def test_a_case_ended_by_mistake_and_taken_up_again_keeps_its_time_limit(cadre, late, traits):
    """Or gets a nearer one: to be talked to comes sooner than to be recommended a job."""
    before, now, _ = due_when_taken_up(ended(cadre, late=late, **traits), cadre, after=timedelta(minutes=1))

    assert now == before if late or not traits else now < before


def test_who_was_never_reached_is_not_owed_it_later_because_the_case_was_ended_for_a_month(cadre):
    before, now, _ = due_when_taken_up(ended(cadre), cadre, after=timedelta(days=30))

    assert now == before


@pytest.mark.parametrize(
    ("after", "traits"), [(timedelta(days=8), {"contacted": True}), (timedelta(days=91), {})], ids=["met", "never met"]
)
def test_a_case_taken_up_long_after_its_end_begins_anew(cadre, after, traits):
    case = ended(cadre, **traits)
    ended_at = case.closed_at

    _, due_at, opened_at = due_when_taken_up(case, cadre, after=after)

    assert due_at > opened_at == ended_at + after


def test_a_case_taken_up_keeps_how_far_up_it_had_gone(cadre):
    case = CaseFactory(owner=cadre)
    case.work_items.update(escalation_level=2, escalated_at=NOON)
    case = services.close_case(case=case, reason="moved", by=cadre, at=NOON + timedelta(days=9))

    services.reopen_case(case=case, by=cadre, at=NOON + timedelta(days=9, hours=1))

    item = case.work_items.open().get()
    assert (item.escalation_level, item.escalated_at) == (2, NOON)


@pytest.fixture
def two_ended():
    """An old case and a newer one of the same worker."""
    older = CaseFactory(closed=True)
    return older, CaseFactory(closed=True, worker=older.worker, at=NOON + timedelta(days=200))


def test_no_older_case_is_reopened_beside_a_newer_one(two_ended, cadre):
    with pytest.raises(NewerCaseExists):
        services.reopen_case(case=two_ended[0], by=cadre, at=NOON + timedelta(days=210))

    assert not Case.objects.open().exists()


def test_a_flag_goes_to_the_open_case_also_if_it_is_the_older_one(two_ended):
    """As an earlier version let it be."""
    older, newer = two_ended
    newest = Case.objects.filter(pk=newer.pk)
    newest.update(opened_at=older.opened_at - timedelta(days=1))
    services.reopen_case(case=older, by=None, at=NOON + timedelta(days=210))
    newest.update(opened_at=newer.opened_at)

    assert open_case(older.worker, at=NOON + timedelta(days=220)) == older


def test_open_case_cannot_be_reopened(cadre):
    case = CaseFactory()

    with pytest.raises(CaseMovedOn):
        services.reopen_case(case=case, by=cadre, at=LATER)


def test_auditor_cannot_reopen(auditor):
    case = CaseFactory(closed=True)

    with pytest.raises(NotAllowed):
        services.reopen_case(case=case, by=auditor, at=LATER)

    assert Case.objects.get(pk=case.pk).state == "closed"


def test_reopened_case_of_a_cadre_who_left_gets_another(cadre, township):
    case = CaseFactory(closed=True, owner=cadre)
    cadre.postings.update(ends_on=NOON.date())

    again = services.reopen_case(case=case, by=None, at=LATER)

    assert (again.owner, again.work_items.open().get().owner) == (township, township)


def test_case_of_somebody_who_moved_meanwhile_is_reopened_where_they_live_now(cadre):
    there = UserFactory(village_cadre=True, posted=HUAQI_VILLAGE)
    case = CaseFactory(closed=True)
    update_worker(worker=case.worker, changes={"area": area_of(HUAQI_VILLAGE)}, by=None, at=NOON)

    reopened = open_case(case.worker, at=LATER)

    item = reopened.work_items.open().get()
    assert (reopened, reopened.area_id, reopened.owner) == (case, HUAQI_VILLAGE, there)
    assert (item.area_id, item.owner) == (HUAQI_VILLAGE, there)


def test_opening_is_announced():
    with heard(case_opened, case_reopened) as announced:
        case = CaseFactory(closed=True)
        services.reopen_case(case=case, by=None, at=LATER)

    assert [(name, kwargs["case"]) for name, kwargs in announced] == [("case_opened", case), ("case_reopened", case)]


def test_worker_who_moves_takes_the_case_along(cadre):
    other = UserFactory(village_cadre=True, posted=HUAQI_VILLAGE)
    case = CaseFactory(owner=cadre)
    case.worker.area_id = HUAQI_VILLAGE
    case.worker.save()

    services.follow_worker(worker=case.worker, by=None, at=LATER)

    case = Case.objects.get(pk=case.pk)
    item = case.work_items.get()
    assert (case.area_id, case.owner, item.area_id, item.owner) == (HUAQI_VILLAGE, other, HUAQI_VILLAGE, other)
    assert case.worker.journal_lines.newest_first().first().what == "case_changed_area"


def test_ended_case_stays_where_it_was_served():
    case = CaseFactory(closed=True)
    case.worker.area_id = HUAQI_VILLAGE
    case.worker.save()

    assert services.follow_worker(worker=case.worker, by=None, at=LATER) is None
