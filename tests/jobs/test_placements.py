from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from cases import services as cases
from cases.refusals import CaseMovedOn
from jobs import events, refusals, services
from jobs.models import Placement, Vacancy
from notifications.models import Message
from tests.jobs.factories import (
    NOON,
    START,
    TODAY,
    EmployerFactory,
    VacancyFactory,
    contacted_case,
    place,
    placed_case,
)
from workers.models import JournalLine

pytestmark = pytest.mark.django_db


def whats(worker) -> list[str]:
    return list(JournalLine.objects.filter(worker=worker).order_by("seq").values_list("what", flat=True))


def test_a_placement_moves_the_case_takes_an_opening_and_tells_the_worker():
    case, vacancy = contacted_case(), VacancyFactory(headcount=2)

    placement = place(case, vacancy)

    case.refresh_from_db()
    vacancy.refresh_from_db()
    assert (case.state, case.placed_on, case.needs_transport) == ("placed", START, True)
    assert (vacancy.filled, vacancy.openings) == (1, 1)
    assert (placement.employer_name, placement.is_current) == (vacancy.employer.name, True)
    assert whats(case.worker)[-2:] == ["case_placed", "placement_confirmed"]
    assert list(Message.objects.filter(template="placed").values_list("worker_id", flat=True)) == [case.worker_id]


def test_a_job_nearby_needs_no_transport_and_goes_straight_to_follow_up():
    case, vacancy = contacted_case(), VacancyFactory(nearby=True)

    place(case, vacancy, needs_transport=False, found_through="nearby")

    case.refresh_from_db()
    assert (case.state, case.step) == ("placed", "follow_up")


def test_a_job_without_a_vacancy_of_ours_is_a_placement_too():
    case, employer = contacted_case(), EmployerFactory()

    placement = services.confirm_placement(
        case=case, employer=employer, vacancy=None, area=employer.area, start_on=START, wage=None,
        evidence="worker_word", needs_transport=True, by=None, at=NOON, found_through="self",
    )  # fmt: skip

    assert (placement.vacancy, placement.wage, placement.employer) == (None, None, employer)


def test_placing_announces_and_a_handler_that_fails_undoes_it():
    def refuse(sender, **_):
        raise RuntimeError("no")

    case, vacancy = contacted_case(), VacancyFactory()
    events.placement_confirmed.connect(refuse)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            place(case, vacancy)
    finally:
        events.placement_confirmed.disconnect(refuse)

    case.refresh_from_db()
    assert (case.state, list(Placement.objects.all())) == ("contacted", [])


def test_the_worker_counts_as_employed_once_the_first_day_has_come():
    tomorrow, today = contacted_case(), contacted_case()
    vacancy = VacancyFactory()

    place(tomorrow, vacancy, start_on=TODAY + timedelta(days=1))
    place(today, vacancy, start_on=TODAY)

    tomorrow.worker.refresh_from_db()
    today.worker.refresh_from_db()
    assert tomorrow.worker.status == "unemployed_willing"
    assert (today.worker.status, today.worker.employer_name, today.worker.wage) == (
        "employed_outside_province",
        vacancy.employer.name,
        5000,
    )


def test_who_is_found_at_work_is_at_work_though_the_first_day_was_before_they_were_asked():
    case, first_day = contacted_case(), TODAY - timedelta(days=20)

    place(case, VacancyFactory(), start_on=first_day)

    case.worker.refresh_from_db()
    assert (case.worker.status, case.worker.status_since) == ("employed_outside_province", first_day)


@pytest.mark.parametrize(
    "changes,refusal",
    [
        ({"evidence": ""}, refusals.EvidenceMissing),
        ({"evidence": "hearsay"}, refusals.EvidenceMissing),
        ({"start_on": None}, refusals.EvidenceMissing),
        ({"evidence": "employer_word"}, refusals.WordWithoutName),
        ({"evidence": "station_check", "evidence_note": "  "}, refusals.WordWithoutName),
        ({"evidence": "contract_photo", "evidence_note": "看过合同"}, refusals.PhotoMissing),
        ({"evidence": "wage_record"}, refusals.WageRecordMissing),
        ({"start_on": TODAY + timedelta(days=91)}, refusals.StartDateUnlikely),
        ({"start_on": TODAY - timedelta(days=31)}, refusals.StartDateUnlikely),
    ],
)
def test_a_placement_without_evidence_is_refused_and_changes_nothing(changes, refusal):
    case, vacancy = contacted_case(), VacancyFactory()

    with pytest.raises(refusal) as refused:
        place(case, vacancy, **changes)

    case.refresh_from_db()
    assert (case.state, list(Placement.objects.all()), bool(str(refused.value.way_out))) == ("contacted", [], True)


@pytest.mark.parametrize(
    "evidence,note,file",
    [
        ("worker_word", "", False),
        ("employer_word", "何经理电话确认", False),
        ("station_check", "永康协作站 李站长", False),
        ("contract_photo", "", True),
        ("wage_record", "工资条 2 月 4,900 元", False),
        ("wage_record", "", True),
    ],
)
def test_each_kind_of_evidence_is_enough_when_it_is_whole(evidence, note, file, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = ContentFile(b"\xff\xd8\xff", name="contract.jpg") if file else None

    placement = place(contacted_case(), VacancyFactory(), evidence=evidence, evidence_note=note, evidence_file=photo)

    assert (placement.evidence, bool(placement.evidence_file)) == (evidence, file)


@pytest.mark.parametrize("evidence", ["employer_word", "station_check", "contract_photo", "wage_record"])
def test_the_database_too_refuses_evidence_that_is_not_whole(evidence):
    placed_case(vacancy=VacancyFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.update(evidence=evidence, evidence_note="", evidence_file="")


def test_a_full_vacancy_refuses_one_more():
    vacancy = VacancyFactory(headcount=1, full=True)
    case = contacted_case()

    with pytest.raises(refusals.VacancyFull):
        place(case, vacancy)

    case.refresh_from_db()
    assert case.state == "contacted"


def test_an_employer_on_hold_takes_nobody():
    with pytest.raises(refusals.EmployerHeld):
        place(contacted_case(), VacancyFactory(employer__held=True))


def test_a_hold_set_meanwhile_counts_even_if_the_page_was_loaded_before():
    vacancy = VacancyFactory()
    services.hold_employer(employer=vacancy.employer, because="欠薪", by=None, at=NOON)

    with pytest.raises(refusals.EmployerHeld):
        place(contacted_case(), vacancy)


def test_a_post_of_another_employer_is_refused():
    with pytest.raises(refusals.VacancyOfAnotherEmployer):
        place(contacted_case(), VacancyFactory(), employer=EmployerFactory())


def born_to_be(age: int, on: date = START) -> date:
    return on.replace(year=on.year - age)


def test_nobody_under_16_on_the_first_day_is_placed():
    case = contacted_case(birth_date=born_to_be(16) + timedelta(days=1))

    with pytest.raises(refusals.UnderAge):
        place(case, VacancyFactory(suits_minors=True, age_min=16))


def test_a_minor_is_placed_only_where_the_post_suits_minors():
    minor = {"birth_date": born_to_be(16)}

    with pytest.raises(refusals.TooYoungForVacancy):
        place(contacted_case(**minor), VacancyFactory(age_min=16))
    place(contacted_case(**minor), VacancyFactory(age_min=16, suits_minors=True))

    assert Placement.objects.count() == 1


def test_a_minor_is_not_placed_on_a_post_nobody_has_described():
    case, employer = contacted_case(birth_date=born_to_be(17)), EmployerFactory()

    with pytest.raises(refusals.TooYoungForVacancy):
        place(case, VacancyFactory(employer=employer), vacancy=None)


def test_the_employers_own_age_limit_does_not_stop_someone_already_hired():
    case = contacted_case(birth_date=born_to_be(58))

    placement = place(case, VacancyFactory(age_max=45))

    assert placement.is_current


def test_the_same_form_twice_is_one_placement():
    case, vacancy, once = contacted_case(), VacancyFactory(), uuid4()

    first, second = place(case, vacancy, once=once), place(case, vacancy, once=once)

    vacancy.refresh_from_db()
    assert (first, vacancy.filled) == (second, 1)


def test_two_people_placing_the_same_worker_is_one_placement():
    case, vacancy = contacted_case(), VacancyFactory()
    place(case, vacancy)

    with pytest.raises(CaseMovedOn):
        place(case, vacancy)

    assert Placement.objects.count() == 1


def test_ending_a_placement_frees_the_opening_and_sends_the_case_back():
    vacancy = VacancyFactory(headcount=1)
    case = placed_case(vacancy=vacancy)
    placement = case.placements.get()

    services.end_placement(placement=placement, because="never_started", ended_on=TODAY, by=None, at=NOON)

    case.refresh_from_db()
    vacancy.refresh_from_db()
    placement.refresh_from_db()
    assert (case.state, vacancy.openings) == ("contacted", 1)
    assert (placement.ended_on, placement.ended_because) == (TODAY, "never_started")


def test_ending_twice_is_once_and_another_reason_is_refused():
    placement = placed_case(vacancy=VacancyFactory(), start_on=TODAY).placements.get()
    end = {"placement": placement, "ended_on": TODAY, "by": None, "at": NOON}
    services.end_placement(because="left", **end)

    services.end_placement(because="left", **end)
    with pytest.raises(refusals.PlacementEnded):
        services.end_placement(because="dismissed", **end)

    assert whats(placement.worker).count("placement_ended") == 1


@pytest.mark.parametrize("because,day", [("left", TODAY), ("never_started", START)])
def test_nobody_leaves_a_job_before_it_began_or_on_a_day_to_come(because, day):
    placement = placed_case(vacancy=VacancyFactory()).placements.get()

    with pytest.raises(refusals.EndDateUnlikely):
        services.end_placement(placement=placement, because=because, ended_on=day, by=None, at=NOON)

    placement.refresh_from_db()
    assert placement.is_current


def test_someone_who_leaves_counts_as_out_of_work_again():
    case = placed_case(vacancy=VacancyFactory(), start_on=TODAY)

    placement = case.placements.get()
    services.end_placement(placement=placement, because="left", ended_on=TODAY, by=None, at=NOON + timedelta(hours=1))

    case.worker.refresh_from_db()
    assert case.worker.status == "unemployed_willing"


def test_a_placement_that_fell_through_elsewhere_ends_here():
    vacancy = VacancyFactory(headcount=1)
    case = placed_case(vacancy=vacancy)

    cases.mark_fell_through(case=case, by=None, at=NOON, why="left_job")

    vacancy.refresh_from_db()
    assert list(case.placements.values_list("ended_because", flat=True)) == ["left"]
    assert vacancy.openings == 1


def test_a_closed_case_leaves_no_current_placement():
    case = placed_case(vacancy=VacancyFactory())

    cases.close_case(case=case, reason="moved", by=None, at=NOON)

    assert list(case.placements.values_list("ended_because", flat=True)) == ["case_closed"]


def test_a_worker_may_be_placed_again_after_the_first_job_ended():
    case, vacancy = placed_case(vacancy=VacancyFactory()), VacancyFactory()
    cases.mark_fell_through(case=case, by=None, at=NOON)

    place(case, vacancy)

    assert [p.is_current for p in case.placements.order_by("pk")] == [False, True]


def test_the_database_refuses_two_current_placements_of_one_worker():
    first = placed_case(vacancy=VacancyFactory()).placements.get()
    first.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_the_database_refuses_one_placement_too_many_whatever_the_code_forgets():
    vacancy, other = VacancyFactory(headcount=1, full=True), VacancyFactory()
    placement = placed_case(vacancy=other).placements.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.filter(pk=placement.pk).update(vacancy=vacancy)
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.filter(vacancy=vacancy).delete()

    assert list(Vacancy.objects.order_by("pk").values_list("filled", flat=True)) == [1, 1]


def test_filled_cannot_be_written_by_hand():
    vacancy = VacancyFactory(headcount=2)
    placed_case(vacancy=vacancy)

    Vacancy.objects.filter(pk=vacancy.pk).update(filled=0)
    vacancy.filled = 0
    vacancy.save()

    vacancy.refresh_from_db()
    assert vacancy.filled == 1
