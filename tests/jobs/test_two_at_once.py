"""Two people pressing at once. Each test first shows the race with the guard off, then its absence with it on."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from jobs import services
from jobs.models import Letter, LetterCounter, Placement, Vacancy
from jobs.refusals import LetterValidAlready, VacancyFull
from jobs.services import issuing
from tests.jobs.factories import NOON, VacancyFactory, contacted_case, place

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4


def all_at_once(jobs):
    """What each call answers, or the exception it raised; every thread has a connection of its own."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(_in_a_thread, jobs))


def _in_a_thread(job):
    try:
        return job()
    except Exception as raised:
        return raised
    finally:
        connection.close()


def next_number_unlocked(barrier: Barrier):
    """The book as somebody in a hurry would write it: look at the last number, take the next."""

    def next_number(*, county: int, year: int) -> int:
        last = Letter.objects.filter(county=county, year=year).order_by("-number").values_list("number", flat=True)
        number = (last.first() or 0) + 1
        barrier.wait(timeout=10)
        return number

    return next_number


def issue_for(case, vacancy):
    return lambda: services.issue_letter(case=case, vacancy=vacancy, by=None, at=NOON).number


def test_without_the_lock_two_letters_take_the_same_number(monkeypatch):
    vacancy = VacancyFactory()
    cases = [contacted_case() for _ in range(2)]
    monkeypatch.setattr(issuing, "next_number", next_number_unlocked(Barrier(2)))

    answers = all_at_once([issue_for(case, vacancy) for case in cases])

    assert [type(answer) for answer in answers if answer != 1] == [IntegrityError]


def test_with_the_lock_letters_issued_at_once_are_numbered_without_a_gap():
    posts = [VacancyFactory(), VacancyFactory()]
    cases = [contacted_case() for _ in range(PEOPLE)]

    answers = all_at_once([issue_for(case, post) for case in cases for post in posts])

    assert sorted(answers) == list(range(1, 2 * PEOPLE + 1))
    assert LetterCounter.objects.get().last_number == 2 * PEOPLE


def test_two_who_press_at_once_issue_one_letter_for_one_job_and_the_number_is_given_back():
    vacancy = VacancyFactory()
    cases = [contacted_case() for _ in range(PEOPLE)]

    answers = all_at_once([issue_for(case, vacancy) for case in cases for _ in range(2)])

    refused = [answer for answer in answers if isinstance(answer, LetterValidAlready)]
    assert sorted(answer for answer in answers if answer not in refused) == list(range(1, PEOPLE + 1))
    assert (len(refused), LetterCounter.objects.get().last_number) == (PEOPLE, PEOPLE)


def unguarded():
    """The vacancy's own guards off: no recount and no check, as if the table had only its columns."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE jobs_vacancy DISABLE TRIGGER jobs_vacancy_counts_filled")
        cursor.execute("ALTER TABLE jobs_placement DISABLE TRIGGER jobs_placement_recounts")


def guarded():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE jobs_vacancy ENABLE TRIGGER jobs_vacancy_counts_filled")
        cursor.execute("ALTER TABLE jobs_placement ENABLE TRIGGER jobs_placement_recounts")


def count_then_place(case, vacancy, barrier: Barrier):
    """A placement that counts first and writes after, without a lock."""

    def job():
        with transaction.atomic():
            taken = Placement.objects.current().filter(vacancy=vacancy).count()
            barrier.wait(timeout=10)
            if taken < vacancy.headcount:
                Placement.objects.create(
                    case=case, worker=case.worker, vacancy=vacancy, employer=vacancy.employer, employer_name="x",
                    area=vacancy.area, start_on=NOON.date(), evidence="worker_word", found_through="self",
                    needs_transport=False, confirmed_at=NOON,
                )  # fmt: skip

    return job


def test_counting_without_a_lock_fills_the_last_opening_twice():
    vacancy, barrier = VacancyFactory(headcount=1), Barrier(2)
    cases = [contacted_case() for _ in range(2)]
    unguarded()
    try:
        all_at_once([count_then_place(case, vacancy, barrier) for case in cases])
    finally:
        guarded()

    assert Placement.objects.current().filter(vacancy=vacancy).count() == 2


def test_the_database_alone_stops_the_same_race():
    vacancy, barrier = VacancyFactory(headcount=1), Barrier(2)
    cases = [contacted_case() for _ in range(2)]

    answers = all_at_once([count_then_place(case, vacancy, barrier) for case in cases])

    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "NoneType"]
    assert Vacancy.objects.get().filled == 1


def test_the_service_gives_the_last_opening_to_one_and_refuses_the_others():
    vacancy = VacancyFactory(headcount=1)
    cases = [contacted_case() for _ in range(PEOPLE)]

    answers = all_at_once([lambda case=case: place(case, vacancy) for case in cases])

    refused = [answer for answer in answers if isinstance(answer, VacancyFull)]
    assert (len(refused), Vacancy.objects.get().openings) == (PEOPLE - 1, 0)


def test_the_same_form_sent_twice_at_once_is_one_placement():
    case, vacancy, once = contacted_case(), VacancyFactory(), uuid4()

    answers = all_at_once([lambda: place(case, vacancy, once=once) for _ in range(2)])

    assert (answers[0], Placement.objects.count()) == (answers[1], 1)


def test_two_people_placing_one_worker_at_once_is_one_placement():
    case, vacancy = contacted_case(), VacancyFactory()

    answers = all_at_once([lambda: place(case, vacancy) for _ in range(2)])

    assert sorted(type(answer).__name__ for answer in answers) == ["CaseMovedOn", "Placement"]
