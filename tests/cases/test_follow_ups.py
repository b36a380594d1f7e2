from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from cases import services
from cases.events import case_settled, follow_up_recorded, placement_fell_through
from cases.models import Case, FollowUp, FollowUpEntry
from cases.refusals import AnswerBeforeItsDay, CaseMovedOn, FollowUpAlreadyDone, HappenedInTheFuture, NotYet
from kit.days import end_of_day, local_moment, start_of_day
from staff.refusals import NotAllowed
from tests.cases.factories import NOON, CaseFactory
from tests.cases.listening import heard
from workers.journal import words

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
STARTED = NOON.date() + timedelta(days=1)


def day(number):
    """Eight in the evening of a day at work."""
    return local_moment(STARTED + timedelta(days=number), 20)


def answer(case, result, *, at, by=None, **kwargs):
    follow_up = kwargs.pop("follow_up", None) or services.next_follow_up(case)
    return enter(follow_up, result, at=at, by=by, **kwargs).follow_up


def enter(follow_up, result, *, at, by=None, **kwargs):
    return services.record_follow_up(follow_up=follow_up, result=result, by=by, at=at, **kwargs)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def test_last_still_working_settles_the_case(cadre):
    case = CaseFactory(nearby=True)

    with heard(follow_up_recorded, case_settled) as announced:
        for number in (7, 30, 90):
            answer(case, "still_working", at=day(number), by=cadre)

    case = fresh(case)
    assert (case.state, case.settled_at, list(case.work_items.open())) == ("settled", day(90), [])
    assert [name for name, _ in announced] == [
        "follow_up_recorded",
        "follow_up_recorded",
        "case_settled",
        "follow_up_recorded",
    ]
    assert list(case.worker.flags.open()) == []


def test_each_answer_plans_the_next_question(cadre):
    case = CaseFactory(transported=True)

    answer(case, "still_working", at=day(7), by=cadre)

    item = case.work_items.open().get()
    asked_on = STARTED + timedelta(days=30)
    assert (item.step, item.not_before, item.due_at, item.reason_data["day_no"]) == (
        "follow_up",
        start_of_day(asked_on),
        end_of_day(asked_on),
        30,
    )


def test_who_is_asked_late_is_asked_once_for_all_that_is_due(cadre):
    case = CaseFactory(nearby=True)

    entry = enter(services.next_follow_up(case), "still_working", at=day(31), by=cadre)

    item = case.work_items.open().get()
    answered = case.follow_ups.filter(result="still_working").values_list("day_no", "done_at")
    assert sorted(answered) == [(7, day(31)), (30, day(31))]
    assert (item.reason_data["day_no"], item.due_at) == (90, end_of_day(STARTED + timedelta(days=90)))

    services.undo_follow_up(entry=entry, by=cadre, at=day(31) + timedelta(hours=1))

    assert [row.day_no for row in case.follow_ups.waiting().order_by("day_no")] == [7, 30, 90]
    assert case.work_items.open().get().reason_data["day_no"] == 7


def test_who_has_just_told_of_wages_is_not_asked_again_the_same_day(cadre):
    case = CaseFactory(nearby=True)

    answer(case, "wage_trouble", at=day(31), by=cadre)

    item = case.work_items.open().get()
    in_three_days = STARTED + timedelta(days=34)
    assert (item.reason, item.not_before, item.due_at) == (
        "wage_trouble", start_of_day(in_three_days), end_of_day(in_three_days),
    )  # fmt: skip


def test_fastest_group_is_asked_five_times():
    case = CaseFactory(contacted=True)
    case.worker.service_group = "key_plus"
    case.worker.save()

    case = services.mark_placed(case=case, start_on=STARTED, needs_transport=False, by=None, at=day(-1))

    assert [row.day_no for row in case.follow_ups.in_order()] == [3, 7, 30, 90, 180]


def test_who_left_is_looked_after_again(cadre):
    case = CaseFactory(nearby=True)

    with heard(placement_fell_through) as announced:
        answer(case, "left", at=day(2), by=cadre, note="工资低")

    case = fresh(case)
    assert (case.state, case.work_items.open().get().reason) == ("contacted", "left_job")
    assert [(name, kwargs["why"]) for name, kwargs in announced] == [("placement_fell_through", "left_job")]
    assert list(case.follow_ups.waiting()) == []


def test_wage_trouble_is_flagged_and_asked_again_in_three_days(cadre):
    case = CaseFactory(nearby=True)

    answer(case, "wage_trouble", at=day(7), by=cadre)

    item = case.work_items.open().get()
    assert (fresh(case).state, item.due_at) == ("placed", end_of_day(STARTED + timedelta(days=10)))
    assert [flag.rule for flag in case.worker.flags.open().filter(rule="wage_trouble")] == ["wage_trouble"]
    assert [row.day_no for row in case.follow_ups.waiting().in_order()] == [10, 30, 90]


def test_wage_trouble_at_the_last_question_does_not_settle(cadre):
    case = CaseFactory(nearby=True)
    for number in (7, 30):
        answer(case, "still_working", at=day(number), by=cadre)

    answer(case, "wage_trouble", at=day(90), by=cadre)
    answer(case, "still_working", at=day(93), by=cadre)

    assert fresh(case).state == "settled"


def test_somebody_not_reached_is_tried_again_the_next_day(cadre):
    case = CaseFactory(nearby=True)

    row = answer(case, "not_reached", at=day(7), by=cadre)

    item = case.work_items.open().get()
    assert (row.tries, row.done_at, row.result) == (1, None, None)
    assert (item.not_before, item.reason) == (local_moment(STARTED + timedelta(days=8), 9), "not_reached")


def test_third_try_in_vain_is_written_down_and_the_next_question_planned(cadre):
    case = CaseFactory(nearby=True)

    for number in (7, 8, 9):
        row = answer(case, "not_reached", at=day(number), by=cadre)

    assert (row.result, services.next_follow_up(case).day_no) == ("not_reached", 30)


def test_nobody_settles_unheard(cadre):
    case = CaseFactory(nearby=True)
    for number in (7, 30):
        answer(case, "still_working", at=day(number), by=cadre)

    for number in (90, 91, 92, 93):
        answer(case, "not_reached", at=day(number), by=cadre)

    assert (fresh(case).state, services.next_follow_up(case).day_no) == ("placed", 90)


@pytest.mark.parametrize("result", ["still_working", "not_reached"])
def test_question_cannot_be_answered_before_its_day(cadre, result):
    case = CaseFactory(nearby=True)

    with pytest.raises(AnswerBeforeItsDay, match="3月13日起"):
        answer(case, result, at=day(6), by=cadre)


def test_answers_come_in_order(cadre):
    case = CaseFactory(nearby=True)
    last = case.follow_ups.in_order().last()

    with pytest.raises(NotYet):
        answer(case, "still_working", at=day(90), by=cadre, follow_up=last)


def test_answer_given_twice_is_refused_and_a_replay_answers_the_first(cadre):
    case, once = CaseFactory(nearby=True), uuid4()
    row = services.next_follow_up(case)

    first = answer(case, "still_working", at=day(7), by=cadre, follow_up=row, once=once)
    replay = answer(case, "still_working", at=day(7), by=cadre, follow_up=row, once=once)
    with pytest.raises(FollowUpAlreadyDone):
        answer(case, "left", at=day(8), by=cadre, follow_up=row)

    assert (replay, fresh(case).state) == (first, "placed")
    assert FollowUp.objects.filter(done_at__isnull=False).count() == 1


def test_replayed_try_counts_once(cadre):
    case, once = CaseFactory(nearby=True), uuid4()

    for _press in range(2):
        row = answer(case, "not_reached", at=day(7), by=cadre, once=once)

    assert row.tries == 1


def test_answer_from_the_future_is_refused(cadre):
    case = CaseFactory(nearby=True)

    with pytest.raises(HappenedInTheFuture):
        answer(case, "left", at=day(7), by=cadre, happened_at=day(8))


def test_answer_of_an_earlier_day_keeps_both_times(cadre):
    case = CaseFactory(nearby=True)

    row = answer(case, "still_working", at=day(9), by=cadre, happened_at=day(7))

    assert (row.done_at, row.entered_at) == (day(7), day(9))


def test_dropped_question_cannot_be_answered(cadre):
    case = CaseFactory(nearby=True)
    row = services.next_follow_up(case)
    services.mark_fell_through(case=case, by=cadre, at=day(1))

    with pytest.raises(CaseMovedOn):
        answer(case, "still_working", at=day(7), by=cadre, follow_up=row)


def test_waiting_for_the_bus_nobody_is_asked_yet(cadre):
    case = CaseFactory(placed=True)

    with pytest.raises(CaseMovedOn):
        answer(case, "still_working", at=day(7), by=cadre)


def test_auditor_may_not_answer(auditor):
    with pytest.raises(NotAllowed):
        answer(CaseFactory(nearby=True), "left", at=day(7), by=auditor)


def newest_line(case):
    return case.worker.journal_lines.filter(what__startswith="follow_up").newest_first().first()


@pytest.mark.parametrize(
    ("told_by", "english", "chinese"),
    [
        ("employer", "Follow-up of day 7: Still working, said by the employer.", "第 7 天回访：还在岗，用人单位说的。"),
        ("", "Follow-up of day 7: Still working.", "第 7 天回访：还在岗。"),
    ],
)
def test_the_timeline_tells_who_said_so_where_it_was_asked(told_by, english, chinese):
    case = CaseFactory(nearby=True)
    row, at = services.next_follow_up(case), NOON + timedelta(days=8)

    entry = services.record_follow_up(follow_up=row, result="still_working", told_by=told_by, by=None, at=at)

    line = newest_line(case)
    said = []
    for language in ("en", "zh-hans"):
        with override(language):
            said.append(words.sentence(line.what, line.data))
    assert (entry.told_by, said) == (told_by, [english, chinese])


def test_of_somebody_not_reached_nobody_said_anything():
    case = CaseFactory(nearby=True)
    row, at = services.next_follow_up(case), NOON + timedelta(days=8)

    entry = services.record_follow_up(follow_up=row, result="not_reached", told_by="family", by=None, at=at)

    with pytest.raises(IntegrityError, match="follow_up_told_by_somebody_reached"), transaction.atomic():
        FollowUpEntry.objects.filter(pk=entry.pk).update(told_by="family")
    assert (entry.told_by, "told_by" in newest_line(case).data) == ("", False)
