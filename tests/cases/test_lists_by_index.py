"""Lists are read from the columns of the open item and from how far a case came: the same rows as asking each case."""

from datetime import timedelta
from itertools import product

import pytest

from cases import services
from cases.choices import State
from cases.models import Case, WorkItem
from cases.querysets import URGENT_FIRST
from cases.selectors import CaseFilters, case_list, case_rows, cases_matching
from cases.selectors.many_cases import NEWEST_FIRST, items_matching
from kit.days import end_of_day
from tests.cases.factories import NOON, TODAY, CaseFactory
from tests.plans import plan_of
from tests.staff.factories import FENGPING, HUAQI_VILLAGE, MAOCHANG, YANJIAO, ZHIJIN
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db

TRAITS = ("flagged", "contacted", "referred", "placed", "nearby", "transported", "settled", "closed")
AREAS = (FENGPING, YANJIAO, HUAQI_VILLAGE)
FILTERS = [
    {},
    {"area_code": FENGPING},
    {"area_code": MAOCHANG},
    {"area_code": MAOCHANG, "only_here": True},
    {"area_code": ZHIJIN, "due": "late"},
    {"area_code": 123},
    *({"state": state} for state in State.values[:5]),
    *({"due": due} for due in ("late", "today", "escalated")),
    *({"due": "late", "state": state} for state in ("any", "at_work", "ended", "settled", "placed")),
    *({"group": group} for group in ("key_plus", "key", "general")),
    {"owner": "none", "state": "flagged"},
    {"flag": "unemployed"},
    {"words": "lgq"},
    {"reached": "referred", "due": "late"},
    {"reached": "placed", "missed": "transported"},
    {"opened_from": TODAY, "opened_to": TODAY},
]


@pytest.fixture
def county(cadre):
    """Every state in three places: some late, some escalated, some put off, some owned; two groups."""
    for n, (trait, area) in enumerate(product(TRAITS, AREAS)):
        worker = WorkerFactory(
            unemployed=True,
            area=area,
            tags=["relocated"] if n % 5 == 0 else [],
            name="李国琴" if n % 4 == 0 else "王芳",
        )
        owner = cadre if area == FENGPING and n % 2 else None
        case = CaseFactory(worker=worker, owner=owner, at=NOON - timedelta(days=n % 3), **_story(trait))
        items = WorkItem.objects.open().filter(case=case)
        items.update(due_at=end_of_day(TODAY + timedelta(days=n % 4 - 1)))
        if n % 3 == 0:
            items.update(escalation_level=1 + n % 2, escalated_at=NOON)
        if n % 7 == 0:
            items.update(not_before=NOON)


def _story(trait: str) -> dict:
    return {} if trait == "flagged" else {trait: True}


def of_every_case(filters: CaseFilters, user) -> list[int]:
    """The list as it is defined: all cases that fit, in order."""
    cases = cases_matching(filters, user=user, today=TODAY)
    if filters.are_open_only:
        items = WorkItem.objects.open().filter(case__in=cases).order_by("priority", "due_at", "case_id")
        return list(items.values_list("case_id", flat=True))
    return list(cases.order_by("-pk").values_list("pk", flat=True))


def page_by_page(filters: CaseFilters, user) -> list[int]:
    found, after = [], None
    while after is not None or not found:
        page = case_list(filters, user=user, today=TODAY, after=after)
        found += [row.case_id for row in page.rows]
        after = page.more
        if not page.rows:
            break
    return found


def test_a_list_has_the_cases_that_fit_in_order_page_by_page_and_in_its_file(county, supervisor, monkeypatch):
    monkeypatch.setattr("cases.selectors.many_cases.PAGE", 3)
    asked = [CaseFilters(**filters) for filters in FILTERS]
    expected = {filters: of_every_case(filters, supervisor) for filters in asked}

    assert {filters: page_by_page(filters, supervisor) for filters in asked} == expected
    assert {filters: in_the_file(filters, supervisor) for filters in asked} == expected


def test_who_ever_reached_a_stage_stands_on_its_list_newest_first(county, supervisor, monkeypatch):
    monkeypatch.setattr("cases.selectors.many_cases.PAGE", 2)
    more = [{}, {"area_code": FENGPING}, {"missed": "settled"}, {"group": "key"}, {"sort": "newest"}]
    asked = [CaseFilters(**{"state": "any", "reached": stage} | one) for stage in State.values for one in more]

    found = {filters: page_by_page(filters, supervisor) for filters in asked}

    assert found == {filters: of_every_case(filters, supervisor) for filters in asked}


def test_of_those_who_reached_a_stage_the_late_ones_are_counted(county, supervisor):
    again = CaseFactory(worker=WorkerFactory(unemployed=True, area=YANJIAO), closed=True)
    late_for_two_days = end_of_day(TODAY - timedelta(days=2))
    services.reopen_case(case=again, by=supervisor, at=NOON)
    Case.objects.filter(pk=again.pk).update(first_contacted_at=NOON)
    WorkItem.objects.open().filter(case=again).update(due_at=late_for_two_days)
    more = [{}, {"state": "any"}, {"area_code": FENGPING}, {"missed": "settled"}, {"state": "flagged"}]
    asked = [CaseFilters(**{"reached": stage} | one) for stage in State.values for one in more]

    found = {filters: case_list(filters, user=supervisor, today=TODAY).late for filters in asked}

    assert found == {
        filters: cases_matching(filters, user=supervisor, today=TODAY).overdue(TODAY).count() for filters in asked
    }
    assert found[CaseFilters(reached="contacted", state="flagged")] == 1


def test_who_reached_a_stage_twice_stands_there_once(supervisor, monkeypatch):
    monkeypatch.setattr("cases.selectors.many_cases.PAGE", 1)
    twice, once = CaseFactory(referred=True), CaseFactory(referred=True)
    for n in (1, 2):
        twice.moves.create(
            from_state="referred",
            to_state="contacted",
            cause="no_match",
            at=NOON,
            happened_at=NOON + timedelta(hours=n),
        )
        twice.moves.create(from_state="contacted", to_state="referred", cause="referral", at=NOON, happened_at=NOON)

    assert page_by_page(CaseFilters(state="any", reached="referred"), supervisor) == [once.pk, twice.pk]


def test_cases_outside_the_area_are_on_no_list_of_a_stage(county, neighbour):
    page = case_list(CaseFilters(state="any", reached="referred"), user=neighbour, today=TODAY)

    assert {row.area_id for row in page.rows} == {HUAQI_VILLAGE}


def in_the_file(filters: CaseFilters, user) -> list[int]:
    return [row.case_id for row in case_rows(filters, user=user, today=TODAY)]


def first(rows, order=URGENT_FIRST):
    return rows.order_by(*order.order)[:51]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "open_item_in_order"),
        ({"owner": "7"}, "open_item_of_owner"),
        ({"due": "escalated"}, "escalated_item_of_area"),
        ({"owner": "none"}, "unowned_item_of_area"),
        ({"state": "referred"}, "open_item_by_step"),
    ],
)
def test_a_list_can_begin_at_an_index_of_items(supervisor, asked, index):
    listed = items_matching(CaseFilters(**asked), user=supervisor, today=TODAY)

    assert f"using {index}" in plan_of(first(listed), only=index)


@pytest.mark.parametrize(
    ("stage", "index"),
    [
        ("referred", "case_referred"),
        ("placed", "case_placed"),
        ("transported", "case_travelled"),
        ("settled", "case_settled"),
    ],
)
def test_who_came_so_far_is_found_newest_first_by_an_index_of_those_alone(stage, index):
    plan = plan_of(first(Case.objects.reached(stage), NEWEST_FIRST), only=index)

    assert f"Backward using {index}" in plan
    assert "Sort" not in plan


def test_a_deep_page_begins_behind_its_key_in_every_stretch():
    """The moment of the key is a bound of the index, and not looked at row by row."""
    items = WorkItem.objects.open()

    plan = plan_of(URGENT_FIRST.behind(items, [2, NOON, 7], 50), only="open_item_in_order")

    bounds = [line for line in plan.splitlines() if "Index Cond" in line and "priority" in line]
    assert [("due_at" in bound, "case_id" in bound) for bound in bounds] == [
        (True, True),
        (True, False),
        (False, False),
    ]
