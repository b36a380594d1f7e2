"""The list of Today can be worked down: an entry changes its row and the numbers, and nothing else of the page."""

import re
from datetime import timedelta

import pytest
import time_machine

from cases.models import ContactAttempt, WorkItem
from cases.querysets import GROUPS
from cases.selectors import row_of_case
from kit.days import end_of_day
from tests.cases.factories import NOON, TODAY, CaseFactory, miss
from tests.cases.pages import HTMX, messages_of, signed_in, source_of, url_of, words_of

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

MISSED = {"outcome": "no_answer", "next": "suggested", "from": "today"}
REACHED = {"outcome": "spoke_to_worker", "status": "unemployed_willing", "from": "today"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(cadre):
    return signed_in(cadre)


@pytest.fixture
def cases(cadre):
    """Three for today, in their order."""
    found = [CaseFactory(owner=cadre, at=NOON - timedelta(days=1)) for _ in range(3)]
    WorkItem.objects.filter(case__in=found).update(due_at=end_of_day(TODAY))
    return found


def enter(desk, case, answer):
    return desk.post(url_of("record_contact", case.pk), answer, headers=HTMX)


def undo(desk, case, pressed_in="today"):
    attempt = ContactAttempt.objects.get(case=case)
    return desk.post(url_of("undo_contact", attempt.pk) + f"?from={pressed_in}", headers=HTMX)


def row_in(response, case) -> str:
    return re.search(rf'<li [^>]*id="row-{case.pk}".*?</li>', source_of(response)).group()


def order_of(response) -> list[int]:
    return [row["case_id"] for group in response.context["groups"] for row in group["rows"]]


def test_after_an_entry_the_row_says_what_happened_and_when_it_comes_back(desk, cases):
    answer = enter(desk, cases[0], MISSED)

    row = row_in(answer, cases[0])
    assert (answer.status_code, "HX-Redirect" in answer.headers, "<html" in source_of(answer)) == (200, False, False)
    assert ("is-done" in row, 'hx-swap-oob="true"' in row) == (True, True)
    assert "Called once, again 18:30" in words_of(answer)
    assert f'hx-post="/contact-attempts/{ContactAttempt.objects.get().pk}/undo/?from=today"' in row


def test_after_a_talk_the_row_says_what_is_next(desk, cases):
    answer = enter(desk, cases[0], REACHED)

    said = "Done Spoke to the worker on the phone Wants to work, please recommend a job, by 20 Mar Undo"
    assert said in words_of(answer)


def test_after_a_talk_that_ends_the_case_the_row_says_so(desk, cases):
    answer = enter(desk, cases[0], REACHED | {"status": "student"})

    assert "Done Spoke to the worker on the phone Ended: Studying Undo" in words_of(answer)


def test_the_numbers_follow_an_entry_and_nothing_else_is_sent_again(desk, cases):
    answer = enter(desk, cases[0], REACHED)

    assert "Overdue 0 people For today 2 people This week 0 people Later 1 person" in words_of(answer)
    assert "1 entry today reached 1, not reached 0" in words_of(answer)
    assert [f'id="row-{case.pk}"' in source_of(answer) for case in cases] == [True, False, False]


def test_who_was_tried_stands_last_when_the_list_is_opened_again(desk, cases):
    enter(desk, cases[0], MISSED)

    assert order_of(desk.get(url_of("today"))) == [cases[1].pk, cases[2].pk, cases[0].pk]


def test_undo_brings_the_row_back_as_it_was_and_where_it_was(desk, cases):
    before = desk.get(url_of("today"))
    enter(desk, cases[0], MISSED)

    answer = undo(desk, cases[0])

    row = row_in(answer, cases[0]).replace('hx-swap-oob="true" ', "").replace(' hx-swap-oob="true"', "")
    assert (answer.status_code, without_token(row)) == (200, without_token(row_in(before, cases[0])))
    assert order_of(desk.get(url_of("today"))) == order_of(before)


def test_undo_of_a_talk_brings_the_row_back_where_it_was(desk, cases):
    before = desk.get(url_of("today"))
    enter(desk, cases[0], REACHED)

    undo(desk, cases[0])

    assert order_of(desk.get(url_of("today"))) == order_of(before) == [case.pk for case in cases]


def test_undo_pressed_again_after_a_talk_that_ended_the_case_says_that_talk(desk, cases):
    enter(desk, cases[0], MISSED)
    first = url_of("undo_contact", ContactAttempt.objects.get().pk) + "?from=today"
    desk.post(first, headers=HTMX)
    enter(desk, cases[0], REACHED | {"status": "student"})

    answer = desk.post(first, headers=HTMX)

    last = ContactAttempt.objects.latest("pk")
    assert (answer.status_code, "is-done" in row_in(answer, cases[0])) == (200, True)
    assert "Done Spoke to the worker on the phone Ended: Studying Undo" in words_of(answer)
    assert f'hx-post="/contact-attempts/{last.pk}/undo/?from=today"' in row_in(answer, cases[0])


def test_after_a_talk_the_row_says_the_talk_and_no_longer_the_call_in_vain(desk, cadre):
    case = CaseFactory(owner=cadre, contacted=True, at=NOON - timedelta(days=1))
    enter(desk, case, MISSED)

    answer = enter(desk, case, REACHED)

    said = "Done Spoke to the worker on the phone Wants to work, please recommend a job, by 19 Mar Undo"
    assert (said in words_of(answer), "Called once" in words_of(answer)) == (True, False)


def test_undo_in_the_list_of_the_day_takes_the_entry_from_it(desk, cases):
    enter(desk, cases[0], MISSED)
    listed = source_of(desk.get(url_of("done"), headers=HTMX))

    answer = undo(desk, cases[0], pressed_in="today.done")

    entry = f'<li id="entry-{ContactAttempt.objects.get().pk}"'
    assert (entry in listed, f'{entry} hx-swap-oob="delete">' in source_of(answer)) == (True, True)
    assert "undo/?from=today.done" in listed


def without_token(source: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", source)


def test_a_follow_up_made_from_the_list_answers_in_place_too(desk, cadre):
    case = CaseFactory(owner=cadre, nearby=True, at=NOON - timedelta(days=20))
    page = desk.get(url_of("follow_up", case.pk) + "?from=today", headers=HTMX)
    asked = page.context["follow_up"]

    answer = desk.post(
        url_of("follow_up", case.pk), {"follow_up": asked.pk, "result": "not_reached", "from": "today"}, headers=HTMX
    )

    assert "Not reached, again on 6 Mar" in words_of(answer)


def test_without_scripts_an_undo_leads_back_to_the_list(desk, cases):
    enter(desk, cases[0], MISSED)

    response = desk.post(url_of("undo_contact", ContactAttempt.objects.get().pk) + "?from=today.contact")

    assert (response.status_code, response.url) == (302, "/today/?step=contact")


@pytest.mark.parametrize("days", [-2, 0, 2, 9])
@pytest.mark.parametrize("planned", [False, True])
def test_the_row_alone_is_in_the_group_in_which_the_list_has_it(cadre, days, planned):
    case = CaseFactory(owner=cadre, at=NOON - timedelta(days=1))
    if planned:
        miss(case, at=NOON, by=cadre)
    WorkItem.objects.filter(case=case).update(due_at=end_of_day(TODAY + timedelta(days=days)))

    group, row = row_of_case(case.pk, NOON)

    assert [name for name in GROUPS if WorkItem.objects.in_group(name, TODAY).exists()] == [group]
    assert (row.case_id, bool(row.tried)) == (case.pk, planned)


def test_who_gave_a_new_number_waits_to_be_called_at_it_and_is_not_done(desk, cases):
    WorkItem.objects.filter(case=cases[0]).update(due_at=NOON - timedelta(days=4))

    answer = enter(desk, cases[0], MISSED | {"outcome": "wrong_number", "new_phone": "13900001111"})

    row = row_in(answer, cases[0])
    assert ("is-done" in row, url_of("call", cases[0].pk) in row) == (False, True)
    assert "4 days late There is a new number, please call" in words_of(answer)


def test_from_a_sheet_that_is_a_page_of_its_own_an_entry_leads_back_to_today(desk, cases):
    """After signing in again: the row of Today is not on that page, and the empty form once more would say nothing."""
    url = url_of("record_contact", cases[0].pk)
    stood = {"HX-Current-URL": f"http://testserver{url}?from=today&stood=/today/"}

    answer = desk.post(url, MISSED, headers=HTMX | stood)

    assert answer.headers["HX-Redirect"] == "/today/"
    assert cases[0].worker.name in messages_of(desk, "/today/")[0]
