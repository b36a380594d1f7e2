from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.models import WorkItem
from cases.selectors import CaseFilters, case_list, cases_matching, owners_for
from kit.days import end_of_day
from tests.cases.factories import NOON, TODAY, CaseFactory
from tests.staff.factories import FENGPING, HUAQI, HUAQI_VILLAGE, MAOCHANG, YANJIAO, UserFactory
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db


def listed(user, after=None, **filters):
    return case_list(CaseFilters(**filters), user=user, today=TODAY, after=after)


def ids(page):
    return [row.case_id for row in page.rows]


def in_area(area, **kwargs):
    return CaseFactory(worker=WorkerFactory(unemployed=True, area=area), **kwargs)


def late(case):
    WorkItem.objects.filter(case=case).open().update(due_at=end_of_day(TODAY - timedelta(days=1)))
    return case


def test_open_cases_come_most_urgent_first(supervisor):
    calm, urgent = CaseFactory(), late(CaseFactory())
    CaseFactory(closed=True)

    page = listed(supervisor)

    assert (ids(page), page.total, page.late, page.more) == ([urgent.pk, calm.pk], 2, 1, None)
    assert [row.is_overdue for row in page.rows] == [True, False]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", ["flagged", "placed", "transported"]),
        ("placed", ["placed"]),
        ("closed", ["closed"]),
        ("at_work", ["placed", "transported"]),
        ("ended", ["settled", "closed"]),
        ("any", ["flagged", "placed", "transported", "settled", "closed"]),
        ("nonsense", ["flagged", "placed", "transported"]),
    ],
)
def test_state_filter(supervisor, state, expected):
    traits = ["placed", "transported", "settled", "closed"]
    cases = {"flagged": CaseFactory()} | {trait: CaseFactory(**{trait: True}) for trait in traits}

    page = listed(supervisor, state=state)

    assert sorted(ids(page)) == sorted(cases[trait].pk for trait in expected)
    assert page.total == len(expected)


def test_area_filter_takes_everything_under_it(supervisor):
    village, beside, township = in_area(FENGPING), in_area(YANJIAO), in_area(HUAQI_VILLAGE)

    assert sorted(ids(listed(supervisor, area_code=MAOCHANG))) == sorted([village.pk, beside.pk])
    assert ids(listed(supervisor, area_code=FENGPING)) == [village.pk]
    assert ids(listed(supervisor, area_code=HUAQI)) == [township.pk]
    assert ids(listed(supervisor, area_code=123)) == []


def test_due_filters(supervisor):
    overdue, calm, risen = late(CaseFactory()), CaseFactory(), CaseFactory()
    WorkItem.objects.filter(case=calm).update(due_at=end_of_day(TODAY))
    WorkItem.objects.filter(case=risen).update(escalation_level=1, escalated_at=NOON)

    found = {due: ids(listed(supervisor, due=due)) for due in ("late", "today", "escalated")}

    assert found == {"late": [overdue.pk], "today": [calm.pk], "escalated": [risen.pk]}


def test_owner_filters(supervisor, cadre):
    mine, nobodys = CaseFactory(owner=cadre), CaseFactory()

    assert ids(listed(supervisor, owner=str(cadre.pk))) == [mine.pk]
    assert ids(listed(supervisor, owner="none")) == [nobodys.pk]


def test_group_and_opening_filters(supervisor):
    case = CaseFactory()
    CaseFactory(worker=WorkerFactory(unemployed=True, tags=["relocated"]))

    assert ids(listed(supervisor, group="general")) == [case.pk]
    assert listed(supervisor, opened_from=TODAY, opened_to=TODAY).total == 2
    assert listed(supervisor, opened_from=TODAY + timedelta(days=1)).total == 0
    assert listed(supervisor, opened_to=TODAY - timedelta(days=1)).total == 0


def test_figure_and_list_agree(supervisor):
    for trait in ("contacted", "placed", "settled"):
        CaseFactory(**{trait: True})

    for state in ("", "contacted", "any", "ended"):
        filters = CaseFilters(state=state)
        figure = cases_matching(filters, user=supervisor, today=TODAY).count()
        assert figure == len(case_list(filters, user=supervisor, today=TODAY).rows)


@pytest.mark.parametrize("state", ["", "any"])
def test_pages_follow_each_other_without_gap_or_repeat(supervisor, monkeypatch, state):
    monkeypatch.setattr("cases.selectors.many_cases.PAGE", 2)
    cases = [CaseFactory() for _ in range(5)]

    pages, after = [], None
    while after is not None or not pages:
        page = listed(supervisor, state=state, after=after)
        pages.append(ids(page))
        after = page.more

    assert [len(rows) for rows in pages] == [2, 2, 1]
    assert sorted(pk for rows in pages for pk in rows) == [case.pk for case in cases]


def test_nobody_sees_cases_outside_their_area(neighbour, stranger, cadre):
    case = CaseFactory()

    assert [listed(user, state="any").total for user in (neighbour, stranger, cadre)] == [0, 0, 1]
    assert ids(listed(cadre)) == [case.pk]


@pytest.mark.parametrize("state", ["", "any"])
@pytest.mark.parametrize("people", [1, 3])
def test_list_costs_few_queries_however_many_rows(supervisor, people, state):
    for _ in range(people):
        CaseFactory()
    assert supervisor.current_postings  # read by the middleware

    with CaptureQueriesContext(connection) as queries:
        listed(supervisor, state=state)

    assert len(queries) == (3 if state == "" else 4)


def test_ended_case_shows_why(supervisor):
    CaseFactory(closed=True)

    with translation.override("en"):
        (row,) = listed(supervisor, state="closed").rows

    assert (row.due_at, row.reason, row.owner, row.level) == (None, "Moved away", "", "")


def test_case_may_be_handed_to_those_who_serve_there(cadre, township, supervisor, neighbour, auditor):
    UserFactory(village_cadre=True, posted=YANJIAO)

    found = list(owners_for(FENGPING, date(2026, 3, 5)))

    assert sorted(user.pk for user in found) == sorted(user.pk for user in (cadre, township, supervisor))
