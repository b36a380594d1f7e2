"""Today: who, why, by when and the one next action; whose list, what was entered, and the way to more."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils.html import escape
from django.utils.timezone import now

from areas.gazetteer import places
from cases.models import WorkItem
from cases.selectors import today as today_selector
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.cases.pages import HTMX, queries_of, signed_in, source_of, url_of, words_of
from tests.staff.factories import HUAQI_VILLAGE, YANJIAO, UserFactory, area_of
from tests.workers.factories import HouseholdFactory, WorkerFactory

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

TODAY_URL = url_of("today")
CAUGHT = '<script>alert("x")</script>'


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def due(case, days: int):
    """Make the open item of the case due so many days from now."""
    WorkItem.objects.open().filter(case=case).update(due_at=now() + timedelta(days=days))
    return case


def test_row_has_reason_call_map_and_the_next_action(cadre):
    case = due(CaseFactory(owner=cadre, worker=WorkerFactory(unemployed=True, name="李国琴")), 0)

    page = signed_in(cadre).get(TODAY_URL)

    said, source = words_of(page), source_of(page)
    assert "李国琴 F 38 Fengping Village New today Reported out of work." in said
    assert f'href="{url_of("record_contact", case.pk)}?from=today"' in source
    assert f'href="{url_of("case", case.pk)}"' in source
    assert 'href="geo:' in source


def test_the_button_that_says_call_dials_and_the_sheet_waits_for_who_comes_back(cadre):
    case = due(CaseFactory(owner=cadre, worker=WorkerFactory(unemployed=True)), 0)

    forms = re.findall(r"<form[^>]*>.*?</form>", source_of(signed_in(cadre).get(TODAY_URL)), re.S)

    (dialling,) = (form for form in forms if f'action="{url_of("call", case.pk)}"' in form)
    assert f'data-wf-after="{url_of("record_contact", case.pk)}?from=today"' in dialling
    assert re.search(r"</svg>\s*Call\s*</button>", dialling)


@pytest.mark.parametrize(
    ("method", "said"),
    [("town_point", "On the map: "), ("township", "the township only: "), ("county_seat", "the county seat only: ")],
)
def test_a_pin_is_the_villages_own_point_or_says_whose_it_is(cadre, monkeypatch, method, said):
    case = due(CaseFactory(owner=cadre, worker=WorkerFactory(unemployed=True)), 0)
    place = replace(places()[case.area_id], lat=Decimal("26.66000"), lon=Decimal("105.77000"), point_method=method)
    monkeypatch.setitem(places(), case.area_id, place)

    page = source_of(signed_in(cadre).get(TODAY_URL))

    assert 'href="geo:26.66000,105.77000"' in page
    assert said in page


def test_next_action_follows_the_step(cadre):
    for trait in ("contacted", "referred", "placed", "nearby"):
        due(CaseFactory(owner=cadre, **{trait: True}), 0)
    WorkItem.objects.open().update(not_before=None)

    said = words_of(signed_in(cadre).get(TODAY_URL))

    assert [words in said for words in ("Recommend", "Ask result", "Arrange travel", "Follow up")] == [True] * 4


def test_empty_list_says_what_would_fill_it(cadre):
    said = words_of(signed_in(cadre).get(TODAY_URL))

    assert "Nothing is due A person shows here when they are out of work" in said


def test_nothing_is_due_until_the_first_of_those_who_are_folded_away(cadre):
    flagged_last_week(cadre, due_in=20)
    flagged_last_week(cadre, due_in=12)

    page = signed_in(cadre).get(TODAY_URL)

    assert "Nothing is due until 17 Mar" in words_of(page)
    assert "Later 2 people next on 17 Mar 2 more people" in words_of(page)
    assert "Nothing is due A person shows here" not in words_of(page)


def test_a_kind_of_work_that_is_not_there_leads_to_the_kinds_that_are(cadre):
    flagged_last_week(cadre, due_in=0)

    page = signed_in(cadre).get(TODAY_URL, {"step": "refer"})

    assert "Nothing of this kind is open" in words_of(page)
    assert f'<a class="btn wf-fill" href="{TODAY_URL}">All kinds of work' in source_of(page)


def flagged_last_week(cadre, *, due_in: int):
    return due(CaseFactory(owner=cadre, at=NOON - timedelta(days=7)), due_in)


def test_names_are_text_and_never_markup(cadre):
    due(CaseFactory(owner=cadre, worker=WorkerFactory(unemployed=True, name=CAUGHT)), 0)

    source = source_of(signed_in(cadre).get(TODAY_URL))

    assert (CAUGHT in source, "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in source) == (False, True)


# ---- more rows


@pytest.fixture
def five_late(cadre):
    return [due(CaseFactory(owner=cadre), -5 + n) for n in range(5)]


def rows_of(response) -> list[int]:
    return [row["url"] for group in response.context["groups"] for row in group["rows"]]


def test_three_late_ones_leave_todays_work_in_sight_and_the_rest_is_a_press_away(cadre, five_late):
    client = signed_in(cadre)
    first = client.get(TODAY_URL)
    (group,) = first.context["groups"]

    more, page = client.get(group["more_url"], headers=HTMX), client.get(group["more_url"])

    assert (group["more_words"], "2 more people" in words_of(first)) == ("2 more people", True)
    assert rows_of(first) == [url_of("case", case.pk) for case in five_late[:3]]
    assert rows_of(more) == rows_of(page) == [url_of("case", case.pk) for case in five_late[3:]]
    assert ("<html" in source_of(more), source_of(more).count("<li class=")) == (False, 2)
    assert "Back to the beginning of the list" in words_of(page)


def test_next_rows_keep_the_filter(cadre, monkeypatch):
    monkeypatch.setitem(today_selector.FIRST_ROWS, "late", 1)
    for trait in ("contacted", "contacted", "referred"):
        due(CaseFactory(owner=cadre, **{trait: True}), -1)
    WorkItem.objects.open().update(not_before=None)
    client = signed_in(cadre)

    (group,) = client.get(TODAY_URL, {"step": "refer"}).context["groups"]

    assert (group["count"], len(rows_of(client.get(group["more_url"])))) == (2, 1)
    assert "step=refer" in group["more_url"]


def test_the_last_rows_say_how_many_are_left(cadre, monkeypatch):
    monkeypatch.setattr(today_selector, "MORE_ROWS", 2)
    for n in range(6):
        due(CaseFactory(owner=cadre), -9 + n)
    client = signed_in(cadre)
    (first,) = client.get(TODAY_URL).context["groups"]

    (second,) = client.get(first["more_url"]).context["groups"]

    assert (first["more_words"], second["more_words"]) == ("3 more people", "1 more person")


def test_who_comes_later_is_folded_and_opens_with_scripts_and_without(cadre):
    now, far = flagged_last_week(cadre, due_in=0), flagged_last_week(cadre, due_in=20)
    client = signed_in(cadre)

    page = client.get(TODAY_URL)
    _today, later = page.context["groups"]
    unfolded, alone = client.get(later["more_url"], headers=HTMX), client.get(later["more_url"])

    assert (rows_of(page), later["count"]) == ([url_of("case", now.pk)], 1)
    assert source_of(page).count(f'href="{escape(later["more_url"])}"') == 1
    assert f'<details class="wf-panel" hx-get="{escape(later["more_url"])}"' in source_of(page)
    assert rows_of(unfolded) == rows_of(alone) == [url_of("case", far.pk)]
    assert ('id="later"><details' in source_of(alone), "Nothing is due" in words_of(alone)) == (False, False)


def test_who_is_new_is_called_so(cadre):
    CaseFactory(owner=cadre)
    client = signed_in(cadre)

    english, chinese = words_of(client.get(TODAY_URL)), words_of(signed_in(cadre, "zh-hans").get(TODAY_URL))

    assert ("New today Reported out of work." in english, "今天新增 " in chinese) == (True, True)


# ---- when they come back


def badges_of(response) -> dict[str, list[str]]:
    return {group["id"]: [row["badge"].words for row in group["rows"]] for group in response.context["groups"]}


def test_who_is_late_stays_late_and_says_when_they_are_tried_again(cadre):
    far = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
    case = due(CaseFactory(owner=cadre), -2)
    miss(case, at=NOON, by=cadre, next_at=far, put_off_because="秋收")

    english, chinese = (signed_in(cadre, language).get(TODAY_URL) for language in ("en", "zh-hans"))

    assert (badges_of(english), badges_of(chinese)) == (
        {"late": ["Late, again on 5 Dec"]},
        {"late": ["迟了，12月5日再办"]},
    )
    assert "Called once, again on 5 Dec Waits longer than the time limit: 秋收" in words_of(english)


def test_the_supervisor_sees_why_somebody_waits_longer_than_the_clock_allows(cadre, supervisor):
    miss(CaseFactory(owner=cadre), at=NOON, by=cadre, next_at=NOON + timedelta(days=60), put_off_because="秋收")

    assert "Waits longer than the time limit: 秋收" in words_of(signed_in(supervisor).get(url_of("list")))


def test_nobody_waits_longer_than_the_time_limit_once_their_day_has_come(cadre):
    case = CaseFactory(owner=cadre)
    miss(case, at=NOON, by=cadre, next_at=NOON + timedelta(days=60), put_off_because="秋收")

    def waits():
        desk = signed_in(cadre)
        urls = (url_of("case", case.pk), url_of("list"), TODAY_URL, TODAY_URL + "?after=later.")
        return any("Waits longer than the time limit" in words_of(desk.get(url)) for url in urls)

    with time_machine.travel(NOON + timedelta(days=59), tick=False):
        before = waits()
    with time_machine.travel(NOON + timedelta(days=60), tick=False):
        assert (before, waits()) == (True, False)


def test_no_badge_speaks_of_another_day_than_its_group(cadre):
    """Put off until today and due on Monday: that is for today, and Monday is the latest."""
    monday = CaseFactory(owner=cadre, at=NOON - timedelta(days=1))
    due(monday, 4)
    WorkItem.objects.filter(case=monday).update(not_before=NOON - timedelta(hours=1))
    sunday = due(CaseFactory(owner=cadre, at=NOON - timedelta(days=1)), 9)
    WorkItem.objects.filter(case=sunday).update(not_before=NOON + timedelta(days=3))

    page = signed_in(cadre).get(TODAY_URL)

    assert badges_of(page) == {"today": ["For today"], "week": ["8 Mar"]}
    assert "by Mon 9 Mar" in words_of(page)


def test_after_a_call_the_row_says_what_happened_and_when_it_comes_back(cadre):
    case = due(CaseFactory(owner=cadre), 0)
    miss(case, at=NOON, by=cadre)

    page = signed_in(cadre).get(TODAY_URL)

    assert (badges_of(page), "Called once, again 18:30" in words_of(page)) == ({"today": ["18:30"]}, True)


def test_a_row_names_one_date_and_the_case_says_the_other_in_words(cadre):
    case = due(CaseFactory(owner=cadre, at=NOON - timedelta(days=1)), 4)
    miss(case, at=NOON, by=cadre)
    desk = signed_in(cadre)

    row, page = words_of(desk.get(TODAY_URL)), words_of(desk.get(url_of("case", case.pk)))

    assert ("Called once, again 18:30" in row, "9 Mar" in row) == (True, False)
    assert "Again: today 18:30 Time limit: 9 Mar" in page


def test_the_order_of_the_late_is_said_whole(cadre):
    due(CaseFactory(owner=cadre), -1)

    assert "key groups first, then the longest overdue" in words_of(signed_in(cadre).get(TODAY_URL))


# ---- whose list


def test_township_cadre_sees_their_own_or_the_whole_township(township):
    next_door = UserFactory(village_cadre=True, posted=YANJIAO, display_name="周云")
    due(CaseFactory(owner=township), 0)
    due(CaseFactory(owner=next_door, worker=WorkerFactory(unemployed=True, area=area_of(YANJIAO))), 0)
    due(CaseFactory(owner=None, worker=WorkerFactory(unemployed=True, area=area_of(HUAQI_VILLAGE))), 0)
    client = signed_in(township)

    mine, whole = client.get(TODAY_URL), client.get(TODAY_URL, {"whose": "everybody"})

    assert (len(rows_of(mine)), len(rows_of(whole))) == (1, 2)
    assert "Yanjiao Village" in words_of(whole)
    assert "周云" in words_of(whole)  # whose it is


def test_village_cadre_has_no_such_choice(cadre, colleague):
    due(CaseFactory(owner=colleague), 0)
    client = signed_in(cadre)

    page = client.get(TODAY_URL, {"whose": "everybody"})

    assert (rows_of(page), page.context["whose"]) == ([], [])


def test_what_went_up_says_who_has_it_and_where_it_stands(township, cadre):
    case = due(CaseFactory(owner=cadre), -2)
    WorkItem.objects.filter(case=case).update(escalation_level=1, escalated_at=NOON)

    said = words_of(signed_in(township).get(TODAY_URL))

    assert "王芳 · With the township" in said


def test_sheets_lead_back_to_the_list_as_it_was(township, cadre):
    case = due(CaseFactory(owner=cadre), 0)

    source = source_of(signed_in(township).get(TODAY_URL, {"whose": "everybody", "step": "contact"}))

    assert f"{url_of('record_contact', case.pk)}?from=today.contact.everybody" in source


@pytest.mark.parametrize(
    "role", ["auditor", "fair_organiser", "transport_organiser", "rights_officer", "administrator"]
)
def test_whoever_has_no_casework_has_no_today(role):
    client = signed_in(UserFactory(**{role: True}))

    assert [client.get(url_of(name)).status_code for name in ("today", "done")] == [403, 403]


# ---- what was entered


def test_entries_of_the_day_are_counted_and_can_be_taken_back(cadre):
    met, missed = CaseFactory(owner=cadre), CaseFactory(owner=cadre)
    talk = reach(met, at=NOON, by=cadre)
    call = miss(missed, at=NOON, by=cadre)
    client = signed_in(cadre)

    today, entries = client.get(TODAY_URL), client.get(url_of("done"), headers=HTMX)

    assert "2 entries today reached 1, not reached 1" in words_of(today)
    assert [url_of("undo_contact", attempt.pk) in source_of(entries) for attempt in (talk, call)] == [True, True]
    assert ("<html" in source_of(entries), "<html" in source_of(client.get(url_of("done")))) == (False, True)


def test_entry_that_something_followed_has_no_undo(cadre, colleague):
    case = CaseFactory(owner=cadre)
    first = miss(case, at=NOON, by=cadre)
    miss(case, at=NOON, by=colleague)

    source = source_of(signed_in(cadre).get(url_of("done")))

    assert (url_of("case", case.pk) in source, url_of("undo_contact", first.pk) in source) == (True, False)


# ---- what it costs, and what it withstands


def test_today_costs_at_most_twelve_queries_however_many_people(cadre):
    client, costs = signed_in(cadre), []
    for people in (1, 2):
        add_people_to_every_group(cadre, people)
        costs.append(queries_of(client, TODAY_URL))

    assert (costs[0], costs[0] <= 12) == (costs[1], True)


def add_people_to_every_group(cadre, people: int) -> None:
    for n in range(people):
        home = HouseholdFactory(zero_employment=True)
        for days in (-1, 0, 2, 9):
            worker = WorkerFactory(unemployed=True, household=home, tags=["lifted_out"])
            due(CaseFactory(owner=cadre, worker=worker, at=NOON - timedelta(days=1)), days)
        miss(CaseFactory(owner=cadre), at=NOON - timedelta(minutes=n), by=cadre)


@pytest.mark.parametrize(
    "query",
    [
        "after=late.9999999999999999.9999999999999999.9999999999999999",
        "after=late.1.2.3.4&step=%00",
        "after=%F0%9F%98%80&step=nonsense&whose=nobody",
        "after=.0.0.0",
        "step=contact%27--&from=%3Cscript%3E",
        "whose=everybody&after=week.-1.2.3",
    ],
)
def test_nonsense_in_the_address_is_no_error(township, query):
    due(CaseFactory(owner=township), -1)

    assert signed_in(township).get(f"{TODAY_URL}?{query}").status_code == 200


def test_today_only_answers_to_looking(cadre):
    client = signed_in(cadre)

    assert [client.post(url_of(name)).status_code for name in ("today", "done")] == [405, 405]
