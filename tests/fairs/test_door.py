from datetime import timedelta

import pytest

from cases.choices import State
from cases.models import Case
from cases.services import close_case
from fairs import services
from fairs.papers import door_code
from fairs.refusals import (
    AnotherFair,
    CaseHasEnded,
    FairMovedOn,
    NotOpenYet,
    NotServed,
    ResultAlreadyThere,
    SeveralPeople,
    UnknownCode,
    WasHere,
)
from fairs.selectors import numbers_of
from jobs import refusals as jobs
from jobs.services import introduce
from notifications.models import Message
from tests.cases.factories import CaseFactory
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, contacted_case, fresh
from tests.jobs.factories import VacancyFactory, placed_case
from tests.staff.factories import HUAQI
from workers.invariants import violations
from workers.models import JournalLine

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=20)


@pytest.fixture
def fair():
    return FairFactory(running=True)


@pytest.fixture
def guest(fair):
    return ReferralFactory(fair=fair)


def check_in(fair, digits, at=NOON):
    return services.check_in(fair=fair, digits=digits, by=fair.organiser, at=at)


def walk_in(fair, case, at=NOON):
    return services.register_walk_in(fair=fair, case=case, by=fair.organiser, at=at)


def test_the_code_lets_somebody_in(fair, guest):
    arrival = check_in(fair, guest.code)

    assert (arrival.referral, arrival.is_replay) == (guest, False)
    assert (fresh(guest).checked_in_at, fresh(guest).checked_in_by) == (NOON, fair.organiser)
    assert Case.objects.get(pk=guest.case_id).state == State.REFERRED


@pytest.mark.parametrize("typed", ["{0}", " {1} {2} ", "{3}", "{4}", "{5}"])
def test_a_code_may_be_typed_scanned_or_full_width(fair, guest, typed):
    code = guest.code
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    scanned = door_code(guest)

    arrival = check_in(fair, typed.format(code, code[:3], code[3:], wide, scanned, scanned.lower()))

    assert arrival.referral == guest


def test_a_second_check_in_keeps_the_first_time_and_writes_no_line(fair, guest):
    check_in(fair, guest.code)

    again = check_in(fair, guest.code, at=LATER)

    assert (again.is_replay, again.referral.checked_in_at) == (True, NOON)
    assert JournalLine.objects.filter(what="checked_in_at_fair").count() == 1


def test_the_last_four_of_the_phone_let_somebody_in(fair, guest):
    assert check_in(fair, guest.worker.phone_tail).referral == guest


def test_a_shared_phone_is_answered_by_nobody(fair, guest):
    sister = contacted_case(phone=guest.worker.phone)
    ReferralFactory(fair=fair, case=sister)

    with pytest.raises(SeveralPeople):
        check_in(fair, guest.worker.phone_tail)


@pytest.mark.parametrize("typed", ["000000", "12345", "9999", "李国琴", "²²²²²²", "٤٨٢١٩٣", "%", "WF-FAIR:1"])
def test_what_nobody_here_has_is_refused(fair, guest, typed):
    with pytest.raises(UnknownCode):
        check_in(fair, typed)


def test_a_slip_of_another_fair_says_so(fair):
    elsewhere = ReferralFactory(fair=FairFactory(running=True))

    with pytest.raises(AnotherFair):
        check_in(fair, door_code(elsewhere))


def test_a_code_of_another_fair_opens_no_door(fair):
    elsewhere = ReferralFactory(fair=FairFactory(running=True))

    with pytest.raises(UnknownCode):
        check_in(fair, elsewhere.code)


def test_who_is_off_the_list_is_not_let_in_by_the_old_code(fair, guest):
    services.take_no(referral_id=guest.pk, at=NOON)

    with pytest.raises(UnknownCode):
        check_in(fair, guest.code)


def test_nobody_checks_in_before_the_doors_open():
    guest = ReferralFactory()

    with pytest.raises(NotOpenYet):
        check_in(guest.fair, guest.code)

    assert fresh(guest).checked_in_at is None


def test_a_check_in_is_taken_back(fair, guest):
    check_in(fair, guest.code)

    services.undo_check_in(referral=guest, by=fair.organiser, at=LATER)
    services.undo_check_in(referral=guest, by=fair.organiser, at=LATER)

    assert (fresh(guest).checked_in_at, fresh(guest).is_expected) == (None, True)
    assert JournalLine.objects.filter(what="check_in_undone").count() == 1


def test_a_check_in_with_a_result_is_not_taken_back(fair):
    met = ReferralFactory(fair=fair, intent=True)

    with pytest.raises(ResultAlreadyThere):
        services.undo_check_in(referral=met, by=fair.organiser, at=LATER)


def test_a_check_in_is_not_taken_back_when_the_doors_are_closed(fair, guest):
    check_in(fair, guest.code)
    services.finish_fair(fair=fair, by=fair.organiser, at=fair.ends_at)

    with pytest.raises(FairMovedOn):
        services.undo_check_in(referral=guest, by=fair.organiser, at=fair.ends_at)


# People nobody had sent


def test_a_walk_in_is_registered_and_in_at_once(fair):
    case = contacted_case()

    arrival = walk_in(fair, case)

    referral = case.fair_referrals.get()
    assert (arrival.referral, arrival.is_replay) == (referral, False)
    assert (referral.is_walk_in, referral.checked_in_at) == (True, NOON)
    assert Case.objects.get(pk=case.pk).state == State.REFERRED


def test_a_walk_in_gets_no_invitation(fair):
    walk_in(fair, contacted_case())

    assert not Message.objects.filter(template="fair_invited").exists()


def test_a_walk_in_registered_twice_is_registered_once(fair):
    case = contacted_case()

    walk_in(fair, case)
    again = walk_in(fair, case, at=LATER)

    assert (again.is_replay, again.referral.checked_in_at) == (True, NOON)
    assert case.fair_referrals.count() == 1


def test_who_was_invited_after_all_simply_comes_in(fair, guest):
    arrival = walk_in(fair, guest.case)

    assert (arrival.referral, arrival.is_replay, arrival.referral.is_walk_in) == (guest, False, False)


def test_who_said_no_and_comes_all_the_same_is_registered_anew(fair, guest):
    services.take_no(referral_id=guest.pk, at=NOON)

    arrival = walk_in(fair, guest.case)

    assert (arrival.referral.is_walk_in, arrival.referral != guest) == (True, True)


def test_a_walk_in_taken_back_was_never_sent_anywhere(fair):
    arrival = walk_in(fair, contacted_case())

    services.undo_check_in(referral=arrival.referral, by=fair.organiser, at=LATER)

    referral = fresh(arrival.referral)
    assert (referral.withdrawn_because, referral.checked_in_at) == ("check_in_undone", None)
    assert referral.case.state == State.CONTACTED
    assert referral.case.work_items.open().get().reason == "fair_check_in_undone"


def test_nobody_walks_in_before_the_doors_open():
    with pytest.raises(NotOpenYet):
        walk_in(FairFactory(open=True), contacted_case())


def test_a_child_is_not_registered_at_the_door(fair):
    child = contacted_case(birth_date=NOON.date() - timedelta(days=365 * 15))

    with pytest.raises(jobs.UnderAge):
        walk_in(fair, child)

    assert not child.fair_referrals.exists()


def test_walk_ins_are_taken_in_any_open_state(fair):
    uncalled, introduced = CaseFactory(), contacted_case()
    introduce(case=introduced, vacancy=VacancyFactory(), by=None, at=NOON)
    invited = ReferralFactory(fair=FairFactory(open=True))
    placed = placed_case(vacancy=VacancyFactory())

    arrivals = [walk_in(fair, case) for case in (uncalled, introduced, invited.case, placed)]

    states = [Case.objects.get(pk=arrival.referral.case_id).state for arrival in arrivals]
    assert states == [State.REFERRED, State.REFERRED, State.REFERRED, State.PLACED]
    assert [arrival.referral.checked_in_at for arrival in arrivals] == [NOON] * 4
    assert [fresh(arrival.referral).is_waiting for arrival in arrivals] == [True, True, True, False]
    assert [name for name, broken in violations() if broken] == []


def test_who_comes_here_no_longer_waits_for_an_answer_elsewhere(fair):
    invited, introduced = ReferralFactory(fair=FairFactory(open=True)), contacted_case()
    introduction = introduce(case=introduced, vacancy=VacancyFactory(), by=None, at=NOON)

    for case in (invited.case, introduced):
        walk_in(fair, case)

    introduction.refresh_from_db()
    assert (fresh(invited).withdrawn_because, introduction.result) == ("case_moved_on", "lapsed")


def test_the_door_is_a_first_talk(fair):
    case = CaseFactory()

    walk_in(fair, case)

    assert Case.objects.get(pk=case.pk).first_contacted_at == NOON
    assert case.worker.journal_lines.filter(what="case_met").count() == 1


def test_who_was_registered_by_mistake_has_not_been_spoken_to(fair):
    case = CaseFactory()
    due_at = case.work_items.open().get().due_at
    referral = walk_in(fair, case).referral

    services.undo_check_in(referral=referral, by=fair.organiser, at=LATER)

    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.first_contacted_at) == (State.FLAGGED, None)
    assert case.work_items.open().get().due_at == due_at
    assert [name for name, broken in violations() if broken] == []


def test_who_has_a_job_counts_as_having_come_and_keeps_it(fair):
    case = CaseFactory(placed=True)

    first, again = walk_in(fair, case), walk_in(fair, case, at=LATER)

    assert (first.referral, again.referral, again.is_replay) == (first.referral, first.referral, True)
    assert (numbers_of(fair.referrals.all()).came, case.work_items.open().get().step) == (1, "travel")


def test_a_visitor_registered_by_mistake_is_taken_back(fair):
    visitor = walk_in(fair, CaseFactory(placed=True)).referral

    services.undo_check_in(referral=visitor, by=fair.organiser, at=LATER)

    assert (fresh(visitor).checked_in_at, fresh(visitor).withdrawn_because) == (None, "check_in_undone")
    assert fresh(visitor).case.state == State.PLACED


def test_whose_case_has_ended_is_not_registered(fair):
    ended = contacted_case()
    close_case(case=ended, reason="moved", by=None, at=NOON)

    with pytest.raises(CaseHasEnded):
        walk_in(fair, ended)


def test_who_has_left_without_a_match_is_not_registered_again(fair):
    gone = ReferralFactory(fair=fair, no_match=True)

    with pytest.raises(WasHere):
        walk_in(fair, gone.case)


def test_a_township_fair_registers_only_its_own_people():
    with pytest.raises(NotServed):
        walk_in(FairFactory(running=True, area=HUAQI), contacted_case())
