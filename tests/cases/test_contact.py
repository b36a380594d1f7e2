from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from cases import services
from cases.contact.outcomes import Lead, route_of
from cases.events import case_closed, case_contacted, case_moved
from cases.models import Case, ContactAttempt
from cases.refusals import (
    CaseEnded,
    HappenedBeforeOpening,
    HappenedInTheFuture,
    NextAttemptInThePast,
    NextAttemptTooLate,
    OutcomeDoesNotFit,
    ReaskDateNeeded,
)
from kit.days import end_of_day, local_moment
from notifications.models import Message
from staff.refusals import NotAllowed
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.cases.listening import heard
from workers.choices import Status
from workers.models import StatusReport, Worker

pytestmark = pytest.mark.django_db
HOUR = NOON + timedelta(hours=1)
TODAY = NOON.date()


def fresh(case):
    return Case.objects.get(pk=case.pk)


def test_call_in_vain_leaves_the_clock_and_plans_the_next(cadre):
    case = CaseFactory(owner=cadre)
    before = case.work_items.get()

    attempt = miss(case, at=HOUR, by=cadre)

    item = case.work_items.get()
    assert (fresh(case).state, fresh(case).first_contacted_at) == ("flagged", None)
    assert (item.state, item.due_at) == ("open", before.due_at)
    assert item.not_before == attempt.next_at == local_moment(TODAY, 18, 30)
    assert (item.reason, item.reason_data["channel"]) == ("call_again", "call")


def test_chosen_time_replaces_the_suggested_one(cadre):
    case = CaseFactory()
    sunday = local_moment(TODAY + timedelta(days=3), 10)

    attempt = miss(case, at=HOUR, by=cadre, next_at=sunday)

    assert (attempt.next_at, case.work_items.get().not_before) == (sunday, sunday)


FAR = HOUR + timedelta(days=30)


def test_no_attempt_waits_longer_than_the_clock_allows_without_a_reason(cadre):
    """Due in a week; the last minute of that day is early enough."""
    case = CaseFactory(owner=cadre)
    last = case.work_items.get().due_at

    with pytest.raises(NextAttemptTooLate):
        miss(case, at=HOUR, by=cadre, next_at=last + timedelta(seconds=1))

    assert (ContactAttempt.objects.count(), miss(case, at=HOUR, by=cadre, next_at=last).next_at) == (0, last)


def test_an_attempt_beyond_the_clock_says_why_on_the_item_and_in_the_journal(cadre):
    case = CaseFactory(owner=cadre)

    attempt = miss(case, at=HOUR, by=cadre, next_at=FAR, put_off_because="秋收后才回来 13812345678")

    item, line = case.work_items.get(), case.worker.journal_lines.newest_first().first()
    assert (item.not_before, item.waits_because(TODAY)) == (FAR, "秋收后才回来 138****5678")
    assert (line.what, line.data["put_off"]) == ("contact_attempted", "秋收后才回来 138****5678")
    assert ContactAttempt.objects.get(pk=attempt.pk).put_off_because == "秋收后才回来 138****5678"


def test_within_the_clock_no_reason_is_kept(cadre):
    attempt = miss(CaseFactory(owner=cadre), at=HOUR, by=cadre, put_off_because="农忙")

    assert attempt.put_off_because == ""


def test_the_database_takes_no_attempt_beyond_the_clock_without_a_reason(cadre):
    attempt = miss(CaseFactory(owner=cadre), at=HOUR, by=cadre, next_at=FAR, put_off_because="农忙")

    with pytest.raises(IntegrityError, match="attempt_beyond_the_clock_says_why"):
        ContactAttempt.objects.filter(pk=attempt.pk).update(put_off_because="")


def test_talk_with_the_worker_is_the_first_contact(cadre):
    case = CaseFactory(owner=cadre)

    attempt = reach(case, at=HOUR, by=cadre, status=Status.UNEMPLOYED_WILLING)

    case = fresh(case)
    items = list(case.work_items.order_by("pk"))
    assert (case.state, case.first_contacted_at, case.state_since) == ("contacted", HOUR, HOUR)
    assert [(item.step, item.state, item.finished_by) for item in items] == [
        ("contact", "done", cadre),
        ("refer", "open", None),
    ]
    assert (attempt.state_before, attempt.state_after) == ("flagged", "contacted")
    assert (case.worker.status, StatusReport.objects.get(worker=case.worker).source) == ("unemployed_willing", "call")


def test_first_contact_is_when_it_happened_not_when_it_was_entered(cadre):
    case = CaseFactory()
    entered = NOON + timedelta(days=2)

    reach(case, at=entered, by=cadre, happened_at=HOUR, status=Status.UNEMPLOYED_WILLING)

    case = fresh(case)
    attempt = ContactAttempt.objects.get()
    line = case.worker.journal_lines.get(what="case_contacted")
    assert (case.first_contacted_at, case.state_since) == (HOUR, entered)
    assert (attempt.happened_at, attempt.entered_at) == (HOUR, entered)
    assert (line.happened_at, line.entered_at) == (HOUR, entered)


def test_going_back_soon_asks_about_a_seat(cadre):
    case = CaseFactory()

    reach(case, at=HOUR, by=cadre, status=Status.RETURNED_GOING_BACK)

    assert case.work_items.open().get().reason == "going_back"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.EMPLOYED_OUTSIDE_PROVINCE, "self_found"),
        (Status.EMPLOYED_IN_COUNTY, "self_found"),
        (Status.STUDENT, "studying"),
        (Status.ARMY, "army"),
        (Status.UNABLE, "unable"),
        (Status.MOVED, "moved"),
    ],
)
def test_some_answers_end_the_case_and_count_as_contact(cadre, status, reason):
    case = CaseFactory()

    reach(case, at=HOUR, by=cadre, status=status)

    case = fresh(case)
    assert (case.state, case.closed_because, case.closed_by, case.first_contacted_at) == ("closed", reason, cadre, HOUR)
    assert list(case.work_items.open()) == []
    assert list(case.worker.flags.open()) == []
    assert case.worker.status == status


@pytest.mark.parametrize("status", [Status.NOT_WILLING, Status.FARMING])
def test_not_willing_needs_words_and_a_day_to_ask_again(cadre, status):
    case = CaseFactory()
    answers = [
        {},
        {"note": "照顾老人"},
        {"reask_on": TODAY + timedelta(days=30)},
        {"note": "照顾老人", "reask_on": TODAY},
    ]

    for answer in answers:
        with pytest.raises(ReaskDateNeeded):
            reach(case, at=HOUR, by=cadre, status=status, **answer)

    assert (fresh(case).state, ContactAttempt.objects.count(), StatusReport.objects.count()) == ("flagged", 0, 0)


def test_not_willing_with_both_ends_the_case_until_that_day(cadre):
    case = CaseFactory()
    day = TODAY + timedelta(days=30)

    reach(case, at=HOUR, by=cadre, status=Status.NOT_WILLING, note="照顾老人", reask_on=day)

    case = fresh(case)
    assert (case.closed_because, case.close_note, case.reask_on) == ("not_willing", "照顾老人", day)


def test_what_a_relative_says_moves_nothing(cadre):
    case = CaseFactory()

    attempt = miss(case, at=HOUR, by=cadre, outcome="spoke_to_relative", status=Status.EMPLOYED_IN_CITY)

    assert (fresh(case).state, attempt.status, StatusReport.objects.count()) == ("flagged", None, 0)
    assert attempt.next_at == local_moment(TODAY + timedelta(days=1), 18, 30)


def test_over_age_never_ends_a_case(cadre):
    case = CaseFactory(worker__birth_date=date(1964, 3, 1))

    reach(case, at=HOUR, by=cadre, status=Status.OVER_AGE)

    assert fresh(case).state == "contacted"


def test_second_talk_is_kept_and_moves_nothing(cadre):
    case = CaseFactory(contacted=True)
    item = case.work_items.open().get()

    reach(case, at=NOON + timedelta(days=1), by=cadre, status=Status.UNEMPLOYED_WILLING)

    assert (fresh(case).state, case.work_items.open().get()) == ("contacted", item)
    assert case.attempts.count() == 2


@pytest.mark.parametrize("outcome", ["visited_met", "spoke_to_relative"])
def test_the_new_number_is_learnt_at_the_door_and_taken_back_with_the_visit(cadre, outcome):
    case = CaseFactory(worker__phone="13800001111")
    miss(case, at=HOUR, by=cadre, outcome="wrong_number")
    told = {"status": Status.UNEMPLOYED_WILLING} if outcome == "visited_met" else {}
    at = HOUR + timedelta(hours=1)

    visit = services.record_contact(
        case=case, channel="visit", outcome=outcome, happened_at=at, by=cadre, at=at, new_phone="13900002222", **told
    )

    worker = Worker.objects.get(pk=case.worker_id)
    assert (worker.phone, worker.can_be_called) == ("+8613900002222", True)
    services.undo_contact(attempt=visit, by=cadre, at=at)
    worker = Worker.objects.get(pk=case.worker_id)
    assert (worker.phone, worker.can_be_called) == ("+8613800001111", False)


def test_a_talk_without_the_result_that_is_awaited_comes_back_the_next_working_day_and_stays_due(cadre):
    case = CaseFactory(referred=True)
    before = case.work_items.open().get()
    at = before.due_at - timedelta(days=1, hours=8)

    attempt = reach(case, at=at, by=cadre, status=Status.UNEMPLOYED_WILLING)

    item = case.work_items.open().get()
    assert (item.pk, item.step, item.due_at, item.reason) == (before.pk, "result", before.due_at, "result_not_known")
    assert at < item.not_before == attempt.next_at <= item.due_at
    services.undo_contact(attempt=attempt, by=cadre, at=at)
    item.refresh_from_db()
    assert (item.reason, item.not_before) == (before.reason, before.not_before)


def test_who_is_late_is_asked_again_and_stays_late(cadre):
    case = CaseFactory(referred=True)
    due_at = case.work_items.open().get().due_at

    reach(case, at=due_at + timedelta(days=5), by=cadre, status=Status.UNEMPLOYED_WILLING)

    item = case.work_items.open().get()
    assert item.due_at == due_at < item.not_before


def test_somebody_at_work_who_says_they_left_is_looked_after_again(cadre):
    case = CaseFactory(transported=True)

    reach(case, at=NOON + timedelta(days=3), by=cadre, status=Status.UNEMPLOYED_WILLING)

    case = fresh(case)
    assert (case.state, case.placed_on, case.work_items.open().get().reason) == ("contacted", None, "left_job")
    assert list(case.follow_ups.waiting()) == []


def test_replay_answers_the_first_row(cadre):
    case, once = CaseFactory(), uuid4()

    first = reach(case, at=HOUR, by=cadre, status=Status.UNEMPLOYED_WILLING, once=once)
    second = reach(case, at=HOUR, by=cadre, status=Status.UNEMPLOYED_WILLING, once=once)

    assert (second, ContactAttempt.objects.count(), StatusReport.objects.count()) == (first, 1, 1)


def test_visit_is_planned_and_a_text_sent_after_three_calls_on_three_days(cadre):
    case = CaseFactory()
    times = [NOON + timedelta(hours=1), NOON + timedelta(days=1, hours=8), NOON + timedelta(days=2, hours=1)]

    for at in times:
        miss(case, at=at, by=cadre)

    item = case.work_items.get()
    assert (item.reason, item.reason_data) == ("visit_needed", {"calls": 3, "channel": "visit"})
    assert item.not_before == local_moment(TODAY + timedelta(days=4), 9)  # Saturday's call, Monday's visit
    assert [message.template for message in Message.objects.filter(worker=case.worker)] == ["please_call_back"]


def test_three_calls_of_one_morning_are_not_enough(cadre):
    case = CaseFactory()

    for minutes in (10, 20, 30):
        miss(case, at=NOON + timedelta(minutes=minutes), by=cadre)

    assert (case.work_items.get().reason, Message.objects.count()) == ("call_again", 0)


def test_talk_starts_the_count_of_calls_anew(cadre):
    case = CaseFactory()
    for days in (0, 1):
        miss(case, at=HOUR + timedelta(days=days), by=cadre)
    reach(case, at=HOUR + timedelta(days=2), by=cadre)

    miss(case, at=HOUR + timedelta(days=3), by=cadre)

    assert case.work_items.open().get().reason_data["calls"] == 1


@pytest.mark.parametrize(
    ("entered", "refusal"),
    [
        ({"happened_at": HOUR + timedelta(seconds=1)}, HappenedInTheFuture),
        ({"happened_at": NOON - timedelta(days=1)}, HappenedBeforeOpening),
        ({"outcome": "visited_met"}, OutcomeDoesNotFit),
        ({"channel": "visit", "outcome": "no_answer"}, OutcomeDoesNotFit),
        ({"channel": "pigeon"}, OutcomeDoesNotFit),
        ({"next_at": HOUR}, NextAttemptInThePast),
    ],
)
def test_refused_entry_changes_nothing(cadre, entered, refusal):
    case = CaseFactory()
    lines = case.worker.journal_lines.count()

    with pytest.raises(refusal):
        miss(case, at=HOUR, by=cadre, **entered)

    assert (ContactAttempt.objects.count(), case.work_items.get().not_before) == (0, None)
    assert case.worker.journal_lines.count() == lines


def test_call_of_the_morning_the_case_was_opened_may_be_entered(cadre):
    case = CaseFactory()

    attempt = reach(case, at=HOUR, by=cadre, happened_at=NOON - timedelta(hours=3))

    assert attempt.happened_at < case.opened_at


def test_ended_case_takes_no_entry(cadre):
    case = CaseFactory(closed=True)

    with pytest.raises(CaseEnded):
        reach(case, at=NOON + timedelta(days=1), by=cadre)


@pytest.mark.parametrize("who", ["auditor", "neighbour", "stranger"])
def test_others_may_not_record(request, who):
    case = CaseFactory()

    with pytest.raises(NotAllowed):
        reach(case, at=HOUR, by=request.getfixturevalue(who))

    assert fresh(case).state == "flagged"


def test_contact_is_announced_once_with_the_move(cadre):
    case = CaseFactory()

    with heard(case_contacted, case_closed, case_moved) as announced:
        reach(case, at=HOUR, by=cadre, status=Status.UNEMPLOYED_WILLING)

    assert [name for name, _ in announced] == ["case_moved", "case_contacted"]
    assert (announced[0][1]["from_state"], announced[0][1]["to_state"]) == ("flagged", "contacted")


def test_item_of_a_new_group_runs_by_its_clock(cadre):
    case = CaseFactory()
    case.worker.service_group = "key_plus"
    case.worker.save()

    reach(case, at=HOUR, by=cadre)

    item = case.work_items.open().get()
    assert (fresh(case).service_group, item.priority, item.due_at) == (
        "key_plus",
        0,
        end_of_day(TODAY + timedelta(days=5)),
    )


def test_talk_with_wishes_corrects_the_record(cadre):
    case = CaseFactory()

    services.record_talk(
        case=case,
        channel="visit",
        outcome="visited_met",
        happened_at=HOUR,
        status=Status.UNEMPLOYED_WILLING,
        by=cadre,
        at=HOUR,
        wishes={"wish_place": "浙江", "wish_wage": 4500},
    )

    worker = fresh(case).worker
    assert (worker.wish_place, worker.wish_wage, worker.last_verified_how) == ("浙江", 4500, "visit")


@pytest.mark.parametrize("status", [None, *Status.values])
@pytest.mark.parametrize("state", ["flagged", "contacted", "referred", "placed", "transported"])
def test_every_answer_leads_somewhere(state, status):
    lead = route_of(state=state, outcome="spoke_to_worker", status=status).lead

    assert lead in Lead
    assert route_of(state=state, outcome="no_answer", status=status).lead is Lead.STAY
