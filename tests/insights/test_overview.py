"""The overview: every figure opens a list, and the list is exactly as long as the figure says."""

import re
from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import pytest
import time_machine
from django.http import QueryDict
from openpyxl import load_workbook

from areas.selectors import children_of
from cases import services
from cases.models import Case
from cases.selectors import cases_matching
from cases.views.addresses import read_filters
from insights import selectors
from insights.periods import last_days
from tests.cases.factories import NOON, TODAY, CaseFactory
from tests.cases.pages import queries_of, signed_in, source_of, words_of
from tests.staff.factories import (
    DAFANG,
    DAFANG_VILLAGE,
    FENGPING,
    HUAQI_VILLAGE,
    MAOCHANG,
    YANJIAO,
    ZHIJIN,
    UserFactory,
    area_of,
)
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db

OVERVIEW = "/overview/"
TRAITS = ("", "contacted", "referred", "placed", "nearby", "transported", "settled", "closed")
FIGURE = re.compile(r'<a href="(/cases/[^"]*)"[^>]*>([\d,]+)</a>')


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def supervisor(db):
    return UserFactory(supervisor=True)


def case_in(area, days_ago=1, **more):
    at = NOON - timedelta(days=days_ago)
    return CaseFactory(worker=WorkerFactory(unemployed=True, area=area_of(area)), at=at, **more)


@pytest.fixture
def county(db):
    """In three townships and every state, some long ago, some in no village, one in the county next door."""
    for number, trait in enumerate(TRAITS):
        for area in (FENGPING, YANJIAO, HUAQI_VILLAGE)[: 1 + number % 3]:
            case_in(area, days_ago=number * 9, **({trait: True} if trait else {}))
    case_in(MAOCHANG)
    case_in(MAOCHANG, days_ago=40)
    case_in(DAFANG_VILLAGE)


def overview_of(user, area=ZHIJIN, days=30):
    return selectors.overview(area=area_of(area), period=last_days(days, TODAY), user=user, today=TODAY)


# ---- figures and their lists


def test_every_figure_opens_a_list_of_that_length(supervisor, county):
    """Of the many places without a case a few stand for all."""
    client = signed_in(supervisor)
    for area, days in [(ZHIJIN, 90), (MAOCHANG, 7), (MAOCHANG, 90), (FENGPING, 7), (FENGPING, 90)]:
        figures = figures_of(client.get(OVERVIEW, {"area": area, **last_days(days, TODAY).query}))
        lists = {url: client.get(url).context["page"].total for url in figures}
        rows = {url: rows_of(url, supervisor) for url in figures}

        assert (figures, figures, len(figures) > 15) == (lists, rows, True)


def rows_of(url: str, user) -> int:
    """Counted one by one, past every tally."""
    filters = read_filters(QueryDict(url.partition("?")[2]), {})
    return len(cases_matching(filters, user=user, today=TODAY))


def figures_of(response, zeros=12) -> dict[str, int]:
    """{address of the list: figure}"""
    links = FIGURE.findall(source_of(response))
    figures = {url.replace("&amp;", "&"): int(number.replace(",", "")) for url, number in links}
    empty = [url for url, number in figures.items() if number == 0]
    return {url: number for url, number in figures.items() if number or url in empty[:zeros]}


def test_no_figure_of_the_page_stands_without_its_list(supervisor, county):
    source = source_of(signed_in(supervisor).get(OVERVIEW))
    cells = re.findall(r'<td class="n"[^>]*>(.*?)</td>', source)
    tiles = re.findall(r'<p class="wf-tile-value">(.*?)</p>', source)
    bars = re.findall(r'<div class="how">.*?<b>(.*?)</b>', source)

    bare = [
        cell for cell in (*cells, *tiles, *bars) if re.search(r"\d", cell) and "<a " not in cell and "%" not in cell
    ]

    assert (bare, len(tiles), len(bars)) == ([], 4, 5)


@pytest.mark.parametrize("area", [ZHIJIN, MAOCHANG])
def test_places_add_up_to_the_whole(supervisor, county, area):
    page = overview_of(supervisor, area)

    sums = [sum(getattr(row, name).value for row in page.rows) for name in ("open", "late", "uncontacted")]

    assert sums == [page.open.value, page.late.value, page.uncontacted.value]


def test_people_in_no_village_are_a_row_of_the_township(supervisor, county):
    (row,) = [row for row in overview_of(supervisor, MAOCHANG).rows if row.is_itself]

    assert (row.code, row.open.value, row.open.url) == (MAOCHANG, 2, f"/cases/?area={MAOCHANG}&here=1")


def test_states_add_up_to_every_case(supervisor, county):
    page = overview_of(supervisor)

    assert sum(figure.value for _, figure in page.states) == page.everything.value
    assert page.everything.value == Case.objects.count() - 1  # without the one next door


# ---- the funnel


def test_funnel_counts_how_far_cases_of_the_period_ever_came(supervisor, county):
    case_in(FENGPING, days_ago=80, settled=True)

    funnel = overview_of(supervisor, days=30).funnel
    stages = [(stage.name, stage.figure.value, stage.lost and stage.lost.value) for stage in funnel]

    opened = Case.objects.filter(opened_at__gte=NOON - timedelta(days=30, hours=-12)).exclude(area=DAFANG_VILLAGE)
    assert stages[0] == ("", opened.count(), None)
    for (_, before, _), (_, value, lost) in pairwise(stages):
        assert before - value == lost


def test_case_that_went_back_still_counts_as_having_come_so_far(supervisor):
    case = case_in(FENGPING, referred=True)
    services.mark_not_matched(case=case, by=None, at=NOON)

    reached = {stage.name: stage.figure.value for stage in overview_of(supervisor).funnel}

    assert (reached["referred"], reached["placed"]) == (1, 0)


def test_case_that_ever_travelled_counts_once_and_no_other_of_the_same_person(supervisor):
    """The job fell through, a second bus took them, the case was closed; the next one has got as far as a job."""
    old = case_in(FENGPING, days_ago=300, transported=True)
    services.mark_fell_through(case=old, by=None, at=NOON - timedelta(days=298))
    services.mark_placed(case=old, start_on=TODAY, needs_transport=True, by=None, at=NOON - timedelta(days=297))
    services.mark_transported(case=old, by=None, at=NOON - timedelta(days=296))
    services.close_case(case=old, reason="moved", by=None, at=NOON - timedelta(days=200))
    CaseFactory(worker=old.worker, at=NOON - timedelta(days=1), placed=True)

    travelled = overview_of(supervisor, days=365).travelled

    assert (travelled.value, travelled.whole) == (1, 2)


def test_case_opened_on_the_first_and_last_minute_of_the_period_counts(supervisor):
    first, last = NOON - timedelta(hours=12), NOON + timedelta(hours=12, seconds=-1)
    for at in (first - timedelta(seconds=1), first, last, last + timedelta(seconds=1)):
        CaseFactory(worker=WorkerFactory(unemployed=True), at=at)

    (opened, *_) = overview_of(supervisor, days=1).funnel

    assert opened.figure.value == 2


def test_empty_period_says_so_and_divides_by_nothing(supervisor):
    said = words_of(signed_in(supervisor).get(OVERVIEW))

    assert "No open case" in said
    assert "No case was opened in these days Choose other days, or another area." in said
    assert " of 0" not in said


# ---- the way down, and who may go it


def test_way_down_leads_to_the_village_and_back(supervisor, county):
    client = signed_in(supervisor)
    period = last_days(30, TODAY).query

    town, village = (client.get(OVERVIEW, {"area": area, **period}) for area in (MAOCHANG, FENGPING))

    assert [crumb["label"] for crumb in village.context["crumbs"]] == [
        "Zhijin County",
        "Maochang Town",
        "Fengping Village",
    ]
    assert len(town.context["rows"]) == len(children_of(MAOCHANG)) + 1
    assert village.context["rows"] == []
    assert f"area={FENGPING}&amp;from=2026-02-04&amp;to=2026-03-05" in source_of(town)


@pytest.mark.parametrize("area", [DAFANG, DAFANG_VILLAGE, 520500000000, 1, "x", "²", "9" * 40, "-1"])
def test_area_that_is_not_theirs_does_not_exist(supervisor, area):
    assert signed_in(supervisor).get(OVERVIEW, {"area": area}).status_code == 404


def test_village_cadre_sees_their_village_only(county):
    client = signed_in(UserFactory(village_cadre=True))

    assert client.get(OVERVIEW).context["area"].pk == FENGPING
    assert client.get(OVERVIEW, {"area": MAOCHANG}).status_code == 404


def test_whoever_looks_after_the_system_reads_no_overview():
    assert signed_in(UserFactory(administrator=True)).get(OVERVIEW).status_code == 403


def test_somebody_without_a_posting_reads_no_overview():
    assert signed_in(UserFactory()).get(OVERVIEW).status_code == 403


# ---- what it costs, and what it withstands


def test_overview_costs_the_same_however_many_cases_and_places(supervisor):
    client, costs = signed_in(supervisor), []
    for areas in ((FENGPING,), (FENGPING, YANJIAO, HUAQI_VILLAGE)):
        for area in areas:
            case_in(area)
        costs.append(queries_of(client, OVERVIEW))

    assert costs[0] == costs[1] <= 12


def test_nonsense_in_the_address_is_no_error(supervisor, county):
    queries = (
        "from=2026-02-31&to=x",
        "from=0001-01-01&to=9999-12-31",
        "from=2026-03-05&to=2026-03-01",
        "from=%00&to=%F0%9F%98%80",
        "area=&from=&to=",
        "from=1900-01-01&to=9999-12-31",
    )
    client = signed_in(supervisor)

    found = {query: client.get(f"{OVERVIEW}?{query}").status_code for query in queries}

    assert found == dict.fromkeys(queries, 200)


def test_days_that_make_no_period_are_owned_up_to(supervisor):
    client = signed_in(supervisor)

    wrong, right = (client.get(OVERVIEW, {"from": day, "to": "2026-03-05"}) for day in ("2026-04-01", "2026-03-01"))

    words = "Those days make no period"
    assert (words in words_of(wrong), words in words_of(right)) == (True, False)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_speaks_one_language(supervisor, county, language):
    said = words_of(signed_in(supervisor, language).get(OVERVIEW, {"area": MAOCHANG}))
    said = said.replace(supervisor.display_name, "").replace("English", "").replace("中文", "").replace("EN", "")

    foreign = r"[A-Za-z]{2,}" if language == "zh-hans" else r"[\u4e00-\u9fff]{2,}"

    assert re.findall(foreign, said) == []


def test_the_table_by_place_is_a_file_too_with_the_same_figures_and_for_the_same_people(supervisor, county):
    client = signed_in(supervisor)
    shown = client.get(OVERVIEW).context["rows"]

    book = load_workbook(BytesIO(b"".join(client.get("/overview.xlsx").streaming_content)))

    *written, total = [row[:4] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert written == [(r["name"], r["open"].value, r["late"].value, r["uncontacted"].value) for r in shown]
    assert total == ("Total", *(sum(row[n] for row in written) for n in (1, 2, 3)))
    assert client.get(f"/overview.xlsx?area={DAFANG}").status_code == 404
    assert signed_in(UserFactory(administrator=True)).get("/overview.xlsx").status_code == 403


def test_the_file_says_the_period_and_the_funnel_of_the_page_it_was_taken_from(supervisor, county):
    client = signed_in(supervisor)
    page = client.get(OVERVIEW, {"from": "2026-01-01", "to": "2026-03-05"})

    book = load_workbook(BytesIO(b"".join(client.get(page.context["xlsx_url"]).streaming_content)))

    said = [row[:2] for row in book.worksheets[1].iter_rows(values_only=True)]
    assert said[3:] == [
        ("From flag to settled", "cases opened 1 Jan 2026 to 5 Mar 2026"),
        *((stage["label"], stage["figure"].value) for stage in page.context["funnel"]),
    ]
