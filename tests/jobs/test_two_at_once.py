"""Two people pressing at once. Each test first shows the race with the guard off, then its absence with it on."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from cases.locking import LockedCase, lock_case
from cases.models import Case
from jobs import services
from jobs.locking import lock_letter
from jobs.models import Letter, LetterCounter, Placement, Vacancy
from jobs.refusals import LetterOnIt, LetterValidAlready, NotInReach, VacancyFull
from jobs.services import issuing
from kit.locks import is_busy
from kit.refusals import Refusal
from tests.impatience import impatient
from tests.jobs.factories import NOON, VacancyFactory, contacted_case, introduced, place
from tests.staff.factories import UserFactory

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
    cases = [introduced(contacted_case(), vacancy) for _ in range(2)]
    monkeypatch.setattr(issuing, "next_number", next_number_unlocked(Barrier(2)))

    answers = all_at_once([issue_for(case, vacancy) for case in cases])

    assert [type(answer) for answer in answers if answer != 1] == [IntegrityError]


def test_with_the_lock_letters_issued_at_once_are_numbered_without_a_gap():
    post = VacancyFactory()
    cases = [introduced(contacted_case(), post) for _ in range(2 * PEOPLE)]

    answers = all_at_once([issue_for(case, post) for case in cases])

    assert sorted(answers) == list(range(1, 2 * PEOPLE + 1))
    assert LetterCounter.objects.get().last_number == 2 * PEOPLE


def test_two_who_press_at_once_issue_one_letter_for_one_job_and_the_number_is_given_back():
    vacancy = VacancyFactory()
    cases = [introduced(contacted_case(), vacancy) for _ in range(PEOPLE)]

    answers = all_at_once([issue_for(case, vacancy) for case in cases for _ in range(2)])

    refused = [answer for answer in answers if isinstance(answer, LetterValidAlready)]
    assert sorted(answer for answer in answers if answer not in refused) == list(range(1, PEOPLE + 1))
    assert (len(refused), LetterCounter.objects.get().last_number) == (PEOPLE, PEOPLE)


@pytest.fixture
def placement():
    cadre = UserFactory(township_cadre=True)
    return place(contacted_case(), VacancyFactory(), by=cadre)


def letter_for(placement):
    return lambda: services.issue_letter(case=placement.case, placement=placement, by=None, at=NOON)


def taken_back(placement):
    return lambda: services.undo_placement(placement=placement, by=placement.confirmed_by, at=NOON)


def on_a_job_taken_back() -> int:
    return Letter.objects.filter(revoked_at=None, case__placements__ended_because="taken_back").count()


def test_without_the_lock_a_letter_is_issued_on_a_job_being_taken_back(placement, monkeypatch):
    read, undone = Event(), Event()

    @contextmanager
    def unlocked(case):
        yield LockedCase(Case.objects.get(pk=case.pk), None)

    def enter_late(letter):
        read.set()
        undone.wait(timeout=10)
        enter(letter)

    def take_back():
        read.wait(timeout=10)
        taken_back(placement)()
        undone.set()

    enter = issuing._enter
    monkeypatch.setattr(issuing, "locked", unlocked)
    monkeypatch.setattr(issuing, "_enter", enter_late)

    all_at_once([letter_for(placement), take_back])

    assert on_a_job_taken_back() == 1


def test_with_the_lock_a_job_is_taken_back_or_has_a_letter_and_never_both(placement):
    answers = all_at_once([letter_for(placement), taken_back(placement)])

    refused = [type(answer) for answer in answers if isinstance(answer, Refusal)]
    assert (refused in ([NotInReach], [LetterOnIt]), on_a_job_taken_back()) == (True, 0)


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


def test_who_holds_a_letter_holds_its_case():
    """A receipt moves the case on: it waits for nobody who waits for the letter's person."""
    vacancy = VacancyFactory()
    letter = services.issue_letter(case=introduced(contacted_case(), vacancy), vacancy=vacancy, by=None, at=NOON)

    def take_the_case():
        with impatient(), transaction.atomic():
            return lock_case(letter.case_id)

    with transaction.atomic():
        assert lock_letter(letter) == letter
        [outcome] = all_at_once([take_the_case])

    assert isinstance(outcome, Exception)
    assert is_busy(outcome)
