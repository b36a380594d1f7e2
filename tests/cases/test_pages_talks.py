"""Calls and visits through their sheets: three taps, once each, taken back until midnight."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cases.models import Case, ContactAttempt
from notifications.models import Message
from staff.models import AccessLog
from tests.cases.factories import NOON, CaseFactory, miss
from tests.cases.pages import HTMX, hidden, messages_of, signed_in, source_of, url_of, words_of
from tests.workers.factories import WorkerFactory
from workers.models import Worker
from workers.services import update_worker

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE_EVENING = datetime(2026, 3, 5, 20, 0, tzinfo=SHANGHAI)
NEXT_DAY = datetime(2026, 3, 6, 0, 1, tzinfo=SHANGHAI)

REACHED = {"outcome": "spoke_to_worker", "status": "unemployed_willing"}
MISSED = {"outcome": "no_answer", "next": "suggested"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(cadre):
    return CaseFactory(owner=cadre, at=NOON - timedelta(days=1))


@pytest.fixture
def desk(cadre):
    return signed_in(cadre)


def state_of(case):
    return Case.objects.get(pk=case.pk).state


def undo(client, attempt):
    return client.post(url_of("undo_contact", attempt.pk))


# ---- the sheet itself


def test_sheet_is_a_page_without_script_and_a_dialog_with_it(desk, case):
    page = desk.get(url_of("record_contact", case.pk))
    sheet = desk.get(url_of("record_contact", case.pk), headers=HTMX)

    assert (page.status_code, "<html" in source_of(page), source_of(page).count("<dialog")) == (200, True, 1)
    assert (sheet.status_code, source_of(sheet).startswith("<dialog")) == (200, True)


def test_sheet_says_the_next_attempt_and_what_each_answer_does(desk, case):
    said = words_of(desk.get(url_of("record_contact", case.pk)))

    assert "Today: call again Thu 5 Mar 18:30" in said
    assert "Counts as contact now. Next: recommend a job, by 20 Mar." in said
    assert "Counts as contact now. Next: their way back, by 20 Mar." in said
    assert "The case ends: Found work themselves." in said


def test_this_evening_is_not_offered_when_it_is_over(desk, case, noon):
    before = words_of(desk.get(url_of("record_contact", case.pk)))
    noon.move_to(LATE_EVENING)
    after = words_of(desk.get(url_of("record_contact", case.pk)))

    assert ("This evening" in before, "This evening" in after) == (True, False)


def test_a_sheet_opened_before_the_evening_may_be_sent_in_it(desk, case, noon):
    """What is over by then means the next sensible time."""
    noon.move_to(LATE_EVENING)

    answer = desk.post(url_of("record_contact", case.pk), MISSED | {"next": "evening"})

    assert (answer.status_code, ContactAttempt.objects.get().next_at) == (302, LATE_EVENING + timedelta(hours=13))


def test_yesterday_is_not_offered_for_a_case_opened_today(desk, cadre, case):
    today = CaseFactory(owner=cadre)

    sheets = [source_of(desk.get(url_of("record_contact", each.pk))) for each in (case, today)]

    assert ['name="happened" value="yesterday"' in sheet for sheet in sheets] == [True, False]


def test_asking_for_a_seat_leads_nowhere_while_there_is_no_trip(desk, case):
    going = REACHED | {"status": "returned_going_back", "seat": "yes", "from": "today"}

    answer = desk.post(url_of("record_contact", case.pk), going, headers=HTMX)

    assert ("HX-Redirect" in answer.headers, f'id="row-{case.pk}"' in source_of(answer)) == (False, True)
    assert "Going back to work and needs a seat: confirm the job, then book" in words_of(answer)


# ---- one entry


def test_call_without_an_answer_is_written_down_and_planned_again(desk, case, cadre):
    response = desk.post(url_of("record_contact", case.pk), MISSED | {"once": uuid4()})

    attempt = ContactAttempt.objects.get()
    assert (response.status_code, response.url) == (302, url_of("case", case.pk))
    assert (attempt.outcome, attempt.by, attempt.happened_at) == ("no_answer", cadre, NOON)
    assert (state_of(case), attempt.next_at) == ("flagged", LATE_EVENING.replace(hour=18, minute=30))


def test_talk_with_the_worker_moves_the_case(desk, case):
    desk.post(url_of("record_contact", case.pk), REACHED | {"once": uuid4()})

    assert (state_of(case), case.work_items.get(state="open").step) == ("contacted", "refer")


def test_entry_made_from_today_leads_back_to_the_same_list(desk, case):
    sheet = url_of("record_contact", case.pk)

    response = desk.post(sheet, MISSED | {"from": "today.contact"})

    assert (response.status_code, response.url) == (302, "/today/?step=contact")


@pytest.mark.parametrize("forged", ["//evil.example", "https://evil.example/", "today.//evil.example", "x" * 9000])
def test_entry_never_leads_elsewhere(desk, case, forged):
    response = desk.post(url_of("record_contact", case.pk), MISSED | {"from": forged})

    assert response.url in (url_of("case", case.pk), "/today/")


def test_chosen_time_replaces_the_suggested_one(desk, case):
    desk.post(url_of("record_contact", case.pk), MISSED | {"next": "own", "next_at": "2026-03-07T10:30"})

    assert ContactAttempt.objects.get().next_at == datetime(2026, 3, 7, 10, 30, tzinfo=SHANGHAI)


BEYOND = {"next": "own", "next_at": "2026-05-07T10:30"}


def test_a_time_beyond_the_limit_asks_why_and_then_is_taken(desk, case):
    asked = desk.post(url_of("record_contact", case.pk), MISSED | BEYOND)
    desk.post(url_of("record_contact", case.pk), MISSED | BEYOND | {"put_off": "harvest"})

    assert (asked.status_code, "Why does it have to wait?" in words_of(asked)) == (409, True)
    assert "The next attempt lies beyond the time limit. Choose an earlier day" in words_of(asked)
    assert ContactAttempt.objects.get().put_off_because == "农忙"


def test_the_reason_for_waiting_may_be_typed(desk, case):
    desk.post(url_of("record_contact", case.pk), MISSED | BEYOND | {"put_off": "own", "put_off_words": "住院"})

    assert ContactAttempt.objects.get().put_off_because == "住院"


WISHES = {"wish_place": "省外", "wish_from": "harvest", "wish_wage": "5000", "wish_with_spouse": "yes"}
BY_CALL, BY_VISIT = ("record_contact", "spoke_to_worker"), ("record_visit", "visited_met")


@pytest.mark.parametrize(("sheet", "outcome"), [BY_CALL, BY_VISIT])
def test_a_call_asks_what_a_visit_asks(desk, case, sheet, outcome):
    desk.post(url_of(sheet, case.pk), {"outcome": outcome, "status": "unemployed_willing"} | WISHES)

    worker = Worker.objects.get(pk=case.worker_id)
    assert (worker.wish_place, worker.wish_from, worker.wish_wage, worker.wish_with_spouse) == (
        "省外", "harvest", 5000, True,
    )  # fmt: skip


@pytest.mark.parametrize(("sheet", "outcome"), [BY_CALL, BY_VISIT])
def test_what_they_wish_may_be_left_open(desk, case, sheet, outcome):
    desk.post(url_of(sheet, case.pk), {"outcome": outcome, "status": "unemployed_willing"})

    assert (state_of(case), Worker.objects.get(pk=case.worker_id).wish_place) == ("contacted", "")


def test_undo_takes_the_wishes_back(desk, case):
    desk.post(url_of("record_contact", case.pk), REACHED | WISHES)

    undo(desk, ContactAttempt.objects.get())

    worker = Worker.objects.get(pk=case.worker_id)
    assert (worker.wish_place, worker.wish_from, worker.wish_wage, worker.wish_with_spouse) == ("", "", None, False)


def test_somebody_already_working_says_where_for_whom_for_how_much_and_since_when(desk, case):
    job = {"employer_name": "永康五金厂", "works_in": "浙江永康", "wage": "5300", "since": "week"}

    desk.post(url_of("record_contact", case.pk), REACHED | {"status": "employed_outside_province"} | job)

    worker = Worker.objects.get(pk=case.worker_id)
    assert (worker.employer_name, worker.destination.name, worker.wage) == ("永康五金厂", "永康市", 5300)
    assert (worker.status_since, state_of(case)) == (date(2026, 2, 26), "closed")


@pytest.mark.parametrize(
    ("since", "day"),
    [({"since": "yesterday"}, date(2026, 3, 4)), ({"since": "own", "since_on": "2026-02-01"}, date(2026, 2, 1))],
)
def test_the_start_of_a_job_is_a_press_or_a_day(desk, case, since, day):
    desk.post(url_of("record_contact", case.pk), REACHED | {"status": "employed_in_county"} | since)

    assert Worker.objects.get(pk=case.worker_id).status_since == day


def test_the_talk_of_yesterday_is_one_press(desk, case):
    desk.post(url_of("record_visit", case.pk), {"outcome": "visited_absent", "happened": "yesterday"})

    assert ContactAttempt.objects.get().happened_at == NOON - timedelta(days=1)


def test_a_reason_is_a_press(desk, case):
    answer = {"status": "not_willing", "why": "pay", "reask_on": "2026-04-10"}

    desk.post(url_of("record_contact", case.pk), REACHED | answer)

    assert Case.objects.get(pk=case.pk).close_note == "嫌工资低"


@pytest.mark.parametrize(("language", "words"), [("en", "The pay is too low"), ("zh-hans", "嫌工资低")])
@pytest.mark.parametrize("stored", ["The pay is too low", "嫌工资低"])
def test_a_reason_that_was_pressed_is_read_in_the_language_of_the_reader(desk, case, cadre, language, words, stored):
    """Also of rows from when the words of whoever pressed were stored."""
    desk.post(
        url_of("record_contact", case.pk), REACHED | {"status": "not_willing", "why": "pay", "reask_on": "2026-04-10"}
    )
    Case.objects.filter(pk=case.pk).update(close_note=f"{stored}\n家里再商量")

    page = source_of(signed_in(cadre, language).get(url_of("case", case.pk)))

    assert f"{words}<br>家里再商量" in page


def test_answers_that_do_not_belong_to_the_outcome_are_not_looked_at(desk, case):
    """Without script every part of the form shows, and somebody may answer too much."""
    too_much = {"wish_place": "省外", "status": "not_willing", "why_words": "照顾老人"}

    desk.post(url_of("record_visit", case.pk), {"outcome": "visited_absent", "next": "suggested"} | too_much)

    case.worker.refresh_from_db()
    assert (state_of(case), case.worker.wish_place, ContactAttempt.objects.get().status) == ("flagged", "", None)


def test_not_willing_ends_the_case_with_the_reason_and_a_day(desk, case):
    answer = {"outcome": "spoke_to_worker", "status": "not_willing", "why_words": "照顾老人", "reask_on": "2026-04-10"}

    desk.post(url_of("record_contact", case.pk), answer)

    ended = Case.objects.get(pk=case.pk)
    assert (ended.state, ended.closed_because, ended.close_note) == ("closed", "not_willing", "照顾老人")
    assert str(ended.reask_on) == "2026-04-10"


# ---- what is not accepted


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, "This field is required."),
        ({"outcome": "visited_met"}, "Select a valid choice."),
        ({"outcome": "spoke_to_worker"}, "Say how they are now."),
        ({"outcome": "spoke_to_worker", "status": "asleep"}, "Select a valid choice."),
        ({"outcome": "spoke_to_worker", "status": "not_willing"}, "Not willing needs a reason."),
        (
            {"outcome": "spoke_to_worker", "status": "not_willing", "why_words": "x", "reask_on": "2026-03-05"},
            "The day to ask again must lie ahead.",
        ),
        (
            {"outcome": "spoke_to_worker", "status": "employed_in_county", "since": "own", "since_on": "2026-03-06"},
            "This day is still to come.",
        ),
        ({"outcome": "wrong_number", "new_phone": "123"}, "The phone number is too short"),
        ({"outcome": "no_answer", "next": "own"}, "Choose the day and time."),
        ({"outcome": "no_answer", "next": "own", "next_at": "soon"}, "Enter a valid date/time."),
        ({"outcome": "no_answer", "happened_at": "2026-02-31T10:00"}, "Enter a valid date/time."),
        ({"outcome": "no_answer", "note": "x" * 501}, "Ensure this value has at most 500 characters"),
        ({"outcome": "no_answer", "note": "x\0"}, "Null characters are not allowed."),
        ({"outcome": "no_answer", "item": "9" * 40}, "Ensure this value is less than or equal to"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_wrong_answer_comes_back_with_what_is_wrong(desk, case, answer, words, headers):
    response = desk.post(url_of("record_contact", case.pk), answer, headers=headers)

    assert (response.status_code, ContactAttempt.objects.count()) == (422, 0)
    assert words in words_of(response) or words in str(response.context["form"].errors)


def test_what_is_wrong_is_said_once_above_the_form(desk, case):
    response = desk.post(url_of("record_contact", case.pk), {"outcome": "wrong_number", "new_phone": "123"})

    assert len(response.context["form"].errors["new_phone"]) == 2
    assert source_of(response).count('<a href="#id_new_phone">') == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"happened_at": "2026-03-05T12:30"}, "The time you gave is still to come."),
        ({"happened_at": "0001-01-01T00:00"}, "The time you gave lies before this case was opened."),
        ({"next": "own", "next_at": "2026-03-05T11:00"}, "The next attempt must lie ahead."),
    ],
)
def test_refused_entry_says_why_and_changes_nothing(desk, case, answer, words):
    response = desk.post(url_of("record_contact", case.pk), MISSED | answer)

    assert (response.status_code, ContactAttempt.objects.count()) == (409, 0)
    assert (words in words_of(response), "Open the case" in words_of(response)) == (True, False)


def test_entry_for_an_ended_case_is_refused(desk, cadre):
    ended = CaseFactory(owner=cadre, closed=True, at=NOON - timedelta(days=1))

    response = desk.post(url_of("record_contact", ended.pk), MISSED)

    assert (response.status_code, ContactAttempt.objects.count()) == (409, 0)
    assert "This case has ended. Reopen it if there is more to do." in words_of(response)


# ---- twice is once


def test_double_click_is_one_attempt(desk, case):
    answer = REACHED | {"once": uuid4()}

    answers = [desk.post(url_of("record_contact", case.pk), answer) for _ in range(2)]

    assert [response.status_code for response in answers] == [302, 302]
    assert (ContactAttempt.objects.count(), state_of(case)) == (1, "contacted")


def test_key_that_cannot_be_read_is_no_key(desk, case):
    response = desk.post(url_of("record_contact", case.pk), MISSED | {"once": "'; drop table"})

    assert (response.status_code, ContactAttempt.objects.get().once) == (302, None)


def test_two_people_at_once_one_is_told_that_the_case_has_moved_on(desk, case, colleague):
    """Both have the sheet open; the second still speaks of a step that is done."""
    theirs = signed_in(colleague)
    forms = [client.get(url_of("record_contact", case.pk)) for client in (desk, theirs)]
    first, second = ({"item": hidden(form, "item"), "once": hidden(form, "once")} for form in forms)

    won = desk.post(url_of("record_contact", case.pk), REACHED | first)
    lost = theirs.post(url_of("record_contact", case.pk), REACHED | {"status": "student"} | second, headers=HTMX)

    assert (won.status_code, lost.status_code) == (302, 409)
    assert "Someone else has already moved this case on. Open the case again to see where it stands." in words_of(lost)
    assert (state_of(case), ContactAttempt.objects.count()) == ("contacted", 1)


def test_two_calls_without_an_answer_are_two_calls(desk, case, colleague):
    for client in (desk, signed_in(colleague)):
        form = client.get(url_of("record_contact", case.pk))
        client.post(url_of("record_contact", case.pk), MISSED | {"item": hidden(form, "item")})

    assert ContactAttempt.objects.count() == 2


# ---- taking it back


@pytest.fixture
def attempt(desk, case):
    desk.post(url_of("record_contact", case.pk), REACHED)
    desk.get(url_of("case", case.pk))  # the message in passing is read
    return ContactAttempt.objects.get()


def test_message_after_an_entry_carries_its_undo(desk, case):
    page = desk.post(url_of("record_contact", case.pk), REACHED, follow=True)

    assert "Recorded: Spoke to the worker on the phone" in words_of(page)
    assert f'action="{url_of("undo_contact", ContactAttempt.objects.get().pk)}"' in source_of(page)


def test_undo_stays_on_the_case_until_midnight(desk, case, cadre, attempt, noon):
    undo_form = f'action="{url_of("undo_contact", attempt.pk)}"'
    tonight = desk.get(url_of("case", case.pk))
    noon.move_to(NEXT_DAY)
    tomorrow = signed_in(cadre).get(url_of("case", case.pk))

    assert (undo_form in source_of(tonight), undo_form in source_of(tomorrow)) == (True, False)
    assert "Recorded at 12:00: Spoke to the worker" in words_of(tonight)


def test_undo_is_offered_to_nobody_else(case, attempt, colleague, auditor):
    shown = [source_of(signed_in(user).get(url_of("case", case.pk))) for user in (colleague, auditor)]

    assert [url_of("undo_contact", attempt.pk) in source for source in shown] == [False, False]


def test_undo_puts_the_case_back(desk, case, attempt):
    response = undo(desk, attempt)

    assert (response.status_code, response.url, state_of(case)) == (302, url_of("case", case.pk), "flagged")
    assert messages_of(desk, url_of("case", case.pk)) == ["Undone. The case is as it was before."]


def test_undo_twice_is_undone_once(desk, case, attempt):
    undo(desk, attempt)
    undone = ContactAttempt.objects.get().undone_at

    response = undo(desk, attempt)

    assert (response.status_code, ContactAttempt.objects.get().undone_at, state_of(case)) == (302, undone, "flagged")


def test_undo_after_midnight_is_refused(case, attempt, cadre, noon):
    noon.move_to(NEXT_DAY)

    response = undo(signed_in(cadre), attempt)

    assert (response.status_code, state_of(case)) == (409, "contacted")
    assert "An entry can be undone until midnight of the day it was made." in words_of(response)


def test_undo_by_a_colleague_is_refused(case, attempt, colleague):
    response = undo(signed_in(colleague), attempt)

    assert (response.status_code, state_of(case)) == (409, "contacted")
    assert "Only the person who made the entry can undo it." in words_of(response)


def test_undo_is_no_link(desk, case, attempt):
    answer = desk.get(url_of("undo_contact", attempt.pk))

    assert (answer["Location"], state_of(case)) == (url_of("attempt", attempt.pk), "contacted")


def test_undo_from_elsewhere_finds_no_entry(case, attempt, neighbour, stranger, auditor):
    answers = [undo(signed_in(user), attempt).status_code for user in (neighbour, stranger, auditor)]

    assert (answers, state_of(case)) == ([404, 404, 403], "contacted")


# ---- the telephone


def dial(client, case, **headers):
    return client.post(url_of("call", case.pk), headers=headers)


def test_dialling_hands_over_the_number_and_says_who_asked(desk, case, cadre):
    response = dial(desk, case, **HTMX)

    look = AccessLog.objects.get()
    assert (response.status_code, response["HX-Redirect"]) == (200, f"tel:{case.worker.phone}")
    assert (response.content, response["Cache-Control"]) == (b"", "private, no-store")
    assert (look.user, look.worker_id, look.what, look.reason) == (cadre, case.worker_id, "revealed_phone", "call")


def test_without_scripts_a_page_leads_to_the_dialler(desk, case):
    response = dial(desk, case)

    assert (response.status_code, f'href="tel:{case.worker.phone}"' in source_of(response)) == (200, True)
    assert (f'href="{url_of("case", case.pk)}"' in source_of(response), AccessLog.objects.count()) == (True, 1)


def test_a_look_at_the_address_dials_nobody(desk, case):
    assert (desk.get(url_of("call", case.pk))["Location"], AccessLog.objects.count()) == (url_of("case", case.pk), 0)


@pytest.mark.parametrize("page", ["case", "record_contact", "today"])
def test_the_button_that_calls_is_a_form_of_its_own(desk, case, page):
    miss(case, at=NOON - timedelta(hours=3), channel="visit", outcome="visited_absent", next_at=NOON)
    url = url_of(page) if page == "today" else url_of(page, case.pk)

    source = source_of(desk.get(url))

    assert source.count(f'<form method="post" action="{url_of("call", case.pk)}"') + source.count(
        f'<form id="dial" method="post" action="{url_of("call", case.pk)}"'
    ) == 1  # fmt: skip
    assert f'href="{url_of("call", case.pk)}"' not in source


def test_full_number_stands_in_no_page(desk, case):
    pages = [desk.get(url_of(name, case.pk)) for name in ("case", "record_contact", "record_visit", "audit")]

    assert [case.worker.phone.removeprefix("+86") in source_of(page) for page in pages] == [False] * 4


def test_dialling_without_a_number_leads_back(desk, cadre):
    phoneless = CaseFactory(owner=cadre, worker=WorkerFactory(unemployed=True, phoneless=True))

    response = dial(desk, phoneless)

    assert (response.url, AccessLog.objects.count()) == (url_of("case", phoneless.pk), 0)
    assert messages_of(desk, url_of("case", phoneless.pk)) == ["No phone number is on record. Ask the family or visit."]


# ---- a number that is somebody else's


WRONG = {"outcome": "wrong_number", "next": "suggested"}
NEW_NUMBER = "13900001111"


def test_a_wrong_number_is_never_dialled_again(desk, case):
    desk.post(url_of("record_contact", case.pk), WRONG)
    pages = [desk.get(url_of(name, case.pk)) for name in ("case", "record_contact")] + [desk.get(url_of("today"))]

    response = dial(desk, case)

    assert (response.url, AccessLog.objects.filter(what="revealed_phone").count()) == (url_of("case", case.pk), 0)
    assert [f'action="{url_of("call", case.pk)}"' in source_of(page) for page in pages] == [False] * 3
    assert "wrong number" in words_of(pages[0])
    assert "Somebody else answers at this number. Ask the family for the new one." in words_of(pages[1])


def test_nobody_writes_to_a_wrong_number(desk, case):
    desk.post(url_of("record_contact", case.pk), WRONG)

    desk.post(url_of("text_worker", case.pk))

    assert [message.state for message in Message.objects.filter(template="please_call_back")] == ["suppressed"]


def test_the_new_number_takes_the_place_of_the_wrong_one_and_is_called_at_once(desk, case):
    desk.post(url_of("record_contact", case.pk), WRONG | {"new_phone": NEW_NUMBER})

    assert dial(desk, case, **HTMX)["HX-Redirect"] == f"tel:+86{NEW_NUMBER}"
    (row,) = desk.get(url_of("today")).context["groups"][0]["rows"]
    assert (row["why"], row["next_is_call"]) == ("There is a new number, please call", True)


def test_the_number_that_was_wrong_is_no_new_number(desk, case):
    response = desk.post(url_of("record_contact", case.pk), WRONG | {"new_phone": case.worker.phone})

    assert (response.status_code, "This is the very number that was wrong." in words_of(response)) == (409, True)


def test_a_wrong_number_condemns_none_that_came_meanwhile(desk, case):
    sheet = desk.get(url_of("record_contact", case.pk))
    mark = hidden(sheet, "phone_mark")
    update_worker(worker=case.worker, changes={"phone": NEW_NUMBER}, by=None, at=NOON, source="call")

    response = desk.post(url_of("record_contact", case.pk), WRONG | {"phone_mark": mark})

    worker = Worker.objects.get(pk=case.worker_id)
    assert (response.status_code, worker.can_be_called, ContactAttempt.objects.count()) == (409, True, 0)
    assert "The number on record was changed meanwhile." in words_of(response)
    assert hidden(desk.get(url_of("record_contact", case.pk)), "phone_mark") not in (mark, "")


def test_a_wrong_number_is_taken_from_the_sheet_that_showed_it(desk, case):
    mark = hidden(desk.get(url_of("record_contact", case.pk)), "phone_mark")

    desk.post(url_of("record_contact", case.pk), WRONG | {"phone_mark": mark})

    assert Worker.objects.get(pk=case.worker_id).has_wrong_phone


def test_a_roster_that_brings_the_wrong_number_back_makes_nobody_dial_it(desk, case):
    old = case.worker.phone
    desk.post(url_of("record_contact", case.pk), WRONG | {"new_phone": NEW_NUMBER})
    worker = Worker.objects.get(pk=case.worker_id)

    update_worker(worker=worker, changes={"phone": old}, by=None, at=NOON, source="import")

    assert (worker.phone, worker.can_be_called) == (old, False)


@pytest.mark.parametrize("told", [{}, {"new_phone": NEW_NUMBER}])
def test_undo_brings_the_number_back(desk, case, told):
    old = case.worker.phone
    desk.post(url_of("record_contact", case.pk), WRONG | told)

    undo(desk, ContactAttempt.objects.get())

    worker = Worker.objects.get(pk=case.worker_id)
    assert (worker.phone, worker.can_be_called) == (old, True)


def test_undo_leaves_a_number_that_was_put_right_since(desk, case):
    desk.post(url_of("record_contact", case.pk), WRONG | {"new_phone": NEW_NUMBER})
    right = {"phone": "13900002222"}
    update_worker(worker=Worker.objects.get(pk=case.worker_id), changes=right, by=None, at=NOON)

    undo(desk, ContactAttempt.objects.get())

    assert Worker.objects.get(pk=case.worker_id).phone == "+8613900002222"


def test_no_number_of_an_entry_stands_in_clear(desk, case):
    desk.post(url_of("record_contact", case.pk), WRONG | {"new_phone": NEW_NUMBER})

    attempt = ContactAttempt.objects.get()
    lines = str([line.data for line in case.worker.journal_lines.all()])
    kept = f"{lines} {attempt.before} {bytes(attempt.phone_before)} {case.work_items.get().reason_data}"
    assert [number in kept for number in (NEW_NUMBER, case.worker.phone[3:])] == [False, False]


def test_auditor_may_not_dial(case, auditor):
    response = dial(signed_in(auditor), case)

    assert (response.status_code, AccessLog.objects.count()) == (403, 0)


def test_text_asks_to_call_back_once_a_day(desk, case):
    for _ in range(2):
        desk.post(url_of("text_worker", case.pk))

    assert Message.objects.filter(worker=case.worker, template="please_call_back").count() == 1


def test_text_that_may_not_be_sent_says_why(desk, cadre):
    unwilling = CaseFactory(owner=cadre, worker=WorkerFactory(unemployed=True, sms_allowed=False))

    desk.post(url_of("text_worker", unwilling.pk))

    assert messages_of(desk, url_of("case", unwilling.pk))[0].startswith("No text was sent:")


# ---- somebody at work says that the job has ended


@pytest.fixture
def at_work(cadre):
    return CaseFactory(owner=cadre, at=NOON - timedelta(days=1), nearby=True)


def test_the_end_of_a_job_by_a_talk_takes_a_second_press_and_nothing_offers_to_take_it_back(desk, at_work):
    url = url_of("record_contact", at_work.pk)

    asked = desk.post(url, REACHED)

    assert (asked.status_code, state_of(at_work)) == (422, "placed")
    assert "The job ends with this, and so do its follow-ups." in words_of(asked)
    assert "Can be undone until midnight, but not the end of a job" in words_of(asked)
    desk.post(url, REACHED | {"sure": "on"})
    assert state_of(at_work) == "contacted"
    for page in (url_of("case", at_work.pk), url_of("done")):
        assert "/undo/" not in source_of(desk.get(page))
    assert "taken back until midnight" not in words_of(desk.get(url_of("done")))


def test_who_does_not_work_yet_is_asked_for_no_second_press(desk, case):
    sheet = desk.get(url_of("record_contact", case.pk))

    assert 'name="sure"' not in source_of(sheet)
