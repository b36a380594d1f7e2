"""A follow-up is taken back like a call: the same day, by whoever entered it, with all that came of it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from cases import services
from cases.models import Case, FollowUp, FollowUpEntry
from cases.refusals import NotYourEntry, UndoImpossible, UndoOvertaken, UndoTooLate
from cases.selectors import done_today, undoable
from kit.days import local_day, local_moment
from staff.models import Posting
from staff.roles import Role
from tests.cases.factories import NOON, CaseFactory, reach
from tests.cases.pages import HTMX, signed_in, source_of, url_of, words_of
from workers.services import report_status

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
STARTED = NOON.date() + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def day(number):
    return local_moment(STARTED + timedelta(days=number), 10)


def enter(case, result, *, at, by, **more):
    return services.record_follow_up(follow_up=services.next_follow_up(case), result=result, by=by, at=at, **more)


def undo(entry, by, at=None):
    return services.undo_follow_up(entry=entry, by=by, at=at or entry.entered_at + MINUTE)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def standing(case):
    """Everything an entry may change."""
    case = fresh(case)
    item = case.work_items.open().values("step", "reason", "reason_data", "due_at", "not_before", "opened_at").get()
    asked = case.follow_ups.in_order().filter(dropped_at=None).values("day_no", "tries", "result", "done_at", "note")
    flags = sorted(case.worker.flags.open().values_list("rule", flat=True))
    return case.state, case.settled_at, item, list(asked), flags, case.worker.status


@pytest.mark.parametrize("state", ["nearby", "transported"])
@pytest.mark.parametrize("result", ["still_working", "wage_trouble", "not_reached"])
@pytest.mark.parametrize("days", [7, 90], ids=["the first", "the last"])
def test_a_follow_up_taken_back_leaves_everything_as_it_was(cadre, state, result, days):
    case = CaseFactory(owner=cadre, **{state: True})
    for number in (7, 30) if days == 90 else ():
        enter(case, "still_working", at=day(number), by=cadre)
    before = standing(case)

    entry = enter(case, result, at=day(days), by=cadre, note="在厂里")
    after = standing(case) if fresh(case).is_open else None
    undo(entry, cadre)

    assert (standing(case) == before, after == before) == (True, False)
    assert case.worker.journal_lines.filter(what="follow_up_undone", by=cadre).count() == 1


def test_the_third_try_in_vain_is_taken_back_and_the_two_before_it_stand(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    for number in (7, 8):
        enter(case, "not_reached", at=day(number), by=cadre)
    before = standing(case)

    undo(enter(case, "not_reached", at=day(9), by=cadre), cadre)

    assert standing(case) == before


def test_what_was_taken_back_can_be_entered_anew(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    undo(enter(case, "wage_trouble", at=day(7), by=cadre), cadre)

    enter(case, "wage_trouble", at=day(7) + 2 * MINUTE, by=cadre)

    assert [row.day_no for row in case.follow_ups.waiting().in_order()] == [10, 30, 90]
    assert case.worker.flags.open().filter(rule="wage_trouble").count() == 1


def test_the_journal_says_that_the_flag_is_gone(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    undo(enter(case, "wage_trouble", at=day(7), by=cadre), cadre)

    lines = case.worker.journal_lines.filter(what="flags_cleared")
    assert [line.data["rules"] for line in lines] == [["wage_trouble"]]


def test_trouble_with_wages_flagged_before_stays_flagged(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    enter(case, "wage_trouble", at=day(7), by=cadre)

    undo(enter(case, "wage_trouble", at=day(10), by=cadre), cadre)

    assert case.worker.flags.open().filter(rule="wage_trouble").count() == 1


def test_undone_twice_is_undone_once(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "not_reached", at=day(7), by=cadre)

    for _press in range(2):
        undo(entry, cadre)

    assert (FollowUp.objects.get(pk=entry.follow_up_id).tries, FollowUpEntry.objects.standing().count()) == (0, 0)


def test_only_the_same_day_and_only_by_whoever_entered_it(cadre, colleague):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "still_working", at=day(7), by=cadre)

    with pytest.raises(NotYourEntry):
        undo(entry, colleague)
    with pytest.raises(UndoTooLate):
        undo(entry, cadre, at=day(8))


@pytest.mark.parametrize("since", ["talk", "follow-up", "text"])
def test_not_after_something_else_has_happened(cadre, since):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "not_reached", at=day(7), by=cadre)
    if since == "talk":
        reach(case, at=day(7) + MINUTE, by=cadre)
    elif since == "follow-up":
        enter(case, "not_reached", at=day(7) + MINUTE, by=cadre)
    else:
        services.ask_what_was_meant(worker=case.worker, digit="", at=day(7) + MINUTE)

    with pytest.raises(UndoOvertaken):
        undo(entry, cadre, at=day(7) + 2 * MINUTE)


def test_a_talk_cannot_be_taken_back_once_a_follow_up_came_after_it(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    attempt = reach(case, at=day(7), by=cadre)
    enter(case, "still_working", at=day(7) + MINUTE, by=cadre)

    with pytest.raises(UndoOvertaken):
        services.undo_contact(attempt=attempt, by=cadre, at=day(7) + 2 * MINUTE)


def test_the_end_of_a_placement_stays(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "left", at=day(7), by=cadre)

    with pytest.raises(UndoImpossible):
        undo(entry, cadre)

    assert done_today(cadre, local_day(day(7)))[0].undoable is None


def test_a_status_reported_since_stays(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "not_reached", at=day(7), by=cadre)
    told = {"status": "farming", "happened_at": day(7) + MINUTE, "source": "import"}
    report_status(worker=case.worker, by=None, at=day(7) + MINUTE, **told)

    undo(entry, cadre, at=day(7) + 2 * MINUTE)

    assert fresh(case).worker.status == "farming"


def test_a_talk_ends_the_wait_after_a_follow_up_in_vain_and_its_undo_brings_it_back(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    enter(case, "not_reached", at=day(7), by=cadre)
    before = standing(case)

    attempt = reach(case, at=day(7) + MINUTE, by=cadre)
    talked = case.work_items.open().get()
    services.undo_contact(attempt=attempt, by=cadre, at=day(7) + 2 * MINUTE)

    assert (talked.reason, standing(case) == before) == ("follow_up_day", True)


def test_the_database_holds_one_standing_answer_a_follow_up(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "still_working", at=day(7), by=cadre)
    entry.pk, entry.once = None, None

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"result": "asleep"}, "follow_up_entry_result_is_known"),
        ({"is_answer": False}, "follow_up_try_in_vain_reached_nobody"),
        ({"happened_at": day(8)}, "follow_up_entered_after_it_happened"),
        ({"undone_by": True}, "follow_up_undone_says_when"),
    ],
)
def test_the_database_refuses_an_entry_that_cannot_be(cadre, wrong, rule):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "still_working", at=day(7), by=cadre)
    wrong = {"undone_by": cadre} if "undone_by" in wrong else wrong

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        FollowUpEntry.objects.filter(pk=entry.pk).update(**wrong)


def test_an_entry_is_never_deleted(cadre):
    entry = enter(CaseFactory(owner=cadre, nearby=True), "still_working", at=day(7), by=cadre)

    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpEntry.objects.filter(pk=entry.pk).delete()


def test_an_answer_is_not_taken_back_once_a_text_has_changed_the_next_question(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    entry = enter(case, "still_working", at=day(7), by=cadre)
    services.ask_what_was_meant(worker=case.worker, digit="", at=day(7) + MINUTE)

    with pytest.raises(UndoOvertaken):
        undo(entry, cadre, at=day(7) + 2 * MINUTE)


def test_what_went_up_to_the_township_is_there_again(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    late = case.work_items.open().get().due_at + timedelta(days=4, hours=9)
    services.escalate_due(at=late)
    ways = case.work_items.open().values("due_at", "escalation_level", "escalated_at", "escalates_at")
    before = ways.get()

    undo(enter(case, "still_working", at=late, by=cadre), cadre)

    assert (ways.get(), before["escalation_level"]) == (before, 1)


def test_only_the_last_entry_of_a_case_is_offered_to_be_taken_back(cadre):
    """Whichever kind it is: a follow-up after a talk, a talk after a follow-up."""
    case = CaseFactory(owner=cadre, nearby=True)
    reach(case, at=day(7), by=cadre)
    answer = enter(case, "still_working", at=day(7) + MINUTE, by=cadre)
    first = [entry.undoable for entry in done_today(cadre, local_day(day(7)))]

    talk = reach(case, at=day(7) + 2 * MINUTE, by=cadre)
    then = [entry.undoable for entry in done_today(cadre, local_day(day(7)))]

    assert (first, then) == ([answer, None], [talk, None, None])
    assert undoable(fresh(case), cadre, local_day(day(7))) == talk


def test_the_end_of_a_job_is_offered_to_nobody_to_be_taken_back(cadre):
    case = CaseFactory(owner=cadre, nearby=True)
    enter(case, "left", at=day(7), by=cadre)

    assert undoable(fresh(case), cadre, local_day(day(7))) is None


# ---- from Today


@pytest.fixture
def late():
    with time_machine.travel(day(7), tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(cadre, late):
    return CaseFactory(owner=cadre, nearby=True, at=NOON)


@pytest.mark.parametrize(
    ("result", "words", "counts"),
    [
        ("not_reached", "Not reached, again on 14 Mar", "reached 0, not reached 1"),
        ("still_working", "Done Still working", "reached 1, not reached 0"),
    ],
)
def test_a_follow_up_made_from_the_list_is_an_entry_with_its_undo(cadre, case, result, words, counts):
    desk = signed_in(cadre)
    asked = services.next_follow_up(case)
    before = source_of(desk.get(url_of("today")))

    sent = {"follow_up": asked.pk, "result": result, "from": "today"}
    answer = desk.post(url_of("follow_up", case.pk), sent, headers=HTMX)
    listed = desk.get(url_of("done"), headers=HTMX)
    url = url_of("undo_follow_up", FollowUpEntry.objects.get().pk)
    undone = desk.post(url + "?from=today.done", headers=HTMX)

    assert (words in words_of(answer), f'hx-post="{url}?from=today"' in source_of(answer)) == (True, True)
    assert (counts in words_of(answer), f'hx-post="{url}?from=today.done"' in source_of(listed)) == (True, True)
    assert f'<li id="entry-f{FollowUpEntry.objects.get().pk}" hx-swap-oob="delete">' in source_of(undone)
    assert "At work for 7 days, please follow up" in before
    assert "At work for 7 days, please follow up" in words_of(undone)


def test_the_case_offers_the_undo_of_a_follow_up(cadre, case):
    entry = enter(case, "still_working", at=day(7), by=cadre)

    page = source_of(signed_in(cadre).get(url_of("case", case.pk)))

    assert f'action="{url_of("undo_follow_up", entry.pk)}"' in page


def test_nobody_else_finds_the_entry(cadre, case, stranger, colleague):
    url = url_of("undo_follow_up", enter(case, "still_working", at=day(7), by=cadre).pk)

    assert [signed_in(who).post(url).status_code for who in (stranger, colleague)] == [404, 409]


def test_who_only_looks_on_by_now_takes_nothing_back(cadre, case):
    entry = enter(case, "still_working", at=day(7), by=cadre)
    Posting.objects.filter(user=cadre).update(role=Role.AUDITOR)

    answer = signed_in(cadre).post(url_of("undo_follow_up", entry.pk))

    assert (answer.status_code, FollowUpEntry.objects.standing().get()) == (403, entry)


def test_trouble_told_again_and_again_before_its_day_takes_no_planned_question_along_when_it_is_taken_back(cadre):
    case = CaseFactory(contacted=True)
    case.worker.service_group = "key_plus"
    case.worker.save()
    case = services.mark_placed(case=case, start_on=STARTED, needs_transport=False, by=None, at=day(-1))
    for minute in range(3):
        enter(fresh(case), "wage_trouble", at=day(2) + minute * MINUTE, by=cadre)

    last = enter(fresh(case), "wage_trouble", at=day(2) + 3 * MINUTE, by=cadre)
    planned = case.follow_ups.get(day_no=7)
    undo(last, cadre)

    assert (planned.due_on, planned.dropped_at) == (STARTED + timedelta(days=7), None)
    assert case.follow_ups.get(day_no=7).dropped_at is None
