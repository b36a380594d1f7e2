"""Employers with posts, and cases that have come as far as a job.

VacancyFactory(headcount=1, suits_minors=True)
contacted_case(birth_date=date(2009, 1, 1))
placed_case(vacancy=vacancy)
"""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from cases import services as cases
from cases.models import Case
from jobs import services
from jobs.models import Employer, Letter, Placement, Vacancy
from tests.staff.factories import UserFactory, area_of
from tests.workers.factories import NOON, TODAY, FlagFactory, WorkerFactory

YONGKANG = 330784000000
ZHIJIN_PARK = 520524000000
START = date(2026, 3, 9)


class EmployerFactory(DjangoModelFactory):
    """Traits: held."""

    class Meta:
        model = Employer

    class Params:
        held = factory.Trait(is_held=True, hold_reason="欠薪未清")

    name = factory.Sequence(lambda n: f"永康市合成五金有限公司{n}")
    area = factory.LazyFunction(lambda: area_of(YONGKANG))
    contact_name = "何经理"
    contact_phone = "0579-87000000"
    created_at = NOON


class VacancyFactory(DjangoModelFactory):
    """Traits: full (one opening, taken by somebody), closed, nearby."""

    class Meta:
        model = Vacancy
        skip_postgeneration_save = True

    class Params:
        closed = factory.Trait(closed_at=NOON)
        nearby = factory.Trait(area=factory.LazyFunction(lambda: area_of(ZHIJIN_PARK)))

    employer = factory.SubFactory(EmployerFactory)
    title = "五金装配工"
    area = factory.LazyFunction(lambda: area_of(YONGKANG))
    headcount = 3
    wage_low = 5000
    wage_high = 5600
    board = True
    lodging = True
    open_from = date(2026, 2, 1)
    created_at = NOON

    @factory.post_generation
    def full(self, create, wanted, **kwargs):
        if wanted:
            for _ in range(self.headcount):
                placed_case(vacancy=self)
            self.refresh_from_db()


def contacted_case(*, at=NOON, worker=None, **fields) -> Case:
    """A worker who was called and wants work. `fields` are the worker's."""
    worker = worker or WorkerFactory(unemployed=True, at=at, **fields)
    case = cases.open_case(worker=worker, flag=FlagFactory(worker=worker, raised_at=at), by=None, at=at)
    talk = {"channel": "call", "outcome": "spoke_to_worker", "status": "unemployed_willing", "happened_at": at}
    cases.record_contact(case=case, by=None, at=at, **talk)
    case.refresh_from_db()
    return case


def introduced(case: Case, post: Vacancy, *, at=NOON) -> Case:
    """Waits for this employer's answer; one asked before has said no."""
    waiting = case.introductions.open().first()
    if waiting is not None and waiting.vacancy_id == post.pk:
        return case
    if waiting is not None:
        services.record_introduction_result(introduction=waiting, result="not_hired", by=None, at=at)
    services.introduce(case=case, vacancy=post, by=None, at=at)
    case.refresh_from_db()
    return case


def place(case: Case, post: Vacancy, **changes) -> Placement:
    """`confirm_placement` with everything it needs."""
    fields = {
        "employer": post.employer,
        "vacancy": post,
        "area": post.area,
        "start_on": START,
        "wage": 5000,
        "evidence": "worker_word",
        "needs_transport": True,
        "found_through": "introduction",
        "by": None,
        "at": NOON,
    }
    return services.confirm_placement(case=case, **fields | changes)


def placed_case(*, vacancy: Vacancy, **changes) -> Case:
    case = contacted_case()
    place(case, vacancy, **changes)
    case.refresh_from_db()
    return case


def printed(letter: Letter) -> Letter:
    """The paper that a receipt comes back of."""
    by = UserFactory(township_cadre=True)
    return services.print_letter(letter=letter, seen=letter.print_count, by=by, at=letter.issued_at)


__all__ = [
    "NOON",
    "START",
    "TODAY",
    "EmployerFactory",
    "VacancyFactory",
    "contacted_case",
    "introduced",
    "place",
    "placed_case",
    "printed",
]
