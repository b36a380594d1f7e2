from datetime import timedelta

import pytest

from cases.choices import State
from cases.models import Case
from fairs import services
from fairs.refusals import (
    NotAtThisFair,
    NotCheckedIn,
    OffTheList,
    PostMissing,
    ResultAlreadyThere,
    StartDateMissing,
    StartsBeforeFair,
)
from fairs.register.invariants import people_hired_without_a_placement
from jobs import refusals as jobs
from jobs.models import Placement
from jobs.services import hold_employer
from kit.days import end_of_day, start_of_day
from kit.refusals import ReasonMissing
from tests.fairs.factories import (
    NOON,
    START,
    TODAY,
    FairFactory,
    ReferralFactory,
    fresh,
    interview,
    offers_of,
)
from tests.jobs.factories import VacancyFactory
from tests.staff.factories import HUAQI_VILLAGE, MAOCHANG, area_of
from workers.models import JournalLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return FairFactory(running=True, posts=2)


@pytest.fixture
def here(fair):
    """Somebody who has come."""
    return ReferralFactory(fair=fair, came=True)


def record(referral, result, at=NOON, by=None, **changes):
    said = interview(result, referral.fair, **changes)
    by = by or referral.fair.organiser
    return services.record_result(referral=referral, interview=said, by=by, at=at)


def case_of(referral):
    return Case.objects.get(pk=referral.case_id)


def test_hired_at_the_booth_is_a_placement_on_the_employers_word(fair, here):
    record(here, "hired", note="人事科 何经理")

    placement, post = Placement.objects.get(), offers_of(fair)[0].vacancy
    assert (placement.case, placement.vacancy, placement.employer) == (here.case, post, post.employer)
    assert (placement.start_on, placement.wage, placement.area) == (START, 5200, post.area)
    assert (placement.evidence, placement.found_through) == ("employer_word", "fair")
    assert placement.evidence_note == f"{fair.title} 01 {post.employer.name} 人事科 何经理"
    assert case_of(here).state == State.PLACED


def test_hired_without_a_wage_named_takes_the_lowest_of_the_post(here):
    record(here, "hired", wage=None)

    assert Placement.objects.get().wage == 5000


def test_hired_nearby_needs_no_seat(here):
    record(here, "hired", needs_transport=False)

    assert case_of(here).work_items.open().get().step == "follow_up"


@pytest.mark.parametrize("result", ["intent", "second_interview"])
def test_a_promise_is_not_a_placement(here, result):
    record(here, result)

    item = case_of(here).work_items.open().get()
    third_working_day = TODAY + timedelta(days=5)  # Thursday, over a weekend
    assert (case_of(here).state, Placement.objects.count()) == (State.REFERRED, 0)
    assert (item.reason, item.not_before, item.due_at) == (
        "ask_employer",
        start_of_day(third_working_day),
        end_of_day(third_working_day),
    )


def test_one_intent_after_another_does_not_put_off_for_ever_when_somebody_is_late(fair, here):
    posts = [offer.vacancy for offer in offers_of(fair)]

    for day in range(0, 21, 3):
        record(here, "intent", at=NOON + timedelta(days=day), vacancy=posts[day % 2])

    item = case_of(here).work_items.open().get()
    assert (item.due_at, item.not_before > item.due_at) == (end_of_day(TODAY + timedelta(days=14)), True)


def test_no_match_goes_back_to_the_cadre_at_once(fair, here):
    record(here, "no_match", reason="care")

    item = case_of(here).work_items.open().get()
    assert case_of(here).state == State.CONTACTED
    assert (item.step, item.reason, item.not_before) == ("refer", "fair_no_match", None)
    assert item.reason_data == {"fair": fair.title, "why": "care"}


def test_a_promise_may_become_hired_after_the_fair(here):
    record(here, "intent")
    services.finish_fair(fair=here.fair, by=None, at=here.fair.ends_at)

    record(here, "hired", at=NOON + timedelta(days=4))

    assert (fresh(here).result, case_of(here).state) == ("hired", State.PLACED)
    assert people_hired_without_a_placement() == 0


def test_the_same_answer_twice_is_one(here):
    record(here, "hired")
    record(here, "hired", at=NOON + timedelta(minutes=1))

    assert Placement.objects.count() == 1
    assert JournalLine.objects.filter(what="fair_result_hired").count() == 1
    assert fresh(here).result_at == NOON


def test_a_final_answer_is_not_changed(here):
    record(here, "no_match")

    with pytest.raises(ResultAlreadyThere):
        record(here, "hired")

    assert (fresh(here).result, Placement.objects.count()) == ("no_match", 0)


def test_a_replayed_intent_does_not_undo_hired(here):
    record(here, "intent")
    record(here, "hired")

    with pytest.raises(ResultAlreadyThere):
        record(here, "intent")

    assert fresh(here).result == "hired"


def test_a_result_needs_a_meeting(fair):
    with pytest.raises(NotCheckedIn):
        record(ReferralFactory(fair=fair), "intent")


def test_who_is_off_the_list_gets_no_result(fair):
    gone = ReferralFactory(fair=fair, withdrawn=True)

    with pytest.raises(OffTheList):
        record(gone, "intent")


@pytest.mark.parametrize(
    ("result", "changes", "refusal"),
    [
        ("hired", {"start_on": None}, StartDateMissing),
        ("hired", {"vacancy": None}, StartDateMissing),
        ("hired", {"start_on": TODAY - timedelta(days=1)}, StartsBeforeFair),
        ("intent", {"vacancy": None}, PostMissing),
        ("second_interview", {"vacancy": None}, PostMissing),
        ("no_match", {"reason": ""}, ReasonMissing),
        ("no_match", {"reason": "nonsense"}, ReasonMissing),
        ("hired", {"start_on": START + timedelta(days=200)}, jobs.StartDateUnlikely),
    ],
)
def test_half_an_answer_is_refused_and_changes_nothing(here, result, changes, refusal):
    with pytest.raises(refusal):
        record(here, result, **changes)

    assert (fresh(here).result, case_of(here).state) == ("", State.REFERRED)


def test_a_post_from_elsewhere_is_refused(here):
    with pytest.raises(NotAtThisFair):
        record(here, "intent", vacancy=VacancyFactory())


def test_nobody_is_hired_by_an_employer_on_hold(fair, here):
    hold_employer(employer=offers_of(fair)[0].booth.employer, because="欠薪未清", by=None, at=NOON)

    with pytest.raises(jobs.EmployerHeld):
        record(here, "hired")

    assert (fresh(here).result, case_of(here).state) == ("", State.REFERRED)


def test_the_last_opening_is_given_once(fair):
    one, other = ReferralFactory(fair=fair, came=True), ReferralFactory(fair=fair, came=True)
    post = offers_of(fair)[0].vacancy
    post.headcount = 1
    post.save(update_fields=["headcount"])
    record(one, "hired")

    with pytest.raises(jobs.VacancyFull):
        record(other, "hired")

    assert case_of(other).state == State.REFERRED


def test_who_moved_away_since_is_answered_for_by_the_fair_all_the_same(fair, organiser):
    """The house moves the case; who recorded it stands in the referral."""
    from workers.services import update_worker

    town_fair = FairFactory(running=True, area=MAOCHANG)
    here = ReferralFactory(fair=town_fair, came=True)
    update_worker(worker=here.worker, changes={"area": area_of(HUAQI_VILLAGE)}, by=None, at=NOON, source="visit")

    record(here, "no_match")

    assert (fresh(here).result_by, case_of(here).state) == (town_fair.organiser, State.CONTACTED)


def test_the_journal_says_what_the_employer_said(fair, here):
    record(here, "no_match", reason="wage", note="想要 6000")

    line = JournalLine.objects.get(what="fair_result_no_match")
    assert line.data == {"fair": fair.title, "post": "", "reason": "wage", "note": "想要 6000"}
