"""Two people at once. Each race is first shown with its guard taken away, so that we know the test can see it."""

from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from cases import services as cases
from cases.models import Case
from fairs import locking, services
from fairs.models import FairReferral
from fairs.refusals import (
    AlreadyReferred,
    FairClosed,
    MoreHiredThanPromised,
    NotAtThisFair,
    NotOpenYet,
    ResultAlreadyThere,
)
from fairs.register.invariants import (
    people_expected_at_fairs_that_are_over,
    people_hired_without_a_placement,
    referrals_waiting_for_cases_not_referred,
)
from fairs.services import results
from jobs.models import Placement
from notifications.models import Message
from notifications.receiving.replies import receive_reply
from notifications.sending.delivery import deliver
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, contacted_case, fresh, interview, offers_of
from tests.transport.at_once import all_at_once
from workers.invariants import violations
from workers.models import JournalLine

pytestmark = pytest.mark.django_db(transaction=True)


def broken():
    """Every invariant of the house that does not hold."""
    return {name: n for name, n in violations() if n}


def record(referral, result):
    said, by = interview(result, referral.fair), referral.fair.organiser
    return lambda: services.record_result(referral=referral, interview=said, by=by, at=NOON)


@contextmanager
def without_locks(monkeypatch):
    """Both read before either writes: what a service without locks comes to."""
    met = Barrier(2)

    @contextmanager
    def read_and_meet(referral):
        found = FairReferral.objects.for_change().get(pk=referral.pk)
        met.wait(timeout=20)
        yield found

    with monkeypatch.context() as patch:
        patch.setattr(locking, "locked_referral", read_and_meet)
        patch.setattr(results, "_move_on", lambda *args, **kwargs: None)  # the case has guards of its own
        yield


def test_without_the_lock_two_organisers_both_record_a_result(monkeypatch):
    here = ReferralFactory(came=True)

    with without_locks(monkeypatch):
        outcomes = all_at_once(record(here, "hired"), record(here, "no_match"))
        lines = JournalLine.objects.filter(what__in=["fair_result_hired", "fair_result_no_match"]).count()

    assert ([type(one) for one in outcomes], lines) == ([FairReferral, FairReferral], 2)


def test_with_the_lock_one_of_two_organisers_records_the_result():
    here = ReferralFactory(came=True)

    outcomes = all_at_once(record(here, "hired"), record(here, "no_match"))

    assert sorted(type(one).__name__ for one in outcomes) == ["FairReferral", ResultAlreadyThere.__name__]
    assert people_hired_without_a_placement() == 0
    assert broken() == {}


def test_two_organisers_who_both_say_hired_make_one_placement():
    here = ReferralFactory(came=True)

    all_at_once(record(here, "hired"), record(here, "hired"), record(here, "hired"))

    assert (Placement.objects.count(), fresh(here).result, broken()) == (1, "hired", {})


def the_last_one_promised():
    """Two people who have come, and a post of many openings of which this fair was promised one."""
    fair = FairFactory(running=True)
    people = [ReferralFactory(fair=fair, came=True) for _ in range(2)]
    offers_of(fair)[0].booth.offers.update(wanted=1)
    return people


def hired_for_it() -> int:
    return FairReferral.objects.filter(result="hired").count()


def test_without_the_lock_of_the_post_two_desks_both_hire_the_last_one_promised(monkeypatch):
    people, met = the_last_one_promised(), Barrier(2)
    check_was_promised = results._check_was_promised

    def check_and_meet(referral, vacancy):
        check_was_promised(referral, vacancy)
        met.wait(timeout=20)

    monkeypatch.setattr(locking, "post_alone", lambda vacancy: None)
    monkeypatch.setattr(results, "_check_was_promised", check_and_meet)
    all_at_once(*(record(one, "hired") for one in people))

    assert hired_for_it() == 2


def test_with_the_lock_of_the_post_one_of_two_desks_is_asked_about_the_last_one_promised():
    people = the_last_one_promised()

    outcomes = all_at_once(*(record(one, "hired") for one in people))

    assert sorted(type(one).__name__ for one in outcomes) == ["FairReferral", MoreHiredThanPromised.__name__]
    assert (hired_for_it(), broken()) == (1, {})


def test_three_desks_check_one_person_in_once():
    guest = ReferralFactory(fair=FairFactory(running=True))
    desk = lambda: services.check_in(fair=guest.fair, digits=guest.code, by=guest.fair.organiser, at=NOON)  # noqa: E731

    outcomes = all_at_once(desk, desk, desk)

    assert sorted(arrival.is_replay for arrival in outcomes) == [False, True, True]
    assert JournalLine.objects.filter(what="checked_in_at_fair").count() == 1


def test_one_person_registered_at_two_desks_is_registered_once():
    fair, case = FairFactory(running=True), contacted_case()
    desk = lambda: services.register_walk_in(fair=fair, case=case, by=fair.organiser, at=NOON)  # noqa: E731

    outcomes = all_at_once(desk, desk)

    assert sorted(arrival.is_replay for arrival in outcomes) == [False, True]
    assert (case.fair_referrals.count(), broken()) == (1, {})


def refer(fair, case):
    return lambda: services.refer_to_fair(fair=fair, case=case, wishes=(), by=None, at=NOON)


def test_one_person_sent_to_two_fairs_at_once_goes_to_one():
    case, fairs = contacted_case(), [FairFactory(open=True), FairFactory(open=True)]

    outcomes = all_at_once(*(refer(fair, case) for fair in fairs))

    assert sorted(type(one).__name__ for one in outcomes) == [AlreadyReferred.__name__, "FairReferral"]
    assert broken() == {}


def test_the_same_referral_pressed_twice_at_once_is_one():
    fair, case = FairFactory(open=True), contacted_case()

    one, other = all_at_once(refer(fair, case), refer(fair, case))

    assert one == other
    assert Message.objects.filter(template="fair_invited").count() == 1


def both_insert(one, other):
    """Both transactions look for the code, find it free, and insert."""
    met = Barrier(2)

    def insert(referral):
        with transaction.atomic():
            assert not FairReferral.objects.filter(fair=referral.fair, code=referral.code).exists()
            met.wait(timeout=20)
            referral.save()

    return all_at_once(lambda: insert(one), lambda: insert(other))


def two_with_one_code(fair):
    return [
        FairReferral(fair=fair, case=case, worker=case.worker, code="000042", referred_at=NOON)
        for case in (contacted_case(), contacted_case())
    ]


@contextmanager
def without(constraint):
    """Dropped, and put back when the rows that break it are gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        definition = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE fairs_fairreferral DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        FairReferral.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE fairs_fairreferral ADD CONSTRAINT {constraint} {definition}")


def test_without_the_constraint_two_people_get_one_code():
    people = two_with_one_code(FairFactory(open=True))

    with without("a_code_opens_one_door"):
        outcomes = both_insert(*people)
        same = FairReferral.objects.filter(code="000042").count()

    assert (outcomes, same) == ([None, None], 2)


def test_with_the_constraint_one_of_two_people_gets_the_code():
    outcomes = both_insert(*two_with_one_code(FairFactory(open=True)))

    assert sorted(isinstance(one, DatabaseError) for one in outcomes) == [False, True]
    assert FairReferral.objects.filter(code="000042").count() == 1


def cancel(fair):
    return lambda: services.cancel_fair(fair=fair, why="大雪封路", by=fair.organiser, at=NOON)


def finish(fair):
    return lambda: services.finish_fair(fair=fair, by=fair.organiser, at=NOON, knows_early=True)


def test_without_the_lock_of_the_fair_somebody_is_sent_to_a_cancelled_one(monkeypatch):
    fair, case, met = FairFactory(open=True), contacted_case(), Barrier(2)

    def read_and_meet(fair):
        found = type(fair).objects.select_related("area").get(pk=fair.pk)
        met.wait(timeout=20)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(locking, "fair_alone", read_and_meet)
        all_at_once(cancel(fair), refer(fair, case))

    assert people_expected_at_fairs_that_are_over() == 1


def test_with_the_lock_nobody_is_sent_to_a_cancelled_fair():
    fair, case = FairFactory(open=True), contacted_case()

    _cancelled, sent = all_at_once(cancel(fair), refer(fair, case))

    assert isinstance(sent, FairReferral | FairClosed)
    assert (people_expected_at_fairs_that_are_over(), broken()) == (0, {})


def test_a_fair_cancelled_by_two_people_tells_everyone_once():
    guests = [ReferralFactory(fair=fair) for fair in [FairFactory(open=True)] for _ in range(3)]

    all_at_once(cancel(guests[0].fair), cancel(guests[0].fair))

    assert Message.objects.filter(template__startswith="fair_cancelled").count() == 3
    assert broken() == {}


def test_a_fair_finished_and_cancelled_at_once_is_one_of_the_two():
    guests = [ReferralFactory(fair=fair) for fair in [FairFactory(running=True)] for _ in range(3)]
    fair = guests[0].fair

    all_at_once(finish(fair), cancel(fair))

    fair.refresh_from_db()
    results = {fresh(guest).result or fresh(guest).withdrawn_because for guest in guests}
    assert (fair.state, results) in [("finished", {"no_show"}), ("cancelled", {"fair_cancelled"})]
    assert broken() == {}


def test_somebody_at_the_door_while_the_doors_close_is_in_or_was_late():
    guest = ReferralFactory(fair=FairFactory(running=True))
    fair = guest.fair

    _finished, arrival = all_at_once(
        finish(fair), lambda: services.check_in(fair=fair, digits=guest.code, by=fair.organiser, at=NOON)
    )

    was_let_in = not isinstance(arrival, NotOpenYet)
    assert fresh(guest).result == ("" if was_let_in else "no_show")
    assert broken() == {}


def test_a_case_closed_while_its_worker_checks_in_leaves_no_trace_of_waiting():
    guest = ReferralFactory(fair=FairFactory(running=True))
    fair, case = guest.fair, Case.objects.get(pk=guest.case_id)

    all_at_once(
        lambda: services.check_in(fair=fair, digits=guest.code, by=fair.organiser, at=NOON),
        lambda: cases.close_case(case=case, reason="moved", by=None, at=NOON),
    )

    assert (referrals_waiting_for_cases_not_referred(), broken()) == (0, {})


def test_cases_closed_while_their_fair_is_cancelled_are_closed_once():
    fair = FairFactory(open=True)
    guests = [ReferralFactory(fair=fair) for _ in range(3)]
    close = [
        lambda g=guest: cases.close_case(case=g.case, reason="moved", by=None, at=NOON + timedelta(minutes=1))
        for guest in guests
    ]

    all_at_once(cancel(fair), *close)

    assert (people_expected_at_fairs_that_are_over(), broken()) == (0, {})


def test_a_reply_that_crosses_a_check_in_is_taken_or_too_late():
    guest = ReferralFactory(fair=FairFactory(running=True))
    deliver(message_id=Message.objects.get(template="fair_invited_late").pk, now=lambda: NOON)
    fair = guest.fair

    outcomes = all_at_once(
        lambda: receive_reply(gateway="sandbox", ref="r1", phone=guest.worker.phone, body="2", at=NOON),
        lambda: services.check_in(fair=fair, digits=guest.code, by=fair.organiser, at=NOON),
    )

    referral = fresh(guest)
    assert [type(one).__name__ for one in outcomes if isinstance(one, DatabaseError)] == []
    assert (referral.has_come, referral.withdrawn_because) in [(True, ""), (False, "cannot_come")]
    assert broken() == {}


def test_a_post_taken_off_while_somebody_wishes_for_it_stays_or_is_refused():
    fair, case = FairFactory(open=True, posts=2), contacted_case()
    offer = offers_of(fair)[0]

    _gone, sent = all_at_once(
        lambda: services.withdraw_offer(offer=offer, by=fair.organiser, at=NOON),
        lambda: services.refer_to_fair(fair=fair, case=case, wishes=[offer], by=None, at=NOON),
    )

    assert (type(sent).__name__, len(offers_of(fair))) in [("FairReferral", 2), (NotAtThisFair.__name__, 1)]
    assert broken() == {}
