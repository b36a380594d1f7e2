"""Texts to many people: the eve's reminder, the call to those who are missing, and what the clock closes."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases.models import Case
from fairs import clock, locking, services, texts
from fairs.models import Fair
from fairs.refusals import CalledJustNow, NotOpenYet
from fairs.services import calling
from kit.days import local_day
from kit.refusals import Refusal
from notifications.models import Message
from tests.fairs.factories import NOON, TODAY, TOMORROW, FairFactory, ReferralFactory, fresh, local, reply
from tests.impatience import impatient

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

YESTERDAY = NOON - timedelta(days=1)
EVENING = local(TODAY, 17)


@pytest.fixture
def guest():
    """Invited yesterday to tomorrow's fair."""
    return ReferralFactory(at=YESTERDAY)


def remind(at):
    services.remind_of(day=local_day(at) + timedelta(days=1), at=at)


def reminded():
    return [text.worker for text in Message.objects.filter(template="fair_reminder").order_by("pk")]


def test_the_eve_reminds_everyone_expected_tomorrow_exactly_once(guest):
    remind(at=EVENING)
    remind(at=EVENING + timedelta(minutes=20))

    assert reminded() == [guest.worker]


def test_many_are_reminded_as_one_by_one(guest):
    others = [ReferralFactory(at=YESTERDAY, fair=guest.fair) for _ in range(2)]
    key = texts.reminder_key(guest)
    texts._tell(fresh(guest), "fair_reminder", key, EVENING, not_after=guest.fair.starts_at)

    remind(at=EVENING)

    alone, *many = [rows_about(referral) for referral in (guest, *others)]
    assert many == [alone] * 2


def rows_about(referral) -> list[dict]:
    """Column by column, without what must differ from one person to the next."""
    own = {"id", "worker_id", "about_id", "dedupe_key", "phone_cipher", "phone_blind", "phone_tail"}
    rows = Message.objects.filter(template="fair_reminder").about(type(referral), [referral.pk]).values()
    kept = [{name: value for name, value in row.items() if name not in own} for row in rows]
    names = {referral.worker.name: "NAME", referral.code: "CODE"}
    for row in kept:
        for theirs, nobodys in names.items():
            row["body"] = row["body"].replace(theirs, nobodys)
    return kept


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [False, True])
def test_a_case_in_use_keeps_back_no_other_reminder(monkeypatch, guarded):
    """With the guard off everybody in its chunk waits for it."""
    guest, other = ReferralFactory(at=YESTERDAY), ReferralFactory(at=YESTERDAY)
    if not guarded:
        monkeypatch.setattr(calling, "_wait_and_remind", lambda key, *, at: 0)
        monkeypatch.setattr(locking, "lock_cases_nobody_holds", waits_for_all)

    with case_in_use(guest.case_id), impatient():
        remind(at=EVENING)
        assert reminded() == ([other.worker] if guarded else [])
    remind(at=EVENING)

    assert reminded() == ([other.worker, guest.worker] if guarded else [guest.worker, other.worker])


def waits_for_all(case_ids):
    return list(Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk").values_list("pk", flat=True))


@contextmanager
def case_in_use(case_id):
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case_id)
            held.set()
            let_go.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        yield
    finally:
        let_go.set()
        holder.join()


def test_the_reminder_says_when_where_and_the_code(guest):
    remind(at=EVENING)

    text = Message.objects.get(template="fair_reminder")
    assert ("3月6日 09:00" in text.body, guest.code in text.body) == (True, True)
    assert text.not_after == guest.fair.starts_at


def test_other_days_other_people_are_not_reminded(guest):
    fair = guest.fair
    ReferralFactory(at=YESTERDAY, fair=FairFactory(open=True, day=TOMORROW + timedelta(days=1)))
    ReferralFactory(at=YESTERDAY, fair=fair, withdrawn=True)
    ReferralFactory(at=NOON, fair=fair)  # told today

    remind(at=EVENING)

    assert reminded() == [guest.worker]


def test_nobody_is_reminded_of_a_cancelled_fair(guest):
    services.cancel_fair(fair=guest.fair, why="大雪", by=guest.fair.organiser, at=NOON)

    remind(at=EVENING)

    assert reminded() == []


def test_a_fair_put_off_is_reminded_of_again(guest):
    remind(at=EVENING)
    day = TOMORROW + timedelta(days=7)
    fields = {"starts_at": local(day, 9), "ends_at": local(day, 15)}
    services.change_fair(fair=guest.fair, fields=fields, by=guest.fair.organiser, at=EVENING)

    remind(at=local(day - timedelta(days=1), 17))

    assert reminded() == [guest.worker, guest.worker]


def test_an_answer_to_the_reminder_counts(guest):
    remind(at=EVENING)

    reply(guest.worker, "1", at=EVENING, answers=Message.objects.get(template="fair_reminder"))

    assert fresh(guest).confirmed_at == EVENING


def test_the_clock_runs_the_sweeps_and_its_schedule_names_them(guest, time_machine):
    time_machine.move_to(EVENING)

    clock.remind_of_tomorrow()
    time_machine.move_to(guest.fair.ends_at + timedelta(hours=4))
    clock.close_past_fairs()

    tasks = {entry["task"] for entry in clock.SCHEDULE.values()}
    assert (reminded(), Fair.objects.get().state) == ([guest.worker], "finished")
    assert tasks == {clock.remind_of_tomorrow.name, clock.close_past_fairs.name, clock.catch_up.name}


# The call to those who are missing


@pytest.fixture
def fair():
    return FairFactory(running=True)


def call(fair, seen=None, at=NOON):
    return services.call_the_missing(fair=fair, seen=seen, by=fair.organiser, at=at)


def called():
    return [text.worker for text in Message.objects.filter(template="fair_call").order_by("pk")]


def test_those_who_are_missing_are_texted(fair):
    missing = ReferralFactory(fair=fair)
    ReferralFactory(fair=fair, came=True)
    ReferralFactory(fair=fair, withdrawn=True)

    call(fair)

    assert called() == [missing.worker]
    assert Message.objects.get(template="fair_call").not_after == fair.ends_at


def test_one_press_is_one_text_however_often_it_arrives(fair):
    missing = ReferralFactory(fair=fair)

    call(fair)
    call(fair)
    call(fair, at=NOON + timedelta(hours=2))

    assert called() == [missing.worker]


def test_a_second_press_too_soon_is_refused(fair):
    ReferralFactory(fair=fair)
    called_at = call(fair).called_at

    with pytest.raises(CalledJustNow):
        call(fair, seen=called_at, at=NOON + timedelta(minutes=59))


def test_an_hour_later_they_may_be_texted_again(fair):
    missing = ReferralFactory(fair=fair)
    called_at = call(fair).called_at

    call(fair, seen=called_at, at=NOON + timedelta(hours=1))

    assert called() == [missing.worker, missing.worker]


def test_nobody_is_called_to_closed_doors():
    with pytest.raises(NotOpenYet):
        call(FairFactory(open=True))


# Fairs nobody closed


def test_a_fair_left_open_closes_itself_three_hours_later(fair):
    missing = ReferralFactory(fair=fair)

    early = clock.finish_left_open(at=fair.ends_at + timedelta(hours=3))
    late = clock.finish_left_open(at=fair.ends_at + timedelta(hours=3, minutes=1))
    again = clock.finish_left_open(at=fair.ends_at + timedelta(hours=4))

    assert (early, late, again) == (0, 1, 0)
    assert (fresh(missing).result, fresh(missing).result_by) == ("no_show", None)


def test_one_fair_in_use_does_not_keep_the_others_open(fair, monkeypatch):
    other = FairFactory(running=True)
    finish = services.finish_fair

    def busy(*, fair, **rest):
        if fair == other:
            raise Refusal
        return finish(fair=fair, **rest)

    monkeypatch.setattr(services, "finish_fair", busy)

    assert clock.finish_left_open(at=fair.ends_at + timedelta(hours=4)) == 1
    assert {f.pk: f.state for f in Fair.objects.all()} == {fair.pk: "finished", other.pk: "running"}
