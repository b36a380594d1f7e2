"""The list of people, the door, a result, a slip, and the cadre's page: by plain forms and by htmx."""

import io
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from cases import panels
from cases.choices import State
from cases.models import Case
from cases.services import close_case, reopen_case
from fairs import services
from fairs.models import FairReferral
from fairs.selectors import people
from jobs.models import Placement, Vacancy
from jobs.services import introduce
from tests.cases.factories import CaseFactory
from tests.cases.pages import HTMX, messages_of, queries_of, signed_in, source_of, words_of
from tests.fairs.factories import (
    NOON,
    START,
    FairFactory,
    ReferralFactory,
    add_post,
    contacted_case,
    fresh,
    offers_of,
)
from tests.fairs.pages import url_of
from tests.jobs.factories import VacancyFactory, placed_case
from tests.staff.factories import DAFANG, DAFANG_VILLAGE, UserFactory, area_of
from tests.workers.factories import WorkerFactory
from workers.invariants import violations
from workers.models import Worker

pytestmark = pytest.mark.django_db

HUGE = 10**30
NONSENSE = ["²", "٣", "-1", "0", "abc", "%00", "1e9", "9" * 30, "", " "]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(organiser):
    return signed_in(organiser)


@pytest.fixture
def village(cadre):
    return signed_in(cadre)


@pytest.fixture
def fair():
    return FairFactory(running=True, posts=2)


# The list of people


@pytest.mark.parametrize("name, is_named", [("王\U00031350", True), ("王喆", False)])
def test_a_character_that_no_font_prints_is_named_beside_the_slips(village, fair, name, is_named, monkeypatch):
    ReferralFactory(fair=fair, name="王芳")
    ReferralFactory(fair=fair, name=name, wishes=offers_of(fair))
    monkeypatch.setattr(people, "PAGE", 1)

    said = words_of(village.get(url_of("people", fair.pk)))

    assert (f"No font here prints every character of {name} (U+31350)" in said) == is_named


def test_a_character_that_no_font_prints_is_named_beside_the_slip_of_one_person(village, fair):
    guest = ReferralFactory(fair=fair, name="王\U00031350", wishes=offers_of(fair))

    said = words_of(village.get(url_of("panel", guest.case_id)))

    assert "No font here prints every character of 王\U00031350 (U+31350)" in said


def test_the_list_shows_who_where_code_wishes_and_state(desk, fair):
    guest = ReferralFactory(fair=fair, name="韦海燕", wishes=offers_of(fair))

    said = words_of(desk.get(url_of("people", fair.pk)))

    for words in (
        "韦海燕",
        "Maochang Town · Fengping Village",
        guest.code,
        "01 五金装配工",
        "02 五金装配工",
        "invited",
    ):
        assert words in said


def test_a_cadre_sees_no_codes_of_the_door(village, fair):
    guest = ReferralFactory(fair=fair)

    assert guest.code not in source_of(village.get(url_of("people", fair.pk)))


def test_nonsense_in_the_address_is_no_key(desk, fair):
    guest, page = ReferralFactory(fair=fair), url_of("people", fair.pk)
    queries = [f"{name}={value}" for name in ("after", "post") for value in NONSENSE]

    pages = {query: desk.get(f"{page}?{query}&show=nonsense&reason=nonsense").context["page"] for query in queries}

    found = {query: [person.referral for person in page.people] for query, page in pages.items()}
    assert found == {query: [guest] for query in queries}


def test_the_pages_of_a_long_list_follow_one_another(desk, fair, monkeypatch):
    monkeypatch.setattr("fairs.selectors.people.PAGE", 2)
    everybody = [ReferralFactory(fair=fair) for _ in range(3)]

    page = url_of("people", fair.pk)
    first = desk.get(f"{page}?show=missing")
    second = desk.get(first.context["next_url"])

    assert [p.referral for p in first.context["page"].people] == everybody[:2]
    assert [p.referral for p in second.context["page"].people] == everybody[2:]
    assert (second.context["next_url"], second.context["first_url"]) == ("", f"{page}?show=missing")


def test_an_empty_list_says_so(desk, fair):
    assert "Nobody here" in words_of(desk.get(url_of("people", fair.pk)))


# The door


def typed(client, fair, text, **headers):
    return client.post(url_of("check_in", fair.pk), {"digits": text}, headers=headers.get("headers"))


@pytest.mark.parametrize("headers", [None, HTMX])
def test_a_code_is_answered_with_a_name_and_the_first_booth(desk, fair, headers):
    guest = ReferralFactory(fair=fair, name="韦海燕", wishes=offers_of(fair))

    answer = typed(desk, fair, guest.code, headers=headers)

    said = words_of(answer)
    assert (answer.status_code, fresh(guest).checked_in_at) == (200, NOON)
    assert "韦海燕 is checked in" in said
    assert "First to booth 01" in said
    assert "<html" in source_of(answer) or headers


def test_the_same_code_again_says_since_when(desk, fair):
    here = ReferralFactory(fair=fair, came=True, name="韦海燕")

    answer = typed(desk, fair, here.code)

    assert (answer.status_code, "韦海燕 came in at 12:00 already" in words_of(answer)) == (200, True)


@pytest.mark.parametrize("text", ["000000", "李", "12", "²²²²", HUGE, "WF-FAIR:1:000000", "'; DROP TABLE"])
def test_what_fits_nobody_is_refused_with_the_way_out(desk, fair, text):
    answer = typed(desk, fair, text)

    assert (
        answer.status_code,
        "Ask for the six-digit code" in words_of(answer) or "another fair" in words_of(answer),
    ) == (
        409,
        True,
    )


def test_nothing_typed_is_marked(desk, fair):
    assert typed(desk, fair, "  ").status_code == 422


def test_a_name_offers_who_is_on_the_list_and_who_could_be(desk, fair):
    guest = ReferralFactory(fair=fair, name="韦海燕")
    stranger, uncalled = contacted_case(name="韦海"), CaseFactory(worker__name="韦海明")

    answer = typed(desk, fair, "韦海")

    assert answer.status_code == 200
    assert [person.referral for person in answer.context["listed"]] == [guest]
    assert [person.case_id for person in answer.context["strangers"]] == [stranger.pk, uncalled.pk]
    assert (fresh(guest).checked_in_at, FairReferral.objects.count()) == (None, 1)


def test_a_shared_phone_offers_both(desk, fair):
    guest = ReferralFactory(fair=fair)
    sister = ReferralFactory(fair=fair, case=contacted_case(phone=guest.worker.phone))

    answer = typed(desk, fair, guest.worker.phone_tail)

    assert {person.referral for person in answer.context["listed"]} == {guest, sister}


def test_who_starts_tomorrow_is_to_start_work_at_the_door_too(desk, fair):
    CaseFactory(nearby=True, worker__name="韦海")

    assert [person.state for person in typed(desk, fair, "韦海").context["strangers"]] == ["To start work"]


@pytest.mark.parametrize("headers", [None, HTMX])
def test_a_stranger_is_registered_and_in_with_one_press(desk, fair, headers):
    case = contacted_case(name="赵尔")

    answers = [desk.post(url_of("walk_in", fair.pk), {"case": case.pk}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "赵尔 is registered and checked in" in words_of(answers[0])
    assert (case.fair_referrals.get().is_walk_in, case.fair_referrals.get().checked_in_at) == (True, NOON)


@pytest.mark.parametrize("case", [HUGE, "²", "", -1, 0])
def test_a_forged_stranger_is_not_found(desk, fair, case):
    assert desk.post(url_of("walk_in", fair.pk), {"case": case}).status_code == 404


def test_a_stranger_of_another_county_is_not_found(desk, fair):
    elsewhere = contacted_case(area=area_of(DAFANG_VILLAGE))

    assert desk.post(url_of("walk_in", fair.pk), {"case": elsewhere.pk}).status_code == 404


def test_a_stranger_whose_case_has_ended_is_refused_at_the_door(desk, fair):
    case = contacted_case()
    close_case(case=case, reason="moved", by=None, at=NOON)

    answer = desk.post(url_of("walk_in", fair.pk), {"case": case.pk}, headers=HTMX)

    assert (answer.status_code, "This person's case has ended." in words_of(answer)) == (409, True)


def test_whose_case_has_ended_is_found_at_the_door_with_who_reopens_it(desk, fair, cadre):
    case = contacted_case(name="韦海")
    Case.objects.filter(pk=case.pk).update(owner=cadre)
    close_case(case=case, reason="moved", by=None, at=NOON)
    reopen = f"/cases/{case.pk}/reopen/"

    pages = [typed(client, fair, "韦海") for client in (desk, signed_in(UserFactory(supervisor=True)))]

    assert [page.status_code for page in pages] == [200, 200]
    assert [person.who.case_id for person in pages[0].context["ended"]] == [case.pk]
    assert "reopens the case." in words_of(pages[0])
    assert "王芳" in words_of(pages[0])
    assert [reopen in page.content.decode() for page in pages] == [False, True]


def test_who_never_had_a_case_is_found_at_the_door_and_registered_with_one_press(desk, fair):
    worker = WorkerFactory(name="韦海", employed=True)

    found = typed(desk, fair, "韦海").context["newcomers"]
    answers = [desk.post(url_of("newcomer", fair.pk), {"worker": worker.pk}, headers=HTMX) for _ in range(2)]

    assert [person.worker_id for person in found] == [worker.pk]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "韦海 is registered and checked in" in words_of(answers[0])
    case = Case.objects.get(worker=worker)
    assert (case.state, case.first_contacted_at, case.fair_referrals.get().has_come) == ("referred", NOON, True)
    assert typed(desk, fair, "韦海").context["newcomers"] == []


def test_who_never_had_a_case_is_found_where_the_organiser_serves_and_among_the_living(desk, fair):
    elsewhere = WorkerFactory(name="韦海", area=area_of(DAFANG_VILLAGE))
    dead = WorkerFactory(name="韦海")
    Worker.objects.filter(pk=dead.pk).update(status="deceased")

    assert typed(desk, fair, "韦海").status_code == 409
    assert desk.post(url_of("newcomer", fair.pk), {"worker": elsewhere.pk}).status_code == 404


@pytest.mark.parametrize("worker", [HUGE, "²", "", -1, 0])
def test_a_forged_newcomer_is_not_found(desk, fair, worker):
    assert desk.post(url_of("newcomer", fair.pk), {"worker": worker}).status_code == 404


def test_a_child_who_never_had_a_case_gets_none_at_the_door(desk, fair):
    child = WorkerFactory(birth_date=NOON.date() - timedelta(days=365 * 15))

    answer = desk.post(url_of("newcomer", fair.pk), {"worker": child.pk}, headers=HTMX)

    assert (answer.status_code, Case.objects.filter(worker=child).exists()) == (409, False)


def test_a_case_that_began_at_the_door_by_mistake_ends_with_the_check_in(desk, fair):
    worker = WorkerFactory(name="韦海")
    desk.post(url_of("newcomer", fair.pk), {"worker": worker.pk})
    referral = FairReferral.objects.get(worker=worker)

    desk.post(url_of("undo_check_in", referral.pk))

    case = Case.objects.get(worker=worker)
    assert (case.state, case.closed_because) == ("closed", "wrong_person")
    assert [name for name, broken in violations() if broken] == []


def test_an_older_case_that_has_ended_is_not_shown_beside_the_open_one(desk, fair):
    case = contacted_case(name="韦海")
    close_case(case=case, reason="moved", by=None, at=NOON)
    reopen_case(case=case, by=None, at=NOON)

    answer = typed(desk, fair, "韦海")

    assert ([p.case_id for p in answer.context["strangers"]], answer.context["ended"]) == ([case.pk], [])


def test_nobody_of_another_county_is_found_among_ended_cases(desk, fair):
    case = contacted_case(name="韦海", area=area_of(DAFANG_VILLAGE))
    close_case(case=case, reason="moved", by=None, at=NOON)

    assert typed(desk, fair, "韦海").status_code == 409


@pytest.mark.parametrize("headers", [None, HTMX])
def test_a_check_in_is_taken_back_from_the_page(desk, fair, headers):
    here = ReferralFactory(fair=fair, came=True)

    answer = desk.post(url_of("undo_check_in", here.pk), headers=headers)

    assert (answer.status_code, fresh(here).checked_in_at) == (200 if headers else 302, None)


def test_a_check_in_with_a_result_stays(desk, fair):
    met = ReferralFactory(fair=fair, intent=True)

    answer = desk.post(url_of("undo_check_in", met.pk), headers=HTMX)

    assert (answer.status_code, fresh(met).has_come) == (409, True)


def test_closed_doors_say_so(desk):
    fair = FairFactory(open=True)
    guest = ReferralFactory(fair=fair)

    page, answer = desk.get(url_of("check_in", fair.pk)), typed(desk, fair, guest.code)

    assert "The doors are not open" in words_of(page)
    assert (answer.status_code, fresh(guest).checked_in_at) == (409, None)


def test_after_closing_the_door_says_that_the_fair_is_over_and_not_that_it_has_yet_to_open(desk):
    said = words_of(desk.get(url_of("check_in", FairFactory(finished=True).pk)))

    assert ("The fair is over" in said, "The doors are not open" in said) == (True, False)


def test_a_check_in_pressed_after_the_session_ended_is_said_to_have_done_nothing(desk, fair, organiser):
    guest, door = ReferralFactory(fair=fair), url_of("check_in", fair.pk)
    stood = {**HTMX, "HX-Current-URL": f"http://testserver{door}"}
    desk.logout()

    sent = desk.post(door, {"digits": guest.code}, headers=stood)
    desk.force_login(organiser)
    page = desk.get(parse_qs(urlsplit(sent.headers["HX-Redirect"]).query)["next"][0], follow=True)

    assert (sent.status_code, page.status_code, fresh(guest).checked_in_at) == (401, 200, None)
    assert "Your last press did nothing" in words_of(page)


def test_slips_are_offered_beside_those_who_are_still_to_come(village, fair):
    ReferralFactory(fair=fair)

    offered = {
        show: bool(village.get(url_of("people", fair.pk), {"show": show}).context["slip_files"])
        for show in ("", "missing", "came", "hired")
    }

    assert offered == {"": True, "missing": True, "came": False, "hired": False}


def test_a_post_that_is_full_is_marked_where_a_result_is_entered(desk):
    fair = FairFactory(running=True, posts=2)
    free, full = (offer.vacancy for offer in offers_of(fair))
    Vacancy.objects.filter(pk=full.pk).update(headcount=1)
    placed_case(vacancy=full)
    here = ReferralFactory(fair=fair, came=True)

    said = words_of(desk.get(url_of("result", here.pk)))

    assert [f"{post.title}，{post.employer.name} (full)" in said for post in (free, full)] == [False, True]


def test_the_figures_of_the_fairs_page_follow_the_door(desk, fair):
    guest = ReferralFactory(fair=fair)
    from_page = {**HTMX, "HX-Current-URL": f"http://testserver{url_of('fair', fair.pk)}"}

    in_page = desk.post(url_of("check_in", fair.pk), {"digits": guest.code}, headers=from_page)
    alone = desk.post(url_of("check_in", fair.pk), {"digits": guest.code}, headers=HTMX)

    assert [source_of(page).count('hx-swap-oob="true"') for page in (in_page, alone)] == [2, 2]


# Results

HIRED = {"result": "hired", "start": "own", "start_on": START.isoformat(), "wage": "5200", "needs_transport": "yes"}


def answer_for(client, referral, **said):
    return client.post(url_of("result", referral.pk), said)


def test_hired_by_the_form_is_a_placement(desk, fair):
    here, post = ReferralFactory(fair=fair, came=True), offers_of(fair)[0].vacancy

    answer = answer_for(desk, here, **HIRED, vacancy=post.pk, note="人事科 何经理")

    placement = Placement.objects.get()
    assert answer.url == url_of("check_in", fair.pk)
    assert (placement.vacancy, placement.start_on, placement.wage, placement.needs_transport) == (
        post,
        START,
        5200,
        True,
    )
    assert Case.objects.get(pk=here.case_id).state == State.PLACED


def test_the_quick_days_are_today_tomorrow_and_monday(desk, fair):
    here, post = ReferralFactory(fair=fair, came=True), offers_of(fair)[0].vacancy

    answer_for(desk, here, result="hired", vacancy=post.pk, start="monday", needs_transport="no")

    assert (Placement.objects.get().start_on, Placement.objects.get().needs_transport) == (START, False)


def test_without_script_the_other_answers_fields_are_not_taken(desk, fair):
    """A page without script sends every field of every answer along."""
    here, post = ReferralFactory(fair=fair, came=True), offers_of(fair)[0].vacancy

    answer_for(desk, here, **HIRED | {"result": "no_match"}, vacancy=post.pk, reason="care")

    assert (fresh(here).result, fresh(here).vacancy, fresh(here).reason) == ("no_match", None, "care")
    assert Case.objects.get(pk=here.case_id).state == State.CONTACTED


@pytest.mark.parametrize("result", ["intent", "second_interview"])
def test_a_promise_by_the_form(desk, fair, result):
    here, post = ReferralFactory(fair=fair, came=True), offers_of(fair)[0].vacancy

    answer_for(desk, here, result=result, vacancy=post.pk)

    assert (fresh(here).result, Case.objects.get(pk=here.case_id).state) == (result, State.REFERRED)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "result"),
        ({"result": "no_show"}, "result"),
        (HIRED, "vacancy"),
        ({"result": "intent"}, "vacancy"),
        ({"result": "no_match"}, "reason"),
        ({"result": "no_match", "reason": "nonsense"}, "reason"),
        (HIRED | {"vacancy": HUGE}, "vacancy"),
        (HIRED | {"vacancy": "²"}, "vacancy"),
        (HIRED | {"vacancy": "post", "start": ""}, "start"),
        (HIRED | {"vacancy": "post", "start_on": ""}, "start_on"),
        (HIRED | {"vacancy": "post", "start_on": "2026-02-31"}, "start_on"),
        (HIRED | {"vacancy": "post", "needs_transport": ""}, "needs_transport"),
        (HIRED | {"vacancy": "post", "wage": "12"}, "wage"),
        (HIRED | {"vacancy": "post", "note": "长" * 201}, "note"),
    ],
)
def test_half_an_answer_is_marked_where_it_stands(desk, fair, said, field):
    here = ReferralFactory(fair=fair, came=True)
    if said.get("vacancy") == "post":
        said = said | {"vacancy": offers_of(fair)[0].vacancy_id}

    answer = answer_for(desk, here, **said)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert fresh(here).result == ""


def test_a_post_of_another_fair_is_marked(desk, fair):
    here, elsewhere = ReferralFactory(fair=fair, came=True), offers_of(FairFactory())[0].vacancy

    answer = answer_for(desk, here, result="intent", vacancy=elsewhere.pk)

    assert answer.context["form"].errors == {"vacancy": ["This post is not offered at this fair."]}


def test_a_day_too_far_away_is_refused_with_the_way_out(desk, fair):
    here = ReferralFactory(fair=fair, came=True)

    answer = answer_for(desk, here, **HIRED | {"start_on": "2027-03-01"}, vacancy=offers_of(fair)[0].vacancy_id)

    assert (answer.status_code, "The first day of work lies too far away" in words_of(answer)) == (409, True)


def test_the_same_form_sent_twice_records_one_result(desk, fair):
    here, post = ReferralFactory(fair=fair, came=True), offers_of(fair)[0].vacancy

    answers = [answer_for(desk, here, **HIRED, vacancy=post.pk) for _ in range(2)]

    assert ([answer.status_code for answer in answers], Placement.objects.count()) == ([302, 302], 1)


def test_somebody_faster_is_told_to_the_second(desk, fair):
    here = ReferralFactory(fair=fair, no_match=True)

    answer = answer_for(desk, here, **HIRED, vacancy=offers_of(fair)[0].vacancy_id)

    assert (answer.status_code, "The result is already recorded." in words_of(answer)) == (409, True)


def test_the_first_wish_is_chosen_beforehand(desk, fair):
    here = ReferralFactory(fair=fair, came=True, wishes=offers_of(fair)[1:])

    form = desk.get(url_of("result", here.pk)).context["form"]

    assert form["vacancy"].value() == offers_of(fair)[1].vacancy_id


def test_who_has_not_come_is_checked_in_first(desk, fair):
    guest = ReferralFactory(fair=fair)

    said = words_of(desk.get(url_of("result", guest.pk)))

    assert "A result needs a meeting" in said
    assert "What did the employer say?" not in said


def test_a_cadre_records_what_the_employer_said_afterwards_and_is_back_at_the_case(village):
    here = ReferralFactory(fair=FairFactory(finished=False, running=True), intent=True)

    answer = answer_for(village, here, **HIRED, vacancy=offers_of(here.fair)[0].vacancy_id)

    assert answer.url == f"/cases/{here.case_id}/"
    assert Placement.objects.get().confirmed_by.username == village.get("/me/").context["user"].username


# The cadre's pages


def refer(client, case, **said):
    return client.post(url_of("refer", case.pk), said)


def test_a_cadre_refers_with_wishes_in_the_order_they_were_ticked(village):
    fair, case = FairFactory(open=True, posts=3), contacted_case()
    first, _second, third = (offer.pk for offer in offers_of(fair))

    answer = refer(village, case, fair=fair.pk, wishes=[third, first])

    referral = case.fair_referrals.get()
    assert answer.url == f"/cases/{case.pk}/"
    assert list(referral.wishes.values_list("offer", flat=True)) == [third, first]
    assert messages_of(village, answer.url) == ["Referred. The worker gets a text with the door code."]


def test_a_referral_is_taken_back_where_it_is_said(village):
    fair, case = FairFactory(open=True), contacted_case()
    said = village.get(refer(village, case, fair=fair.pk).url)

    (message,) = said.context["messages"]
    village.post(message.extra_tags)

    assert f'action="{message.extra_tags}"' in said.content.decode()
    assert (case.fair_referrals.get().withdrawn_at is None, fresh_state(case)) == (False, "contacted")


def fresh_state(case) -> str:
    return Case.objects.get(pk=case.pk).state


def test_referring_twice_is_referring_once(village):
    fair, case = FairFactory(open=True), contacted_case()

    answers = [refer(village, case, fair=fair.pk) for _ in range(2)]

    assert ([answer.status_code for answer in answers], case.fair_referrals.count()) == ([302, 302], 1)


@pytest.mark.parametrize("fair", ["", HUGE, "²", "abc"])
def test_a_forged_fair_is_marked(village, fair):
    FairFactory(open=True)
    case = contacted_case()

    answer = refer(village, case, fair=fair)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["fair"])
    assert not case.fair_referrals.exists()


def test_a_fair_of_another_county_is_not_offered_and_not_taken(village):
    here, elsewhere = FairFactory(open=True), FairFactory(open=True, area=DAFANG)
    case = contacted_case()

    page, answer = village.get(url_of("refer", case.pk)), refer(village, case, fair=elsewhere.pk)

    assert [choice.fair for choice in page.context["choices"]] == [here]
    assert (answer.status_code, case.fair_referrals.exists()) == (422, False)


@pytest.mark.parametrize("wish", [HUGE, "²", "-1"])
def test_a_forged_wish_is_marked(village, wish):
    fair, case = FairFactory(open=True), contacted_case()

    answer = refer(village, case, fair=fair.pk, wishes=[wish])

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["wishes"])


def test_a_wish_of_the_other_fair_on_the_page_is_refused(village):
    """Without script both fairs' posts stand on the page."""
    fair, other, case = FairFactory(open=True), FairFactory(open=True), contacted_case()

    answer = refer(village, case, fair=fair.pk, wishes=[offers_of(other)[0].pk])

    assert (answer.status_code, case.fair_referrals.exists()) == (409, False)
    assert "This post is not offered at this fair." in words_of(answer)


def test_four_wishes_are_marked(village):
    fair, case = FairFactory(open=True, posts=4), contacted_case()

    answer = refer(village, case, fair=fair.pk, wishes=[offer.pk for offer in offers_of(fair)])

    assert answer.context["form"].errors == {"wishes": ["A worker can wish for at most three posts."]}


def test_what_was_ticked_is_still_ticked_after_a_mistake(village):
    fair, case = FairFactory(open=True, posts=4), contacted_case()
    offers = offers_of(fair)

    answer = refer(village, case, fair=fair.pk, wishes=[offer.pk for offer in offers])

    ticked = re.findall(r'name="wishes" value="(\d+)" checked', source_of(answer))
    assert {int(pk) for pk in ticked} == {offer.pk for offer in offers}


def test_posts_that_meet_the_workers_wishes_stand_first_and_say_why(village):
    fair = FairFactory(open=True, posts=2)
    suits = add_post(fair, number=30, vacancy=VacancyFactory(title="焊工", wage_low=7000, wage_high=8000))
    case = contacted_case(wish_kind="焊工", wish_wage=6000)

    choice = village.get(url_of("refer", case.pk)).context["choices"][0]

    assert choice.offers[0].offer == suits
    assert "The kind of work wished: 焊工" in choice.offers[0].reasons


def test_somebody_who_cannot_be_sent_is_refused_on_the_page(village):
    fair, case = FairFactory(open=True), contacted_case()
    introduce(case=case, vacancy=VacancyFactory(), by=None, at=NOON)

    answer = refer(village, case, fair=fair.pk)

    assert (answer.status_code, "waits for an answer" in words_of(answer)) == (409, True)


def test_without_a_fair_the_page_says_what_else(village):
    said = words_of(village.get(url_of("refer", contacted_case().pk)))

    assert "No fair takes people right now" in said
    assert "introduce the person to an employer directly" in said


def test_the_panel_says_fair_day_code_and_wishes(village):
    guest = ReferralFactory(fair=FairFactory(open=True, posts=2))

    panel, page = (words_of(village.get(url_of("panel", guest.case_id), headers=headers)) for headers in (HTMX, None))

    for words in (guest.fair.title, "Fri 6 Mar 09:00", guest.code, "Booth 01", "五金装配工"):
        assert words in panel
        assert words in page


def test_the_panel_of_somebody_never_sent_says_so(village):
    assert "Not referred to a fair yet." in words_of(village.get(url_of("panel", contacted_case().pk)))


@pytest.mark.parametrize("rows", [1, 3])
def test_panel_and_refer_page_count_queries_once(village, rows):
    case = contacted_case()
    for n in range(rows):
        fair = FairFactory(open=True, posts=rows, title=f"第{n}场")
        referral = ReferralFactory(fair=fair, case=Case.objects.get(pk=case.pk), wishes=offers_of(fair)[:3])
        services.take_no(referral_id=referral.pk, at=NOON)

    counted = {name: queries_of(village, url_of(name, case.pk)) for name in ("panel", "refer")}

    assert counted == {"panel": 6, "refer": 9}


# The case page offers what fits


def actions(case, step):
    return [action.url_name for action in panels.registry.actions_for(case.pk, step, {"village_cadre"})]


def test_the_case_page_offers_a_fair_to_who_looks_for_work(village):
    assert "fairs:refer" in actions(contacted_case(), "refer")


def test_the_result_is_asked_for_only_of_who_has_been_there(village):
    guest = ReferralFactory(fair=FairFactory(running=True))
    here = ReferralFactory(fair=guest.fair, came=True)
    introduced = contacted_case()
    introduce(case=introduced, vacancy=VacancyFactory(), by=None, at=NOON)

    offered = [("fairs:case_result" in actions(case, "result")) for case in (guest.case, here.case, introduced)]

    assert offered == [False, True, False]


def test_from_the_case_to_the_result(village):
    here = ReferralFactory(fair=FairFactory(running=True), came=True)

    assert village.get(url_of("case_result", here.case_id)).url == url_of("result", here.pk)


def test_a_case_without_a_fair_leads_back_to_itself(village):
    case = contacted_case()

    answer = village.get(url_of("case_result", case.pk))

    assert answer.url == f"/cases/{case.pk}/"
    assert messages_of(village, answer.url) == ["No fair is waiting for a result here."]


# Slips


def read(response) -> str:
    pages = PdfReader(io.BytesIO(response.content)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def test_a_slip_is_printed_for_one_person_and_kept_by_no_cache(desk, fair):
    guest = ReferralFactory(fair=fair, name="韦海燕")

    answer = desk.get(url_of("slip_pdf", guest.pk))

    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/pdf", True)
    assert ("韦海燕" in read(answer), guest.code in read(answer)) == (True, True)
    assert guest.code not in answer["Content-Disposition"]


def test_slips_of_all_come_by_village_and_in_parts(desk, fair, monkeypatch):
    monkeypatch.setattr("fairs.views.people.SLIPS_A_FILE", 2)
    for name in ("甲", "乙", "丙"):
        ReferralFactory(fair=fair, name=f"韦海{name}")
    ReferralFactory(fair=fair, name="韦已到", came=True)

    parts = [read(desk.get(url_of("slips_pdf", fair.pk, n))) for n in (1, 2)]

    assert [part.count("招聘会推荐单") for part in parts] == [2, 1]
    assert [("韦海丙" in part, "韦已到" in part) for part in parts] == [(False, False), (True, False)]
    assert [desk.get(url_of("slips_pdf", fair.pk, n)).status_code for n in (0, 3)] == [404, 404]
    assert desk.get(url_of("slips_pdf", fair.pk, HUGE)).status_code == 404


def test_a_cadre_prints_only_their_own_people(fair):
    ReferralFactory(fair=fair, name="韦海燕")
    ReferralFactory(fair=fair, name="陈外村", area=area_of(520524103228))

    printed = read(signed_in(UserFactory(village_cadre=True)).get(url_of("slips_pdf", fair.pk, 1)))

    assert ("韦海燕" in printed, "陈外村" in printed) == (True, False)


def test_nobody_to_print_is_said_on_paper(desk):
    assert read(desk.get(url_of("slips_pdf", FairFactory(open=True).pk, 1))) == "没有可打印的推荐单。"


# At a desk a page of one form is a dialog


@pytest.mark.parametrize("name", ["fairs:result", "fairs:refer", "cases:assign", "cases:close", "jobs:place"])
def test_sheets_are_dialogs_at_the_desk_and_pages_on_a_phone(name):
    here, other = ReferralFactory(came=True), contacted_case()
    url = reverse(name, args=[here.pk if name == "fairs:result" else other.pk])
    client = signed_in(UserFactory(supervisor=True))

    over = source_of(client.get(url, headers={**HTMX, "HX-Target": "sheet"}))
    page, boosted = source_of(client.get(url)), source_of(client.get(url, headers={**HTMX, "HX-Boosted": "true"}))

    assert (over.count('class="wf-sheet wf-dialog"'), "<html" in over) == (1, False)
    assert [("wf-dialog" in whole, "<html" in whole) for whole in (page, boosted)] == [(False, True)] * 2
    assert f'action="{url}"' in over


def test_the_list_of_people_leads_to_a_dialog(desk, fair):
    here = ReferralFactory(fair=fair, came=True)

    source = source_of(desk.get(url_of("people", fair.pk)))

    assert re.search(rf'href="{url_of("result", here.pk)}"\s+data-wf-dialog', source)


def test_a_result_given_in_a_dialog_leads_back_to_the_page_under_it(desk, fair):
    here, stood = ReferralFactory(fair=fair, came=True), url_of("people", fair.pk) + "?show=undecided"
    over = {**HTMX, "HX-Boosted": "true", "HX-Current-URL": f"http://testserver{stood}"}

    answer = desk.post(url_of("result", here.pk), {"result": "no_match", "reason": "wage"}, headers=over)

    assert (fresh(here).result, answer.headers.get("Location") or answer.headers["HX-Redirect"]) == ("no_match", stood)


def test_a_cancelled_fair_prints_no_more_slips_and_its_door_says_so(desk, fair, organiser, monkeypatch):
    monkeypatch.setattr("fairs.services.crowds.AT_ONCE", 1)
    for _ in range(3):
        ReferralFactory(fair=fair)
    services.cancel_fair(fair=fair, why="大雪封路", by=organiser, at=NOON, knows_of_inside=True)

    page, door = desk.get(url_of("people", fair.pk)), desk.get(url_of("check_in", fair.pk))

    assert (page.context["slip_files"], fair.referrals.expected().exists()) == ([], True)
    assert "The fair is cancelled." in words_of(door)
