from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cases import services as cases
from cases.models import WorkItem
from jobs import refusals, services
from jobs.models import Introduction
from jobs.services import Terms
from kit.days import end_of_day, local_day
from tests.jobs.factories import NOON, START, VacancyFactory, contacted_case, placed_case
from tests.workers.factories import TODAY

pytestmark = pytest.mark.django_db
TERMS = Terms(start_on=START, evidence="employer_word", evidence_note="何经理电话确认", needs_transport=True, wage=5200)


def introduce(case, vacancy, **changes):
    return services.introduce(case=case, vacancy=vacancy, by=None, at=NOON, **changes)


def answer(introduction, result, **changes):
    fields = {"by": None, "at": NOON + timedelta(days=1)} | changes
    return services.record_introduction_result(introduction=introduction, result=result, **fields)


def test_an_introduction_refers_the_case_and_asks_for_the_result_in_three_days():
    case, vacancy = contacted_case(), VacancyFactory()

    introduction = introduce(case, vacancy)

    case.refresh_from_db()
    item = case.work_items.get(state="open")
    assert (case.state, item.step, item.reason) == ("referred", "result", "introduced")
    assert (introduction.is_open, item.not_before) == (True, introduction.until)
    assert introduction.until.astimezone().date() - NOON.date() == timedelta(days=3)


def test_an_introduction_takes_no_opening():
    vacancy = VacancyFactory(headcount=1)

    introduce(contacted_case(), vacancy)
    introduce(contacted_case(), vacancy)

    vacancy.refresh_from_db()
    assert vacancy.openings == 1


def test_the_same_form_twice_is_one_introduction():
    case, vacancy, once = contacted_case(), VacancyFactory(), uuid4()

    first = introduce(case, vacancy, once=once)
    second = introduce(case, vacancy, once=once)

    assert first == second


def test_a_case_that_was_not_contacted_or_is_referred_already_is_refused():
    case, vacancy = contacted_case(), VacancyFactory()
    introduce(case, vacancy)

    with pytest.raises(refusals.NotInReach):
        introduce(case, vacancy)

    assert Introduction.objects.count() == 1


@pytest.mark.parametrize(
    "post,refusal",
    [
        ({"closed": True}, refusals.VacancyClosed),
        ({"open_from": date(2026, 3, 6)}, refusals.VacancyClosed),
        ({"open_until": date(2026, 3, 4)}, refusals.VacancyClosed),
        ({"employer__held": True}, refusals.EmployerHeld),
        ({"age_max": 30}, refusals.OutsideAgeLimits),
        ({"age_min": 45}, refusals.OutsideAgeLimits),
    ],
)
def test_a_post_that_does_not_fit_is_refused_and_the_case_stays(post, refusal):
    case = contacted_case()

    with pytest.raises(refusal):
        introduce(case, VacancyFactory(**post))

    case.refresh_from_db()
    assert case.state == "contacted"


def test_a_full_post_is_refused():
    with pytest.raises(refusals.VacancyFull):
        introduce(contacted_case(), VacancyFactory(headcount=1, full=True))


@pytest.mark.parametrize("age,refusal", [(15, refusals.UnderAge), (17, refusals.TooYoungForVacancy)])
def test_the_law_on_age_holds_before_anything_else(age, refusal):
    case = contacted_case(birth_date=date(2026 - age, 1, 1))

    with pytest.raises(refusal):
        introduce(case, VacancyFactory(age_min=16))


def test_hired_places_the_worker_as_introduced():
    introduction = introduce(contacted_case(), VacancyFactory())

    answer(introduction, "hired", terms=TERMS)

    placement = introduction.case.placements.get()
    assert (placement.vacancy, placement.wage, placement.found_through) == (introduction.vacancy, 5200, "introduction")
    assert Introduction.objects.get().result == "hired"


def test_hired_without_terms_is_refused_and_changes_nothing():
    introduction = introduce(contacted_case(), VacancyFactory())

    with pytest.raises(refusals.EvidenceMissing):
        answer(introduction, "hired")

    assert Introduction.objects.get().is_open


@pytest.mark.parametrize(
    "result,reason", [("not_hired", "introduction_not_hired"), ("no_show", "introduction_no_show")]
)
def test_not_hired_sends_the_case_back_with_its_reason(result, reason):
    case = contacted_case()

    answer(introduce(case, VacancyFactory()), result, note="嫌年龄大")

    case.refresh_from_db()
    assert (case.state, case.work_items.get(state="open").reason) == ("contacted", reason)


def test_waiting_keeps_the_introduction_open_and_asks_again_later():
    case = contacted_case()
    introduction = introduce(case, VacancyFactory())

    answer(introduction, "waiting")

    introduction.refresh_from_db()
    item = case.work_items.get(state="open")
    assert (introduction.is_open, item.reason, item.not_before) == (True, "employer_deciding", introduction.until)
    assert answer(introduction, "not_hired").result == "not_hired"


def test_however_often_the_employer_thinks_it_over_the_person_is_late_after_two_weeks():
    case = contacted_case()
    introduction = introduce(case, VacancyFactory())

    limits = []
    for day in (3, 6, 9, 12, 15, 18):
        answer(introduction, "waiting", at=NOON + timedelta(days=day))
        item = case.work_items.get(state="open")
        limits.append((local_day(item.due_at) - TODAY).days)

    assert limits == [6, 9, 12, 14, 14, 14]
    assert (item.not_before, item.reason) == (end_of_day(TODAY + timedelta(days=21)), "employer_deciding")
    assert list(WorkItem.objects.open().late(TODAY + timedelta(days=18))) == [item]


def test_a_limit_that_was_set_later_from_the_first_is_kept():
    case = contacted_case()
    introduction = introduce(case, VacancyFactory(), until=NOON + timedelta(days=20))
    limit, later = case.work_items.get(state="open").due_at, NOON + timedelta(days=60)

    answer(introduction, "waiting", until=later)

    item = case.work_items.get(state="open")
    assert (item.due_at, item.not_before, limit > NOON + timedelta(days=15)) == (limit, later, True)


def test_the_same_result_twice_is_one_and_another_is_refused():
    introduction = introduce(contacted_case(), VacancyFactory())
    answer(introduction, "not_hired")

    assert answer(introduction, "not_hired").result == "not_hired"
    with pytest.raises(refusals.IntroductionDecided):
        answer(introduction, "hired", terms=TERMS)


def test_a_job_elsewhere_lets_the_introduction_lapse():
    case = contacted_case()
    introduction = introduce(case, VacancyFactory())
    other = VacancyFactory()

    services.confirm_placement(
        case=case, employer=other.employer, vacancy=other, area=other.area, start_on=START, wage=5000,
        evidence="worker_word", needs_transport=True, by=None, at=NOON, found_through="self",
    )  # fmt: skip

    introduction.refresh_from_db()
    assert introduction.result == "lapsed"


def test_a_case_sent_back_by_another_road_lets_the_introduction_lapse():
    case = contacted_case()
    introduction = introduce(case, VacancyFactory())

    cases.mark_not_matched(case=case, by=None, at=NOON)

    introduction.refresh_from_db()
    assert introduction.result == "lapsed"


def test_the_database_refuses_two_open_introductions_of_one_case():
    introduction = introduce(contacted_case(), VacancyFactory())
    introduction.pk, introduction.once = None, None

    with pytest.raises(IntegrityError), transaction.atomic():
        introduction.save(force_insert=True)


def test_a_placed_case_cannot_be_introduced():
    case = placed_case(vacancy=VacancyFactory())

    with pytest.raises(refusals.NotInReach):
        introduce(case, VacancyFactory())
