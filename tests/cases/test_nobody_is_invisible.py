"""Every open case of a list is in one group of Today; what is new stands there at once; the numbers are the rows."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import services
from cases.choices import Step
from cases.models import Case, WorkItem
from cases.querysets import GROUPS
from cases.selectors import today_page
from cases.services import assign, close_case, reopen_case, undo_contact
from kit.days import end_of_day, local_day, local_moment, start_of_day
from tests.cases.factories import NOON, TODAY, CaseFactory, miss, reach
from tests.workers.factories import FlagFactory, HouseholdFactory, WorkerFactory

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

A_WEEK = [TODAY + timedelta(days=n) for n in range(7)]
GROUPS_OF_PEOPLE = {
    "zero-employment": {"zero_employment": True},
    "monitored": {"tags": ["monitored_sudden"]},
    "other key groups": {"tags": ["relocated"]},
    "general": {},
}


def rows_of(user, today, *, chip="", everybody=False) -> dict[str, list]:
    """The rows that can be reached in each group: those shown, and those behind "more people", page by page."""
    first = today_page(user=user, now=local_moment(today, 12), chip=chip, everybody=everybody)
    found = {}
    for group in first.groups:
        found[group.name] = list(group.rows)
        while group.more:
            assert group.left > 0
            page = today_page(user=user, now=local_moment(today, 12), chip=chip, everybody=everybody, after=group.more)
            group = getattr(page, group.name)
            found[group.name] += group.rows
        assert group.left == 0
    return found


def places_of(user, today) -> dict[int, str]:
    """{case: group}; a case that is in two groups, or twice in one, is no dict's business."""
    pairs = [(row.case_id, name) for name, rows in rows_of(user, today).items() for row in rows]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def due(case, days, **columns):
    WorkItem.objects.filter(case=case).update(due_at=end_of_day(TODAY + timedelta(days=days)), **columns)
    return case


# ---- one group, whatever the item says


around = st.integers(-20 * 86400, 20 * 86400).map(lambda n: NOON + timedelta(seconds=n, microseconds=n))
edges = st.sampled_from([at for day in A_WEEK for at in (start_of_day(day), end_of_day(day), local_moment(day, 9))])
moments = around | edges


@pytest.fixture
def item(cadre) -> WorkItem:
    return CaseFactory(owner=cadre).work_items.get()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    today=st.sampled_from(A_WEEK),
    due_at=moments,
    not_before=st.none() | moments,
    opened_at=moments,
    step=st.sampled_from(Step.values),
)
def test_every_open_item_is_in_exactly_one_group(item, today, **columns):
    WorkItem.objects.filter(pk=item.pk).update(**columns)

    groups = [name for name in GROUPS if WorkItem.objects.open().in_group(name, today).exists()]

    assert len(groups) == 1


# ---- flagged on any day, of any group


@pytest.mark.parametrize("flagged_on", A_WEEK, ids=lambda day: day.strftime("%A"))
@pytest.mark.parametrize("kind", GROUPS_OF_PEOPLE)
def test_whoever_is_flagged_is_there_that_day_and_in_some_group_every_day_after(cadre, kind, flagged_on):
    case = flag(kind, at=local_moment(flagged_on, 10))

    first = today_page(user=cadre, now=local_moment(flagged_on, 12))

    assert [(row.case_id, row.is_new) for row in first.today.rows] == [(case.pk, True)]
    for day in days_until_due(case):
        page = today_page(user=cadre, now=local_moment(day, 12))
        assert list(places_of(cadre, day)) == [case.pk]
        assert (sum(group.count for group in page.groups), page.chips[0].count) == (1, 1)


def flag(kind: str, *, at: datetime) -> Case:
    """As `raise_flag` has it: the flag opens the case, and the case finds its cadre."""
    traits = dict(GROUPS_OF_PEOPLE[kind])
    home = HouseholdFactory(zero_employment=traits.pop("zero_employment", False))
    worker = WorkerFactory(unemployed=True, household=home, at=at, **traits)
    return services.open_case(worker=worker, flag=FlagFactory(worker=worker, raised_at=at), by=None, at=at)


def days_until_due(case: Case) -> list[date]:
    """And the two days after."""
    item = case.work_items.get()
    first = local_day(item.opened_at)
    return [first + timedelta(days=n) for n in range((local_day(item.due_at) - first).days + 3)]


# ---- what is new


def is_new_on(user, day) -> list[bool]:
    return [row.is_new for row in today_page(user=user, now=local_moment(day, 12)).today.rows]


def test_what_is_new_is_new_for_one_day(cadre):
    CaseFactory(owner=cadre)

    assert (is_new_on(cadre, TODAY), is_new_on(cadre, TODAY + timedelta(days=1))) == ([True], [])


def test_a_case_taken_up_again_is_new_that_day(cadre):
    case = CaseFactory(owner=cadre, contacted=True)
    case = close_case(case=case, reason="moved", by=cadre, at=NOON)
    later = NOON + timedelta(days=30)

    reopen_case(case=case, by=cadre, at=later)

    assert is_new_on(cadre, local_day(later)) == [True]


def test_a_new_case_handed_to_a_colleague_is_new_for_the_colleague(cadre, colleague):
    case = CaseFactory(owner=cadre)

    assign(case=case, owner=colleague, by=None, at=NOON)

    assert (is_new_on(cadre, TODAY), is_new_on(colleague, TODAY)) == ([], [True])


def test_a_call_in_vain_puts_off_what_is_new_until_it_is_taken_back(cadre):
    case = CaseFactory(owner=cadre)
    attempt = miss(case, at=NOON + timedelta(hours=8), by=cadre)  # tried again tomorrow

    put_off = places_of(cadre, TODAY)
    undo_contact(attempt=attempt, by=cadre, at=NOON + timedelta(hours=9))

    assert (put_off, is_new_on(cadre, TODAY)) == ({case.pk: "week"}, [True])


@pytest.mark.parametrize("days, is_new", [(0, [True]), (1, [])])
def test_a_talk_taken_back_makes_nobody_new_who_was_not(cadre, days, is_new):
    case = CaseFactory(owner=cadre)
    at = NOON + timedelta(days=days, hours=1)
    attempt = reach(case, at=at, by=cadre)

    undo_contact(attempt=attempt, by=cadre, at=at + timedelta(hours=1))

    assert is_new_on(cadre, local_day(at)) == is_new


# ---- put off


def test_what_is_put_off_is_in_the_group_of_the_day_it_comes_back_and_whoever_is_late_is_late(cadre):
    sunday, monday = local_moment(TODAY + timedelta(days=3), 9), local_moment(TODAY + timedelta(days=4), 9)
    late, soon, later = [
        due(CaseFactory(owner=cadre), days, not_before=until).pk
        for days, until in ((-2, sunday), (0, sunday), (0, monday))
    ]

    assert places_of(cadre, TODAY) == {late: "late", soon: "week", later: "later"}
    assert places_of(cadre, TODAY + timedelta(days=4)) == {late: "late", soon: "late", later: "late"}


def test_the_folded_group_says_when_its_first_one_comes(cadre):
    due(CaseFactory(owner=cadre, at=NOON - timedelta(days=1)), 20)
    due(CaseFactory(owner=cadre), 30, not_before=local_moment(TODAY + timedelta(days=9), 9))

    assert today_page(user=cadre, now=local_moment(TODAY, 12)).next_at == local_moment(TODAY + timedelta(days=9), 9)
    assert today_page(user=cadre, now=local_moment(TODAY, 12), chip="refer").next_at is None


# ---- the numbers are the rows


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr("cases.selectors.today.MORE_ROWS", 2)
    monkeypatch.setattr("cases.selectors.today.FIRST_ROWS", {"late": 1, "today": 1, "week": 1, "later": 0})


@pytest.mark.usefixtures("short_pages")
def test_every_number_is_that_of_the_rows_one_can_reach(cadre, township):
    for owner, step, days in product([cadre, township], Step.values, [-1, 0, 2, 9]):
        due(CaseFactory(owner=owner, at=NOON - timedelta(days=1)), days, step=step)

    for chip, everybody in product(["", *Step.values], [False, True]):
        page = today_page(user=township, now=local_moment(TODAY, 12), chip=chip, everybody=everybody)
        rows = rows_of(township, TODAY, chip=chip, everybody=everybody)
        cases = {row.case_id for group in rows.values() for row in group}
        each = (1 if chip else 5) * (2 if everybody else 1)
        assert {name: len(group) for name, group in rows.items()} == dict.fromkeys(GROUPS, each)
        assert {group.name: group.count for group in page.groups} == dict.fromkeys(GROUPS, each)
        assert (len(cases), {one.step: one.count for one in page.chips}[chip]) == (4 * each, 4 * each)
