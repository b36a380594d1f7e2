"""Each invariant counts nought on sound data, and one for the fault made to show it."""

from datetime import date

import pytest
from django.db import connection

from cases.models import Case
from jobs import services
from jobs.models import Introduction, LetterCounter, Placement
from jobs.register import invariants
from tests.jobs.factories import NOON, VacancyFactory, contacted_case, placed_case
from tests.past_triggers import past_triggers
from workers.invariants import violations
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def sound():
    """One of everything."""
    vacancy = VacancyFactory()
    placed = placed_case(vacancy=vacancy)
    services.issue_letter(case=placed, placement=placed.placements.get(), by=None, at=NOON)
    services.introduce(case=contacted_case(), vacancy=vacancy, by=None, at=NOON)
    return vacancy


def without_triggers(table: str, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_sound_data_breaks_nothing(sound):
    assert [name for name, count in violations() if name.startswith("jobs:") and count] == []


def test_a_wrong_count_is_found(sound):
    without_triggers("jobs_vacancy", "UPDATE jobs_vacancy SET filled = 3")

    assert invariants.vacancies_counted_wrong() == 1


def test_a_gap_in_the_book_is_found(sound):
    without_triggers("jobs_letter", "UPDATE jobs_letter SET number = 2")

    assert (invariants.books_with_a_gap(), invariants.counters_that_disagree_with_their_book()) == (1, 1)


def test_a_counter_ahead_of_its_book_is_found(sound):
    LetterCounter.objects.update(last_number=5)

    assert invariants.counters_that_disagree_with_their_book() == 1


def test_a_case_at_work_without_a_placement_is_found(sound):
    Placement.objects.update(ended_on=date(2026, 3, 6), ended_because="left")

    assert invariants.cases_at_work_without_placement() == 1


def test_a_placement_of_a_case_not_at_work_is_found(sound):
    with past_triggers():
        Case.objects.filter(state="placed").update(state="contacted")

    assert invariants.placements_of_cases_not_at_work() == 1


def test_a_placement_under_16_is_found(sound):
    Worker.objects.update(birth_date=date(2010, 6, 1))

    assert invariants.placements_under_16() == 1


def test_an_introduction_left_open_is_found(sound):
    with past_triggers():
        Case.objects.filter(pk=Introduction.objects.get().case_id).update(state="contacted")

    assert invariants.open_introductions_of_cases_not_referred() == 1
