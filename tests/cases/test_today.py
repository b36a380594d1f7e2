from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases import services
from cases.models import Case, WorkItem
from cases.querysets import GROUPS, is_new, is_resting
from cases.selectors import CaseFilters, Chip, DoneCount, case_list, count_done, today_counts, today_figures, today_page
from cases.selectors.today import FIRST_ROWS
from cases.services import assigning
from kit.days import end_of_day, local_day, local_moment
from staff.events import user_deactivated
from staff.services import deactivate_user, end_posting, forget_postings
from tests.cases.factories import NOON, TODAY, CaseFactory, miss, reach
from tests.plans import leave_only, plan_of
from tests.staff.factories import (
    DAFANG,
    FENGPING,
    HUAQI,
    HUAQI_VILLAGE,
    MAOCHANG,
    YANJIAO,
    ZHIJIN,
    PostingFactory,
    UserFactory,
    area_of,
)
from tests.workers.factories import HouseholdFactory, WorkerFactory
from workers.models import JournalLine

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

YESTERDAY = NOON - timedelta(days=1)
CITY = 520500000000


def due(case, days, **columns):
    """The open item falls due so many days from today."""
    item = case.work_items.open().get()
    WorkItem.objects.filter(pk=item.pk).update(due_at=end_of_day(TODAY + timedelta(days=days)), **columns)
    return case


def page(user, **kwargs):
    return today_page(**{"user": user, "now": NOON} | kwargs)


def ids(group):
    return [row.case_id for row in group.rows]


def test_late_today_this_week_and_later_are_told_apart(cadre):
    late, now, sunday, monday = [due(CaseFactory(owner=cadre, at=YESTERDAY), days) for days in (-1, 0, 3, 4)]

    found = page(cadre)
    unfolded = page(cadre, after=found.later.more)

    assert [ids(group) for group in found.groups] == [[late.pk], [now.pk], [sunday.pk], []]
    assert [group.count for group in found.groups] == [1, 1, 1, 1]
    assert (ids(unfolded.later), unfolded.later.more) == ([monday.pk], None)


def test_urgent_groups_come_first_then_who_waits_longest(cadre):
    plain, older = due(CaseFactory(owner=cadre), -1), due(CaseFactory(owner=cadre), -3)
    home = HouseholdFactory(members=1, members__unemployed=True, zero_employment=True)
    urgent = due(CaseFactory(owner=cadre, worker=WorkerFactory(household=home, unemployed=True)), -1)

    assert ids(page(cadre).late) == [urgent.pk, older.pk, plain.pk]


def test_row_says_who_where_why_and_what_next(cadre):
    home = HouseholdFactory(members=0, zero_employment=True)
    worker = WorkerFactory(name="阿苦·吉木", household=home, unemployed=True, tags=["lifted_out"])
    case = due(CaseFactory(owner=cadre, worker=worker), 0)

    with translation.override("en"):
        (row,) = page(cadre).today.rows

    assert (row.case_id, row.name, row.sex, row.age, row.next_is, row.is_overdue) == (
        case.pk,
        "阿苦·吉木",
        "F",
        38,
        "call",
        False,
    )
    assert row.tags == ("Zero-employment family", "Lifted out of poverty")
    assert row.reason == "Reported out of work. How known: Visit."


def test_attempt_planned_for_tomorrow_is_off_the_list_until_then(cadre):
    case = CaseFactory(owner=cadre)
    miss(case, at=NOON + timedelta(hours=8), by=cadre)  # eight in the evening: tried again tomorrow morning

    today, tomorrow = (page(cadre, now=NOON + timedelta(days=n)) for n in (0, 1))

    assert (ids(today.today), ids(today.week)) == ([], [case.pk])
    assert ids(tomorrow.today) == [case.pk]


def test_attempt_planned_for_this_evening_stays_on_today(cadre):
    case = CaseFactory(owner=cadre)
    miss(case, at=NOON + timedelta(hours=1), by=cadre)

    (row,) = page(cadre).today.rows

    assert (row.case_id, row.not_before) == (case.pk, local_moment(TODAY, 18, 30))


def test_nobody_late_is_hidden_while_the_next_attempt_is_to_come(cadre, supervisor):
    """However far away it is planned: the figure of the late is the same on every page."""
    late = due(CaseFactory(owner=cadre), -2)
    away = due(CaseFactory(owner=cadre), -9, not_before=NOON + timedelta(days=40), reason="call_again")

    found = page(cadre)
    counted = case_list(CaseFilters(due="late"), user=supervisor, today=TODAY)

    assert (ids(found.late), found.late.count, counted.total) == ([late.pk, away.pk], 2, 2)
    assert [group.count for group in (found.today, found.week, found.later)] == [0, 0, 0]


def test_visit_is_the_next_action_after_calls_in_vain(cadre):
    case = CaseFactory(owner=cadre)
    for days in (0, 1, 2):
        miss(case, at=NOON + timedelta(days=days, hours=1 + 6 * (days == 1)), by=cadre)

    (row,) = page(cadre, now=NOON + timedelta(days=4)).today.rows

    assert row.next_is == "visit"


def test_cadre_sees_only_their_own_work(cadre, colleague):
    mine, theirs, nobodys = CaseFactory(owner=cadre), CaseFactory(owner=colleague), CaseFactory(owner=None)
    for case in (mine, theirs, nobodys):
        due(case, 0)

    assert (ids(page(cadre).today), ids(page(colleague).today)) == ([mine.pk], [theirs.pk])


def test_township_sees_what_nobody_owns_and_what_went_up(cadre, township):
    nobodys, quiet, risen = CaseFactory(), CaseFactory(owner=cadre), CaseFactory(owner=cadre)
    for case in (nobodys, quiet):
        due(case, 0)
    due(risen, 0, escalation_level=1, escalated_at=NOON)

    assert ids(page(township).today) == [nobodys.pk, risen.pk]


def test_township_sees_at_once_what_a_cadre_who_left_had_on_the_list(cadre, township):
    left_behind = due(CaseFactory(owner=cadre), 0)

    deactivate_user(user=cadre)
    user_deactivated.send(type(cadre), user=cadre, by=township, at=NOON)

    assert ids(page(township).today) == [left_behind.pk]


@pytest.mark.parametrize("last_day, is_left_behind", [(-1, True), (0, False)])
def test_township_sees_what_was_left_by_an_owner_whose_posting_ended(cadre, township, last_day, is_left_behind):
    left_behind = due(CaseFactory(owner=cadre), 0)
    (posting,) = cadre.postings.all()

    end_posting(posting=posting, ends_on=TODAY + timedelta(days=last_day))
    services.release_all_left_behind(at=NOON)

    assert ids(page(township).today) == ([left_behind.pk] if is_left_behind else [])
    assert (Case.objects.get().owner is None) == is_left_behind


def test_the_night_after_the_last_day_releases_cases_of_many_owners_and_tells_it(
    cadre, colleague, township, monkeypatch
):
    monkeypatch.setattr("cases.services.assigning.CHUNK", 2)
    ended = CaseFactory(owner=cadre, closed=True)
    left = [CaseFactory(owner=owner) for owner in (cadre, cadre, cadre, colleague)]
    kept = CaseFactory(owner=township)
    deactivate_user(user=colleague)
    end_posting(posting=cadre.postings.get(), ends_on=TODAY)

    assert services.release_all_left_behind(at=NOON) == 1
    assert services.release_all_left_behind(at=NOON + timedelta(days=1)) == 3
    assert services.release_all_left_behind(at=NOON + timedelta(days=1)) == 0

    owners = dict(Case.objects.values_list("pk", "owner"))
    assert owners == {case.pk: None for case in left} | {kept.pk: township.pk, ended.pk: cadre.pk}
    assert list(WorkItem.objects.open().exclude(owner=None).values_list("case", flat=True)) == [kept.pk]
    line = JournalLine.objects.filter(what="case_assigned", worker=left[0].worker).latest("pk")
    assert (line.by, line.data["owner"], line.data["was"]) == (None, None, str(cadre))


def test_a_case_given_to_somebody_else_meanwhile_stays_with_them(cadre, colleague, monkeypatch):
    case = CaseFactory(owner=cadre)
    deactivate_user(user=cadre)
    locks = assigning.lock_open_items

    def given_before_the_lock(ids):
        services.assign(case=case, owner=colleague, by=None, at=NOON)
        return locks(ids)

    monkeypatch.setattr(assigning, "lock_open_items", given_before_the_lock)

    assert (services.release_all_left_behind(at=NOON), Case.objects.get().owner) == (0, colleague)


def test_county_sees_what_was_left_by_an_owner_who_was_moved_to_another_village(cadre, supervisor):
    left_behind = due(CaseFactory(owner=cadre), 0)

    move(cadre, YANJIAO)

    assert ids(page(supervisor).today) == [left_behind.pk]


@pytest.mark.parametrize("role, posted, is_left_behind", [
    ("township_cadre", MAOCHANG, False),
    ("supervisor", ZHIJIN, False),
    ("township_cadre", HUAQI, True),
    ("fair_organiser", ZHIJIN, True),
])  # fmt: skip
def test_a_posting_above_the_place_still_answers_for_it_when_it_does_casework(
    cadre, township, role, posted, is_left_behind
):
    case = due(CaseFactory(owner=cadre), 0)

    move(cadre, posted, role)

    assert ids(page(township).today) == ([case.pk] if is_left_behind else [])


def test_what_one_owner_left_stays_off_the_lists_of_other_places(cadre, neighbour, stranger):
    due(CaseFactory(owner=cadre), 0)

    move(cadre, YANJIAO)

    assert [page(user).today.count for user in (cadre, neighbour, stranger)] == [0, 0, 0]


def move(user, posted, role="village_cadre"):
    """Somewhere else from today on, and no longer where they were."""
    end_posting(posting=user.postings.get(), ends_on=TODAY - timedelta(days=1))
    PostingFactory(user=user, role=role, area_id=posted, starts_on=TODAY)
    forget_postings(user)
    services.release_all_left_behind(at=NOON)


def test_county_sees_what_went_up_twice(cadre, supervisor):
    once, twice = CaseFactory(owner=cadre), CaseFactory(owner=cadre)
    due(once, 0, escalation_level=1, escalated_at=NOON)
    due(twice, 0, escalation_level=2, escalated_at=NOON)

    assert ids(page(supervisor).today) == [twice.pk]


def test_nobody_sees_work_outside_their_area(cadre, neighbour, stranger, auditor):
    due(CaseFactory(), 0, escalation_level=2, escalated_at=NOON)

    for user in (neighbour, stranger, auditor):
        assert [group.count for group in page(user).groups] == [0, 0, 0, 0]


def test_chips_count_kinds_of_work_and_narrow_the_list(cadre):
    calls = [due(CaseFactory(owner=cadre), 0) for _ in range(2)]
    refer = due(CaseFactory(owner=cadre, contacted=True), 0)

    everything, only = page(cadre), page(cadre, chip="refer")

    assert everything.chips == (Chip("", 3), Chip("contact", 2), Chip("refer", 1))
    assert (ids(only.today), only.today.count, only.chips) == ([refer.pk], 1, everything.chips)
    assert [row.next_is for row in everything.today.rows if row.case_id == calls[0].pk] == ["call"]


def test_done_work_is_counted_until_midnight(cadre):
    reach(CaseFactory(owner=cadre), at=NOON + timedelta(hours=1), by=cadre)
    miss(CaseFactory(owner=cadre), at=NOON + timedelta(hours=1), by=cadre)

    today, tomorrow = (count_done(cadre, TODAY + timedelta(days=n)) for n in (0, 1))

    assert (today, tomorrow) == (DoneCount(reached=1, missed=1), DoneCount(reached=0, missed=0))


def test_undone_work_is_not_counted(cadre):
    attempt = reach(CaseFactory(owner=cadre), at=NOON + timedelta(hours=1), by=cadre)
    services.undo_contact(attempt=attempt, by=cadre, at=NOON + timedelta(hours=2))

    assert count_done(cadre, TODAY).all == 0


def test_three_late_ones_are_shown_and_the_rest_follow_page_by_page(cadre, monkeypatch):
    monkeypatch.setattr("cases.selectors.today.MORE_ROWS", 4)
    cases = [due(CaseFactory(owner=cadre), -9 + n) for n in range(9)]

    first = page(cadre)
    second = page(cadre, after=first.late.more)
    third = page(cadre, after=second.late.more)

    assert [ids(p.late) for p in (first, second, third)] == [
        [case.pk for case in cases[:3]],
        [case.pk for case in cases[3:7]],
        [case.pk for case in cases[7:]],
    ]
    assert (first.late.count, second.late.count, third.late.more, second.today.rows) == (9, 9, None, ())


def test_who_was_tried_sinks_below_who_was_not_also_from_page_to_page(cadre, monkeypatch):
    monkeypatch.setattr("cases.selectors.today.MORE_ROWS", 2)
    cases = [due(CaseFactory(owner=cadre), -9 + n) for n in range(6)]
    for case in (cases[3], cases[0]):
        miss(case, at=NOON, by=cadre)

    first = page(cadre)
    second = page(cadre, after=first.late.more)
    third = page(cadre, after=second.late.more)

    order = [cases[1], cases[2], cases[4], cases[5], cases[0], cases[3]]
    assert [*ids(first.late), *ids(second.late), *ids(third.late)] == [case.pk for case in order]
    assert [p.late.left for p in (first, second, third)] == [3, 1, 0]
    assert [row.tried for row in (*second.late.rows, *third.late.rows)] == ["", "打过 1 次", "打过 1 次"]


@pytest.mark.parametrize(
    "key", ["", "late", "late.1.2", "late.after.1.2", "late.x.2.3", "late.1.99999999999999999999.3", "a.b.c.d", "…"]
)
def test_key_that_was_tampered_with_is_no_key(cadre, key):
    case = due(CaseFactory(owner=cadre), -1)

    shown = page(cadre, after=key)

    assert (shown.is_continued, ids(shown.late)) == (False, [case.pk])


@pytest.mark.parametrize("people", [1, 3])
def test_page_costs_few_queries_however_many_people(cadre, people):
    for _ in range(people):
        for days in (-1, 0, 2, 9):
            due(CaseFactory(owner=cadre, at=YESTERDAY), days)
    assert cadre.current_postings  # read by the middleware

    with CaptureQueriesContext(connection) as queries:
        first = page(cadre)
    with CaptureQueriesContext(connection) as queries_of_later:
        page(cadre, after=first.later.more)

    assert (len(queries), len(queries_of_later)) == (5, 3)


def test_row_without_phone_says_so(cadre):
    due(CaseFactory(owner=cadre, worker=WorkerFactory(unemployed=True, phoneless=True)), 0)

    assert [row.has_phone for row in page(cadre).today.rows] == [False]


def test_case_of_another_village_shows_its_name(township):
    due(CaseFactory(worker=WorkerFactory(unemployed=True, area=YANJIAO)), 0)

    (row,) = page(township).today.rows

    assert (row.area_id, row.place) == (YANJIAO, "岩脚村")


@pytest.mark.parametrize("index", ["open_item_of_owner", "escalated_item_of_area", "unowned_item_of_area"])
def test_each_reason_to_stand_on_a_supervisors_list_has_an_index(supervisor, index):
    """The condition of the list is these three; PostgreSQL puts their indexes together."""
    arms = {
        "open_item_of_owner": {"owner": supervisor},
        "escalated_item_of_area": {"escalation_level__gt": 0, "escalation_level__gte": 2},
        "unowned_item_of_area": {"owner": None},
    }
    items = WorkItem.objects.open().held_by(supervisor, ["supervisor"])

    assert f"using {index}" in plan_of(items.filter(**arms[index]), only=index)


def test_numbers_of_a_whole_township_are_read_from_an_index_alone(township):
    with CaptureQueriesContext(connection) as queries:
        today_figures(user=township, now=NOON, everybody=True)
    (counted,) = [query["sql"] for query in queries if "FILTER" in query["sql"]]

    with connection.cursor() as cursor:
        leave_only(cursor, "open_item_by_step")
        cursor.execute(f"EXPLAIN {counted}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Only Scan using open_item_by_step" in plan


# ---- a whole county, whose numbers are kept in a tally


@pytest.fixture
def busy_county(cadre):
    """Due and put off before this week's end and after it, new and old, tried and not, in three places."""
    days, offs = (-1, 0, 2, 9), (None, 0, 1, 3, 12)
    for n, (days_left, off) in enumerate(product(days, offs)):
        worker = WorkerFactory(unemployed=True, area=(FENGPING, YANJIAO, HUAQI_VILLAGE)[n % 3])
        story = {"contacted": True} if n % 5 == 3 else {}
        case = CaseFactory(worker=worker, owner=None if n % 3 else cadre, at=(NOON, YESTERDAY)[n % 4 > 0], **story)
        not_before = None if off is None else NOON + timedelta(days=off, hours=1)
        tried = {"reason": "call_again", "reason_data": {"calls": 1}} if off is not None and n % 3 else {}
        due(case, days_left, not_before=not_before, **tried)
    for _ in range(3):  # flagged this noon, due beyond the week
        due(CaseFactory(at=NOON), 9)


@pytest.mark.parametrize("posted", [[ZHIJIN], [CITY], [ZHIJIN, MAOCHANG], [DAFANG]])
def test_the_tally_tells_what_a_count_of_the_rows_finds(busy_county, posted):
    user = UserFactory()
    for area in posted:
        PostingFactory(user=user, role="supervisor", area=area_of(area))

    told = today_counts.tallies_of(user, NOON, True)
    counted = today_counts._counted(today_counts.list_of(user, True), NOON)

    assert days_of(told) == days_of(counted)


def days_of(tallies: list[dict]) -> dict:
    """The tally knows a moment to the day."""
    return {
        tally["step"]: [*(tally[name] for name in GROUPS), tally["next_at"] and local_day(tally["next_at"])]
        for tally in tallies
    }


@pytest.mark.parametrize("chip", ["", "contact"])
def test_everybody_of_a_county_is_reached_page_by_page_in_order(busy_county, supervisor, monkeypatch, chip):
    monkeypatch.setattr("cases.selectors.today.MORE_ROWS", 2)
    items = WorkItem.objects.open().order_by("priority", "due_at", "case_id")
    items = items.filter(step=chip) if chip else items
    expected = {
        name: [
            *items.in_group(name, TODAY).exclude(is_resting(NOON)).values_list("case_id", flat=True),
            *items.in_group(name, TODAY).filter(is_resting(NOON)).values_list("case_id", flat=True),
        ]
        if name in today_counts.SINKING
        else list(items.in_group(name, TODAY).values_list("case_id", flat=True))
        for name in GROUPS
    }

    found, lefts = {}, {}
    for name in GROUPS:
        group = getattr(page(supervisor, everybody=True, chip=chip), name)
        found[name], lefts[name] = ids(group), [group.left]
        while group.more:
            group = getattr(page(supervisor, everybody=True, chip=chip, after=group.more), name)
            found[name] += ids(group)
            lefts[name].append(group.left)

    assert found == expected
    assert {name: left[0] for name, left in lefts.items()} == {
        name: max(len(cases) - FIRST_ROWS[name], 0) for name, cases in expected.items()
    }


def test_a_county_costs_few_queries(busy_county, supervisor):
    assert supervisor.current_postings  # read by the middleware

    with CaptureQueriesContext(connection) as queries:
        page(supervisor, everybody=True)

    assert len(queries) <= 7


def test_who_is_new_is_found_by_an_index_of_those():
    new = WorkItem.objects.open().filter(is_new(TODAY))

    assert "using new_item" in plan_of(new, only="new_item")
