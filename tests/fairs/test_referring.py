from datetime import date, timedelta

import pytest

from areas.models import Area
from cases.choices import State
from cases.models import Case
from cases.services import close_case
from fairs import services
from fairs.models import BoothVacancy, FairReferral
from fairs.refusals import (
    AlreadyReferred,
    FairClosed,
    HasAJob,
    NotAtThisFair,
    NotContactedYet,
    NotServed,
    TooManyWishes,
    WasHere,
)
from jobs import refusals as jobs
from jobs.services import hold_employer
from notifications.models import Message
from tests.cases.factories import CaseFactory
from tests.fairs.factories import (
    NOON,
    FairFactory,
    ReferralFactory,
    add_post,
    contacted_case,
    local,
    offers_of,
)
from tests.jobs.factories import VacancyFactory
from tests.staff.factories import DAFANG_VILLAGE, HUAQI
from workers.models import JournalLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return FairFactory(open=True, posts=4)


@pytest.fixture
def case():
    return contacted_case()


def refer(fair, case, cadre=None, wishes=(), at=NOON):
    return services.refer_to_fair(fair=fair, case=case, wishes=wishes, by=cadre, at=at)


def test_a_referral_moves_the_case_and_rests_it_until_the_fair_has_ended(fair, case, cadre):
    referral = refer(fair, case, cadre, wishes=offers_of(fair)[:2])

    item = case.work_items.open().get()
    assert Case.objects.get(pk=case.pk).state == State.REFERRED
    assert (item.step, item.not_before, item.reason_data) == ("result", fair.ends_at, {"fair": fair.title})
    assert (referral.worker, referral.referred_by, referral.is_walk_in) == (case.worker, cadre, False)


def test_wishes_are_kept_in_the_order_they_were_given(fair, case):
    first, second, third, _fourth = offers_of(fair)

    referral = refer(fair, case, wishes=[third, first, second])

    assert list(referral.wishes.values_list("rank", "offer")) == [(1, third.pk), (2, first.pk), (3, second.pk)]


def test_the_worker_is_told_when_and_where_and_the_code(fair, case):
    referral = refer(fair, case)

    text = Message.objects.get(template="fair_invited")
    assert (text.worker, text.dedupe_key) == (case.worker, f"fair_invited:{referral.pk}")
    assert "3月6日 09:00" in text.body
    assert "县体育中心，东门" in text.body
    assert referral.code in text.body


def test_the_journal_says_fair_and_wishes(fair, case, cadre):
    refer(fair, case, cadre, wishes=offers_of(fair)[:1])

    line = JournalLine.objects.get(what="referred_to_fair")
    assert (line.by, line.data) == (cadre, {"fair": fair.title, "wishes": ["五金装配工"]})


def test_referring_twice_gives_the_same_referral_and_one_text(fair, case):
    once, again = refer(fair, case), refer(fair, case)

    assert once == again
    assert FairReferral.objects.count() == Message.objects.filter(template="fair_invited").count() == 1


def test_codes_have_six_digits_and_differ_at_one_fair(fair, monkeypatch):
    numbers = iter([7, 7, 7, 42])
    monkeypatch.setattr("fairs.services.referring.secrets.randbelow", lambda n: next(numbers))

    codes = [refer(fair, contacted_case()).code, refer(fair, contacted_case()).code]

    assert codes == ["000007", "000042"]


@pytest.mark.parametrize("state", ["planned", "finished", "cancelled"])
def test_only_an_inviting_or_running_fair_takes_people(state, case):
    fair = FairFactory(**{state: True} if state != "planned" else {})

    with pytest.raises(FairClosed):
        refer(fair, case)

    assert not FairReferral.objects.exists()
    assert Case.objects.get(pk=case.pk).state == State.CONTACTED


def test_a_fair_whose_time_has_passed_takes_nobody(fair, case):
    with pytest.raises(FairClosed):
        refer(fair, case, at=fair.ends_at)


def test_a_fair_takes_only_people_who_live_in_its_area(case):
    with pytest.raises(NotServed):
        refer(FairFactory(open=True, area=HUAQI), case)


def test_a_fair_of_the_county_takes_nobody_of_the_next(fair):
    elsewhere = contacted_case(area=Area.objects.get(pk=DAFANG_VILLAGE))

    with pytest.raises(NotServed):
        refer(fair, elsewhere)


def test_nobody_under_16_is_sent_even_if_16_on_the_day(fair):
    child = contacted_case(birth_date=date(2010, 3, 6))

    with pytest.raises(jobs.UnderAge):
        refer(fair, child)


def test_at_17_only_posts_that_suit_are_asked_about(fair):
    young = contacted_case(birth_date=date(2008, 6, 1))
    suits = add_post(fair, number=20, vacancy=VacancyFactory(suits_minors=True, age_min=16))

    with pytest.raises(jobs.TooYoungForVacancy):
        refer(fair, young, wishes=offers_of(fair)[:1])

    assert refer(fair, young, wishes=[suits]).wishes.count() == 1


def test_nobody_is_sent_to_an_employer_on_hold(fair, case):
    offer = offers_of(fair)[0]
    hold_employer(employer=offer.booth.employer, because="欠薪未清", by=None, at=NOON)

    with pytest.raises(jobs.EmployerHeld):
        refer(fair, case, wishes=offers_of(fair)[:1])


def test_somebody_nobody_has_spoken_to_is_not_sent(fair):
    with pytest.raises(NotContactedYet):
        refer(fair, CaseFactory())


def test_somebody_waiting_for_another_answer_is_not_sent(fair, case):
    refer(FairFactory(open=True), case)

    with pytest.raises(AlreadyReferred):
        refer(fair, case)


def test_somebody_with_a_job_is_not_sent(fair):
    with pytest.raises(HasAJob):
        refer(fair, CaseFactory(placed=True))


def test_an_ended_case_is_not_sent(fair, case):
    close_case(case=case, reason="moved", by=None, at=NOON)

    with pytest.raises(HasAJob):
        refer(fair, case)


def test_who_was_there_this_morning_is_not_sent_again():
    gone = ReferralFactory(fair=FairFactory(running=True), no_match=True)

    with pytest.raises(WasHere):
        refer(gone.fair, gone.case)


def test_who_could_not_come_may_be_sent_again():
    declined = ReferralFactory(withdrawn=True)

    again = refer(declined.fair, declined.case)

    assert (again.worker, again.pk != declined.pk) == (declined.worker, True)


def test_more_than_three_wishes_are_refused(fair, case):
    with pytest.raises(TooManyWishes):
        refer(fair, case, wishes=offers_of(fair))


def test_a_wish_from_another_fair_is_refused(fair, case):
    elsewhere = offers_of(FairFactory(open=True))

    with pytest.raises(NotAtThisFair):
        refer(fair, case, wishes=elsewhere)

    assert BoothVacancy.objects.filter(wishes__isnull=False).count() == 0


def test_a_refused_referral_changes_nothing(fair, case):
    lines = JournalLine.objects.count()

    with pytest.raises(TooManyWishes):
        refer(fair, case, wishes=offers_of(fair))

    assert (FairReferral.objects.count(), Message.objects.filter(template="fair_invited").count()) == (0, 0)
    assert JournalLine.objects.count() == lines


def test_a_text_queued_at_night_is_not_sent_to_somebody_taken_off_meanwhile(fair, case):
    night = local(NOON.date() - timedelta(days=1), 22)
    case = contacted_case(at=night - timedelta(hours=1))
    referral = refer(fair, case, at=night)

    services.take_no(referral_id=referral.pk, at=night + timedelta(minutes=5))

    assert Message.objects.get(template="fair_invited").state == "suppressed"
