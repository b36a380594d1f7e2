"""May this person be recommended for, or placed on, this post? Age and the state of post and employer. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from jobs.refusals import (
    EmployerHeld,
    OutsideAgeLimits,
    TooYoungForVacancy,
    UnderAge,
    VacancyClosed,
    VacancyFull,
    VacancyOfAnotherEmployer,
)
from workers.rules.ages import ADULT, WORKING_AGE

if TYPE_CHECKING:
    from jobs.models import Employer, Vacancy
    from workers.models import Worker


def check_old_enough(worker: Worker, on: date) -> None:
    if worker.age(on) < WORKING_AGE:
        raise UnderAge


def check_employer(employer: Employer) -> None:
    if employer.is_held:
        raise EmployerHeld


def check_protected(worker: Worker, vacancy: Vacancy | None, on: date) -> None:
    """The law's part of an age limit. Without a known post nobody has said that it suits a minor."""
    check_old_enough(worker, on)
    if worker.age(on) < ADULT and not (vacancy and vacancy.takes_minors):
        raise TooYoungForVacancy


def check_open(vacancy: Vacancy, today: date) -> None:
    check_employer(vacancy.employer)
    if not vacancy.is_open(today):
        raise VacancyClosed
    if vacancy.openings < 1:
        raise VacancyFull


def check_may_recommend(worker: Worker, vacancy: Vacancy, today: date) -> None:
    """Before the employer has said anything: the law, the employer's own limits, and an opening to go to."""
    check_protected(worker, vacancy, today)
    if not vacancy.age_min <= worker.age(today) <= vacancy.age_max:
        raise OutsideAgeLimits
    check_open(vacancy, today)


def check_may_place(worker: Worker, employer: Employer, vacancy: Vacancy | None, start_on: date) -> None:
    """Once somebody is hired the employer's own age limits no longer matter; the law's and the hold still do."""
    check_employer(employer)
    if vacancy is not None and vacancy.employer_id != employer.pk:
        raise VacancyOfAnotherEmployer
    check_protected(worker, vacancy, start_on)
    if vacancy is not None and vacancy.openings < 1:
        raise VacancyFull
