"""The fairs a worker can be sent to, and which of their posts the law lets them ask about."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from areas.selectors import full_name
from cases.models import Case
from fairs.models import BoothVacancy, Fair
from jobs.models import Vacancy
from jobs.models.employers import ADULT
from workers.models import Worker


@dataclass(frozen=True)
class OfferChoice:
    offer: BoothVacancy
    place: str


@dataclass(frozen=True)
class FairChoice:
    """`left_out` says how many posts are not for this worker: on hold, or not for people of 16 and 17."""

    fair: Fair
    offers: list[OfferChoice]
    left_out: int


def fairs_for(case: Case, *, at: datetime, today: date) -> list[FairChoice]:
    """Soonest first, posts in booth order. 3 queries, however many fairs."""
    offers = BoothVacancy.objects.select_related("booth__employer", "vacancy__employer").order_by("pk")
    fairs = Fair.objects.serving(case.area_id).taking_referrals(at).order_by("starts_at", "pk")
    found = fairs.prefetch_related("booths", Prefetch("booths__offers", offers))
    return [_choice(fair, case.worker, today) for fair in found]


def _choice(fair: Fair, worker: Worker, today: date) -> FairChoice:
    every = [offer for booth in fair.booths.all() for offer in booth.offers.all()]
    fitting = [offer for offer in every if _may_ask_about(worker, offer.vacancy, today)]
    choices = [OfferChoice(offer, full_name(offer.vacancy.area_id)) for offer in fitting]
    return FairChoice(fair, choices, len(every) - len(fitting))


def _may_ask_about(worker: Worker, vacancy: Vacancy, today: date) -> bool:
    is_protected = worker.age(today) < ADULT
    return not vacancy.employer.is_held and (vacancy.takes_minors or not is_protected)
