"""The supervisor's list: filters in words, pages by key, and many cases handed over with a result for each."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cases import services
from cases.choices import State
from cases.forms import CaseFilter
from cases.models import Case, Handover
from cases.selectors import CaseFilters, many_cases
from cases.views import handing_over, selection
from cases.views.addresses import list_url, read_filters
from tests.cases.factories import NOON, CaseFactory
from tests.cases.pages import queries_of, signed_in, source_of, url_of, words_of
from tests.staff.factories import (
    DAFANG,
    DAFANG_VILLAGE,
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
from tests.workers.factories import WorkerFactory
from workers.services import clear_flags, flag_worker

pytestmark = pytest.mark.django_db

LIST = url_of("list")
CAUGHT = "<b onmouseover=alert(1)>"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def case_in(area, **more):
    return CaseFactory(worker=WorkerFactory(unemployed=True, area=area_of(area)), **{"at": NOON} | more)


def listed(response) -> set[int]:
    return {row["case_id"] for row in response.context["rows"]}


# ---- what is listed


def test_trouble_with_wages_is_a_list_of_its_own(supervisor):
    troubled, settled = case_in(FENGPING), case_in(FENGPING)
    for case, cleared in ((troubled, False), (settled, True)):
        flag_worker(worker=case.worker, rule="wage_trouble", by=None, at=NOON, said_in=case)
        if cleared:
            clear_flags(worker=case.worker, by=None, at=NOON)

    response = signed_in(supervisor).get(LIST, {"flag": "wage_trouble"})

    assert listed(response) == {troubled.pk}
    assert "Trouble with wages" in words_of(response)


def test_list_says_what_it_shows(supervisor, cadre):
    case_in(FENGPING, owner=cadre, at=NOON - timedelta(days=60))
    case_in(HUAQI_VILLAGE)
    client = signed_in(supervisor)

    everything, late = client.get(LIST), client.get(LIST, {"area": MAOCHANG, "due": "late", "owner": cadre.pk})

    assert "2 cases 1 overdue Zhijin County · Open" in words_of(everything)
    assert "1 case 1 overdue Maochang Town · Open · Overdue · 王芳" in words_of(late)
    assert "1 to 2 of 2 Key groups first, then most urgent" in words_of(everything)


def test_the_owner_the_list_is_narrowed_to_is_the_one_shown_as_chosen(supervisor, cadre):
    """In a county the cadres of its villages are too many to choose from; a figure's link names one all the same."""
    client, stranger = signed_in(supervisor), UserFactory(village_cadre=True, posted=DAFANG_VILLAGE)

    def chosen(**query) -> str:
        select = source_of(client.get(LIST, query)).partition('name="owner"')[2].partition("</select>")[0]
        return re.search(r"<option[^>]*selected[^>]*>([^<]*)", select + "<option selected>Everybody")[1].strip()

    told = [chosen(**query) for query in ({"owner": cadre.pk}, {"owner": stranger.pk}, {"owner": "none"}, {})]

    assert told == ["王芳", "Somebody else", "Nobody", "Everybody"]


STATES = ("", *State.values, "at_work", "ended", "any")


@pytest.mark.parametrize("state", STATES)
def test_the_order_that_is_shown_as_chosen_is_the_order_of_the_rows(supervisor, state):
    """By the key of the case and by its time limit: these differ in every state."""
    for trait in ("contacted", "referred", "placed", "transported", "settled", "closed", "unplanned"):
        for days in (9, 5):
            traits = {} if trait == "unplanned" else {trait: True}
            case_in(FENGPING, at=NOON - timedelta(days=days), **traits)
    client = signed_in(supervisor)

    page = client.get(LIST, {"state": state})
    chosen = re.findall(r'<option value="(\w*)" selected>([^<]*)</option>', select_of(page, "sort"))
    rows = [row["case_id"] for row in page.context["rows"]]

    newest = sorted(rows, reverse=True)
    words = "Newest first" if rows == newest else "Key groups first, then most urgent"
    assert (len(rows) > 1, chosen, f"{page.context['pager_words']} {words}" in words_of(page)) == (
        True, [("", words)], True,
    )  # fmt: skip


@pytest.mark.parametrize("state", ["flagged", "any"])
@pytest.mark.parametrize("sort", ["name", "waiting", "oldest", "newest"])
def test_an_order_that_was_asked_for_is_shown_as_chosen(supervisor, state, sort):
    case_in(FENGPING)

    page = signed_in(supervisor).get(LIST, {"state": state, "sort": sort})

    assert select_of(page, "sort").count("selected") == 1
    assert f"{page.context['pager_words']} {dict(CaseFilter.base_fields['sort'].choices)[sort]}" in words_of(page)


def select_of(response, name: str) -> str:
    return source_of(response).partition(f'name="{name}"')[2].partition("</select>")[0]


def test_a_row_says_the_group_that_put_it_before_others(supervisor):
    for tags in ([], ["disabled"], ["monitored_sudden"]):
        CaseFactory(worker=WorkerFactory(unemployed=True, tags=tags), at=NOON)

    page = signed_in(supervisor).get(LIST)

    assert [row["group"] for row in page.context["rows"]] == ["Zero-employment or monitored", "Key group", ""]
    assert "Zero-employment or monitored" in words_of(page)


@pytest.mark.parametrize("area", [FENGPING, MAOCHANG])
def test_a_cadre_of_several_villages_is_named_with_all_of_them(supervisor, area):
    cadre = UserFactory(village_cadre=True, posted=FENGPING, display_name="杨昌贵")
    PostingFactory(user=cadre, role="village_cadre", area_id=YANJIAO)
    case_in(FENGPING, owner=cadre)

    said = words_of(signed_in(supervisor).get(LIST, {"area": area}))

    assert "杨昌贵 · Fengping Village, Yanjiao Village" in said


def test_what_a_figures_link_asked_for_is_said_and_can_be_taken_away(supervisor):
    case = case_in(FENGPING, contacted=True)
    query = {"state": "any", "from": "2026-03-01", "to": "2026-03-05", "reached": "contacted", "missed": "placed"}

    response = signed_in(supervisor).get(LIST, query)

    assert listed(response) == {case.pk}
    assert [chip.words for chip in response.context["chips"]] == [
        "opened 1 Mar to 5 Mar", "came as far as “Contacted”", "never came to “Placed”",
    ]  # fmt: skip
    assert response.context["chips"][1].without_url == ("/cases/?state=any&missed=placed&from=2026-03-01&to=2026-03-05")


def test_other_filters_keep_what_the_link_asked_for(supervisor):
    source = source_of(signed_in(supervisor).get(LIST, {"reached": "placed", "from": "2026-03-01"}))

    assert 'name="reached" value="placed"' in source
    assert 'name="from" value="2026-03-01"' in source


def test_every_filter_survives_its_own_address():
    filters = CaseFilters(
        area_code=MAOCHANG, state="any", due="late", owner="none", group="key", reached="placed", missed="settled",
        only_here=True, opened_from=NOON.date(), opened_to=NOON.date(),
    )  # fmt: skip

    address = list_url(filters).split("?")[1]

    assert read_filters(QueryDict(address), {}) == filters


def test_no_case_fits(supervisor):
    said = words_of(signed_in(supervisor).get(LIST, {"due": "late"}))

    assert "No case fits Choose another area, state or time limit." in said


def test_names_of_a_row_are_text_and_never_markup(supervisor):
    CaseFactory(worker=WorkerFactory(unemployed=True, name=CAUGHT), at=NOON)

    source = source_of(signed_in(supervisor).get(LIST))

    assert (CAUGHT in source, "&lt;b onmouseover=alert(1)&gt;" in source) == (False, True)


def test_township_is_named_where_villages_of_many_are_listed(supervisor, township):
    case_in(FENGPING)

    county, town = (words_of(signed_in(user).get(LIST)) for user in (supervisor, township))

    assert ("Maochang Town Fengping Village" in county, "Maochang Town Fengping Village" in town) == (True, False)


@pytest.mark.parametrize("state", ["", "any"])
def test_pages_follow_each_other_and_say_where_they_are(supervisor, monkeypatch, state):
    monkeypatch.setattr(many_cases, "PAGE", 2)
    cases = {case_in(FENGPING).pk for _ in range(5)}
    client, pages, url = signed_in(supervisor), [], f"{LIST}?state={state}"
    while url:
        pages.append(client.get(url))
        url = pages[-1].context["next_url"]

    assert [page.context["pager_words"] for page in pages] == ["1 to 2 of 5", "3 to 4 of 5", "5 to 5 of 5"]
    assert (set.union(*map(listed, pages)), sum(len(listed(page)) for page in pages)) == (cases, 5)
    assert [bool(page.context["first_url"]) for page in pages] == [False, True, True]


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize("trait", ["contacted", "placed"])
def test_list_costs_few_queries_however_many_rows(supervisor, people, trait):
    for _ in range(people):
        case_in(FENGPING, **{trait: True})

    assert queries_of(signed_in(supervisor), f"{LIST}?area={MAOCHANG}") == 9
    assert queries_of(signed_in(supervisor), f"{LIST}?area={MAOCHANG}&state=any&reached=placed") <= 11


@pytest.mark.parametrize(
    "query",
    [
        "area=x&state=%00&due=%27&owner=99999999999999999999&group=%F0%9F%98%80",
        "from=0001-01-01&to=9999-12-31&state=any",
        "from=2026-02-31&to=yesterday",
        "from=2026-03-05&to=2026-03-01&state=any",
        "after=late.1.2.3&seen=-5",
        "after=99999999999999999999999999&seen=99999999999999999999&state=any",
        "after=%C2%B2&state=any",
        "reached=nowhere&missed=%27--&here=1",
        "owner=%C2%B2&seen=%C2%B2&after=.1.1.1",
        "area=&here=1&state=ended",
    ],
)
def test_nonsense_in_the_address_filters_nothing_and_breaks_nothing(supervisor, query):
    case_in(FENGPING)

    assert signed_in(supervisor).get(f"{LIST}?{query}").status_code == 200


@pytest.mark.parametrize(
    "wrong", ["state=gone", "due=never", "group=x", "owner=%C2%B2", "reached=nowhere", "here=1", "area=x", "from=x"]
)
def test_a_wrong_filter_leaves_the_others_in_force(supervisor, wrong):
    case = case_in(FENGPING, contacted=True)
    case_in(FENGPING, placed=True)

    response = signed_in(supervisor).get(f"{LIST}?{wrong}&missed=placed")

    assert (listed(response), response.context["form"].url()) == ({case.pk}, f"{LIST}?missed=placed")


@pytest.mark.parametrize("code", [DAFANG, HUAQI, 999999999999, 123, 0])
def test_area_that_is_not_theirs_does_not_exist(township, code):
    assert signed_in(township).get(LIST, {"area": code}).status_code == 404


def test_whoever_looks_after_the_system_sees_no_list():
    assert signed_in(UserFactory(administrator=True)).get(LIST).status_code == 403


def test_auditor_sees_the_list_without_a_box_to_tick(auditor):
    case = case_in(FENGPING)

    response = signed_in(auditor).get(LIST)

    assert listed(response) == {case.pk}
    assert ('name="cases"' in source_of(response), 'class="wf-bulk"' in source_of(response)) == (False, False)


# ---- handing over


@pytest.fixture
def two(cadre):
    return [case_in(FENGPING, owner=cadre) for _ in range(2)]


def look_at(client, asked):
    """The page of what would come of it; None where nothing was chosen."""
    answer = client.post(url_of("reassign"), asked)
    return client.get(answer.url) if answer.url.startswith(url_of("reassign")) else None


def hand_over(client, cases, owner, **more):
    chosen = [getattr(case, "pk", case) for case in cases]
    preview = look_at(client, {"cases": chosen, "owner": owner} | more)
    return client.post(preview.request["PATH_INFO"], follow=True)


def owners_of(cases) -> list:
    return [Case.objects.get(pk=case.pk).owner for case in cases]


def test_ticked_cases_change_hands_and_each_is_answered_for(township, two, colleague):
    response = hand_over(signed_in(township), two, colleague.pk)

    assert (response.status_code, owners_of(two)) == (200, [colleague, colleague])
    assert "2 cases handed to 杨昌贵" in words_of(response)
    assert [row["words"] for row in response.context["rows"]] == ["Handed over", "Handed over"]


def test_each_refused_case_says_why_and_what_to_do(supervisor, two, colleague):
    ended = case_in(FENGPING, closed=True)
    elsewhere, outside = case_in(HUAQI_VILLAGE), case_in(DAFANG + 101210)
    theirs = case_in(FENGPING, owner=colleague)

    response = hand_over(signed_in(supervisor), [two[0], ended, elsewhere, outside, theirs], colleague.pk)

    assert (response.context["done"], response.context["refused"]) == (1, 4)
    assert {(reason["words"], reason["count"]) for reason in response.context["reasons"]} == {
        ("The case has ended", 1),
        ("This person does not serve there", 1),
        ("Not in your area", 1),
        ("Already with this person", 1),
    }
    assert outside.worker.name not in [row["name"] for row in response.context["rows"] if not row["url"]]


def test_handing_over_twice_changes_nothing_more(township, two, colleague):
    client = signed_in(township)

    first = hand_over(client, two, colleague.pk)
    second = client.post(first.request["PATH_INFO"], follow=True)

    assert (first.context["done"], second.context["done"]) == (2, 2)
    assert two[0].worker.journal_lines.filter(what="case_assigned").count() == 1


def test_neither_reload_nor_another_language_loses_the_preview_or_the_way_to_give_back(township, two, colleague):
    client = signed_in(township)
    preview = look_at(client, {"cases": [case.pk for case in two], "owner": colleague.pk})
    here = preview.request["PATH_INFO"]

    switched = client.post("/preferences/", {"language": "zh-hans", "next": here}, follow=True)
    done = client.post(here, follow=True)
    again = client.get(here)

    assert (switched.request["PATH_INFO"], switched.context["movable"]) == (here, 2)
    assert (done.request["PATH_INFO"], again.context["to_give_back"]) == (here, 2)


def test_what_was_handed_over_can_be_given_back_to_one_and_then_to_all(supervisor, two, cadre, colleague):
    other = UserFactory(village_cadre=True, posted=FENGPING)
    third, client = case_in(FENGPING, owner=other), signed_in(supervisor)
    page = hand_over(client, [*two, third], colleague.pk)
    address = f"{page.request['PATH_INFO']}back/"

    one = client.post(address, {"giver": other.pk}, follow=True)
    assert owners_of([*two, third]) == [colleague, colleague, other]
    everybody = client.post(address, follow=True)

    assert {(share.name, share.count) for share in page.context["givers"]} == {("王芳", 2), (str(other), 1)}
    assert (one.context["to_give_back"], everybody.context["to_give_back"]) == (2, 0)
    assert owners_of(two) == [cadre, cadre]


def test_what_was_given_back_is_said_whenever_the_page_is_opened_again(supervisor, two, cadre, colleague):
    ended, client = case_in(FENGPING, closed=True), signed_in(supervisor)
    third = case_in(FENGPING, owner=UserFactory(village_cadre=True, posted=FENGPING))
    here = hand_over(client, [*two, third, ended], colleague.pk).request["PATH_INFO"]

    client.post(f"{here}back/", {"giver": cadre.pk})
    some = client.get(here)
    client.post(f"{here}back/")
    everything = client.get(here)

    assert "1 case handed to 杨昌贵 · 2 cases given back" in words_of(some)
    assert figures_of(some) == {"done": 1, "given": 2, "refused": 1}
    assert figures_of(everything) == {"done": 0, "given": 3, "refused": 1}
    assert sorted(row["words"] for row in some.context["rows"]) == [
        "Given back", "Given back", "Handed over", "The case has ended",
    ]  # fmt: skip
    assert "王芳 2 cases given back" in words_of(some)
    assert ("3 cases given back" in words_of(everything), "handed to" in words_of(everything)) == (True, False)
    assert {row["words"] for row in everything.context["rows"]} == {"Given back", "The case has ended"}


def figures_of(response) -> dict[str, int]:
    return {name: response.context[name] for name in ("done", "given", "refused")}


def test_what_has_moved_on_since_is_not_given_back(supervisor, two, cadre, colleague):
    client, third = signed_in(supervisor), UserFactory(township_cadre=True)
    page = hand_over(client, two, colleague.pk)
    services.assign(case=two[0], owner=third, by=supervisor, at=NOON)

    client.post(f"{page.request['PATH_INFO']}back/")

    assert owners_of(two) == [third, cadre]


def test_who_serves_there_no_more_is_given_nothing_back_and_it_is_said(supervisor, two, cadre, colleague):
    client = signed_in(supervisor)
    page = hand_over(client, two, colleague.pk)
    cadre.postings.update(ends_on=date(2020, 1, 1))

    back = client.post(f"{page.request['PATH_INFO']}back/", follow=True)

    assert owners_of(two) == [colleague, colleague]
    assert "This person does not serve there: 2" in words_of(back)


def test_a_handover_is_its_makers_own(supervisor, township, two, colleague):
    page = hand_over(signed_in(supervisor), two, colleague.pk)

    assert signed_in(township).get(page.request["PATH_INFO"]).status_code == 404
    assert signed_in(township).post(f"{page.request['PATH_INFO']}back/").status_code == 404


def test_a_preview_nobody_used_is_forgotten_and_one_carried_out_is_kept(supervisor, two, colleague):
    for made_at, done_at in ((NOON, None), (NOON, NOON), (NOON - timedelta(days=100), NOON)):
        results = [[two[0].pk, "assigned", None]] if done_at else []
        asked = {"case_ids": [two[0].pk], "made_by": supervisor, "made_at": made_at, "done_at": done_at}
        Handover.objects.create(results=results, **asked)

    services.forget_handovers(at=NOON + timedelta(days=3))

    assert [row.made_at for row in Handover.objects.all()] == [NOON]


def test_cases_may_go_back_to_nobody(township, two):
    response = hand_over(signed_in(township), two, "none")

    assert (owners_of(two), "2 cases went back to their townships" in words_of(response)) == ([None, None], True)


def test_everything_that_fits_is_looked_at_before_it_is_done(township, two, cadre, colleague):
    other = case_in(YANJIAO)
    client, query = signed_in(township), f"area={FENGPING}"
    asked = {"everything": "on", "query": query, "owner": colleague.pk}

    preview = look_at(client, asked)
    untouched = owners_of(two)
    done = client.post(preview.request["PATH_INFO"], follow=True)

    assert "Hand 2 cases to 杨昌贵?" in words_of(preview)
    assert [(share.name, share.count) for share in preview.context["owners_now"]] == [("王芳", 2)]
    assert (untouched, done.context["done"], owners_of(two)) == ([cadre] * 2, 2, [colleague] * 2)
    assert owners_of([other]) != [colleague]


def test_the_preview_tells_what_will_come_of_it_for_every_selection(supervisor, two, colleague):
    ended, elsewhere = case_in(FENGPING, closed=True), case_in(HUAQI_VILLAGE)
    theirs, client = case_in(FENGPING, owner=colleague), signed_in(supervisor)
    ticked = [case.pk for case in (*two, ended, elsewhere, theirs)]

    by_hand = look_at(client, {"cases": ticked, "owner": colleague.pk})
    by_filter = look_at(client, {"everything": "on", "query": "state=any", "owner": colleague.pk})
    done = client.post(by_filter.request["PATH_INFO"], follow=True)

    for page in (by_hand, by_filter):
        assert (page.context["chosen"], page.context["movable"], page.context["refused"]) == (5, 2, 3)
        assert {(why["words"], why["count"]) for why in page.context["reasons"]} == {
            ("The case has ended", 1),
            ("This person does not serve there", 1),
            ("Already with this person", 1),
        }
    assert (done.context["done"], done.context["refused"], owners_of(two)) == (2, 3, [colleague] * 2)


def test_more_than_go_at_once_are_said_to_be_more(township, two, colleague, monkeypatch):
    monkeypatch.setattr(selection, "MOST_AT_ONCE", 1)
    asked = {"owner": colleague.pk, "everything": "on", "query": f"area={FENGPING}"}

    page = look_at(signed_in(township), asked)

    assert page.context["chosen"] == 1
    assert "2 fit, and 1 go at once: these are the first." in words_of(page)


def test_a_preview_counts_queries_once(township, two, colleague):
    client = signed_in(township)
    asked = {"owner": colleague.pk, "everything": "on", "query": f"area={FENGPING}"}

    with CaptureQueriesContext(connection) as few:
        look_at(client, asked)
    for _ in range(3):
        case_in(FENGPING)
    with CaptureQueriesContext(connection) as more:
        look_at(client, asked)

    assert len(more) == len(few)


def test_list_is_found_again_as_it_was(township, two, colleague):
    response = hand_over(signed_in(township), two, colleague.pk, query=f"area={FENGPING}&due=late&after=x")

    assert response.context["back_url"] == f"/cases/?area={FENGPING}&due=late"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"cases": [], "owner": "none"},
        {"cases": ["x", "²", "9" * 30, "-1"], "owner": "none"},
        {"cases": ["1"]},
        {"cases": ["1"], "owner": "9" * 40},
        {"cases": ["1"], "owner": "nobody"},
        {"everything": "on", "query": "x" * 501, "owner": "none"},
    ],
)
def test_nothing_chosen_or_nobody_to_take_it_changes_nothing(township, two, cadre, answer):
    response = signed_in(township).post(url_of("reassign"), answer)

    assert (response.status_code, owners_of(two)) == (302, [cadre, cadre])


def test_of_another_place_nobody_is_named_by_a_number_that_no_list_offers(township, two, cadre, colleague):
    others = [UserFactory(village_cadre=True, posted=HUAQI_VILLAGE), UserFactory(auditor=True), UserFactory()]
    asked = {"cases": [case.pk for case in two]}

    answers = [signed_in(township).post(url_of("reassign"), asked | {"owner": other.pk}) for other in others]

    assert ({answer.url.split("?")[0] for answer in answers}, Handover.objects.count()) == ({LIST}, 0)
    assert look_at(signed_in(township), asked | {"owner": UserFactory(supervisor=True).pk}).status_code == 200


def test_query_of_another_area_is_not_found(township, colleague):
    case_in(DAFANG + 101210)
    asked = {"everything": "on", "query": f"area={DAFANG}", "owner": colleague.pk}

    answer = signed_in(township).post(url_of("reassign"), asked)

    assert (signed_in(township).get(answer.url).status_code, Handover.objects.count()) == (404, 0)


@pytest.mark.parametrize("role", ["village_cadre", "auditor", "fair_organiser", "administrator"])
def test_only_township_and_county_hand_over(role, two, cadre, colleague):
    asked = {"cases": [case.pk for case in two], "owner": colleague.pk}
    response = signed_in(UserFactory(**{role: True})).post(url_of("reassign"), asked)

    assert (response.status_code, owners_of(two)) == (403, [cadre, cadre])


def test_long_result_shows_the_refused_ones_first(township, two, colleague, monkeypatch):
    monkeypatch.setattr(handing_over, "ROWS_SHOWN", 1)
    ended = case_in(FENGPING, closed=True)

    response = hand_over(signed_in(township), [*two, ended], colleague.pk)

    assert ([row["is_done"] for row in response.context["rows"]], response.context["hidden_rows"]) == ([False], 2)


def test_a_thousand_results_are_all_on_the_page(township, two, colleague):
    page = hand_over(signed_in(township), two, colleague.pk)
    Handover.objects.update(results=[[0, "not_found", None]] * 1000)

    again = signed_in(township).get(page.request["PATH_INFO"])

    assert (len(again.context["rows"]), again.context["hidden_rows"]) == (1000, 0)


def test_takers_of_a_township_are_everybody_who_serves_in_it(supervisor, township, cadre, neighbour, auditor):
    client = signed_in(supervisor)

    in_township = {owner.pk for owner in client.get(LIST, {"area": MAOCHANG}).context["owners"]}
    in_county = {owner.pk for owner in client.get(LIST, {"area": ZHIJIN}).context["owners"]}

    assert (in_township, in_county) == ({cadre.pk, township.pk, supervisor.pk}, {supervisor.pk})


# ---- looking for somebody, an order, saved views


def found_by(client, words, query=""):
    return client.post(url_of("find_in_list"), {"q": words, "query": query}, follow=True)


def named(name, area=FENGPING, **more):
    return CaseFactory(worker=WorkerFactory(unemployed=True, area=area_of(area), name=name), **more)


@pytest.mark.parametrize("words", ["韦海燕", "why", "weihaiyan"])
def test_somebody_is_looked_for_in_the_list_and_no_name_stands_in_the_address(supervisor, words):
    case, _other = named("韦海燕"), named("石敏")
    client = signed_in(supervisor)

    page = found_by(client, words, "state=any")
    address = page.redirect_chain[-1][0]
    again = client.get(address)

    assert (listed(page), listed(again)) == ({case.pk}, {case.pk})
    assert (words in address, address.startswith("/cases/?state=any&find=")) == (False, True)
    assert f"looked for “{words}”" in words_of(page)


def test_a_number_is_looked_for_by_its_tail(supervisor):
    case = named("韦海燕")

    assert listed(found_by(signed_in(supervisor), case.worker.phone_tail)) == {case.pk}


def test_words_that_fit_nobody_show_nobody(supervisor):
    named("韦海燕")

    assert listed(found_by(signed_in(supervisor), "无此人")) == set()


def test_the_key_of_somebody_elses_words_says_nothing(supervisor, township):
    case, other = named("韦海燕"), named("石敏")
    address = found_by(signed_in(supervisor), "韦海燕").redirect_chain[-1][0]

    assert listed(signed_in(township).get(address)) == {case.pk, other.pk}


def test_what_was_looked_for_is_handed_over_and_nobody_else(supervisor, township, colleague):
    case, _other = named("韦海燕"), named("石敏")
    client = signed_in(supervisor)
    query = found_by(client, "韦海燕", f"area={FENGPING}").context["query"]

    asked = {"everything": "on", "query": query, "owner": colleague.pk}
    preview = look_at(client, asked)

    assert (preview.context["chosen"], preview.context["handover"].case_ids) == (1, [case.pk])


def test_the_list_is_ordered_as_asked(supervisor):
    late_one, early = named("王芳", at=NOON), named("阿卜杜", at=NOON - timedelta(days=9))
    client = signed_in(supervisor)

    def order(sort):
        return [row["case_id"] for row in client.get(LIST, {"sort": sort}).context["rows"]]

    assert order("name") == [early.pk, late_one.pk]
    assert order("oldest") == order("waiting") == [early.pk, late_one.pk]
    assert order("newest") == [early.pk, late_one.pk][::-1] or order("newest") == [early.pk, late_one.pk]
    assert order("nonsense") == order("")


@pytest.mark.parametrize("sort", ["name", "waiting", "oldest", "newest"])
def test_ordered_pages_follow_each_other_and_name_nobody_in_the_address(supervisor, monkeypatch, sort):
    monkeypatch.setattr(many_cases, "PAGE", 2)
    cases = {named(name).pk for name in ("韦海燕", "石敏", "王芳", "王芳", "李四")}
    client, url, seen = signed_in(supervisor), f"{LIST}?sort={sort}", []

    while url:
        page = client.get(url)
        seen += [row["case_id"] for row in page.context["rows"]]
        url = page.context["next_url"]
        assert "wang" not in url

    assert (len(seen), set(seen)) == (5, cases)


def test_a_view_is_saved_under_a_name_and_found_again(supervisor):
    named("韦海燕")
    client = signed_in(supervisor)
    query = found_by(client, "韦海燕", f"area={FENGPING}&due=late").context["query"]

    page = client.post(url_of("save_filter"), {"name": "猫场超时", "query": query}, follow=True)

    (view,) = page.context["saved"]
    assert (view["label"], view["url"], view["current"]) == ("猫场超时", f"/cases/?area={FENGPING}&due=late", True)
    assert signed_in(UserFactory(supervisor=True)).get(LIST).context["saved"] == []


def test_a_view_saved_again_is_replaced_and_one_dropped_is_gone(supervisor):
    client = signed_in(supervisor)
    for query in ("due=late", "due=today&after=x&nonsense=1"):
        client.post(url_of("save_filter"), {"name": "今天", "query": query})
    (saved,) = supervisor.saved_filters.all()

    for _twice in range(2):
        client.post(url_of("drop_filter", saved.pk))

    assert (saved.query, supervisor.saved_filters.count()) == ("due=today", 0)


def test_a_view_of_somebody_else_is_not_dropped(supervisor, township):
    saved = supervisor.saved_filters.create(name="我的", query="due=late")

    signed_in(township).post(url_of("drop_filter", saved.pk))

    assert supervisor.saved_filters.count() == 1


@pytest.mark.parametrize("name", ["", " ", "长" * 31])
def test_a_view_needs_a_name(supervisor, name):
    signed_in(supervisor).post(url_of("save_filter"), {"name": name, "query": "due=late"})

    assert supervisor.saved_filters.count() == 0


def test_there_are_twelve_views_at_most(supervisor):
    client = signed_in(supervisor)

    for n in range(13):
        client.post(url_of("save_filter"), {"name": f"视图{n}", "query": "due=late"})

    assert supervisor.saved_filters.count() == 12
