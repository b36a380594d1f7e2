"""The fairs a worker can be sent to, and which of their posts the law lets them ask about."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from cases.models import Case
from fairs.models import BoothVacancy, Fair
from fairs.selectors.fair_page import work_place
from jobs.matching import Match, matches_for
from jobs.models import Vacancy
from workers.models import Worker
from workers.rules.ages import ADULT


@dataclass(frozen=True)
class OfferChoice:
    """`reasons` are the worker's wishes it meets, in words."""

    offer: BoothVacancy
    place: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class FairChoice:
    """`left_out` says how many posts are not for this worker: on hold, or not for people of 16 and 17."""

    fair: Fair
    offers: list[OfferChoice]
    left_out: int


def fairs_for(case: Case, *, at: datetime, today: date) -> list[FairChoice]:
    """Soonest first; of each the posts that meet most wishes first. 4 queries, however many fairs."""
    offers = BoothVacancy.objects.select_related("booth__employer", "vacancy__employer").order_by("pk")
    fairs = Fair.objects.serving(case.area_id).taking_referrals(at).order_by("starts_at", "pk")
    found = list(fairs.prefetch_related("booths", Prefetch("booths__offers", offers)))
    posts = {offer.vacancy_id for fair in found for booth in fair.booths.all() for offer in booth.offers.all()}
    matches = {match.vacancy.pk: match for match in matches_for(case.worker, today, only=posts, limit=len(posts))}
    return [_choice(fair, case.worker, matches, today) for fair in found]


def _choice(fair: Fair, worker: Worker, matches: dict[int, Match], today: date) -> FairChoice:
    coming = [booth for booth in fair.booths.all() if not booth.stays_away]
    every = [offer for booth in coming for offer in booth.offers.all()]
    fitting = [offer for offer in every if _may_ask_about(worker, offer.vacancy, today)]
    rank = {vacancy_id: n for n, vacancy_id in enumerate(matches)}
    fitting.sort(key=lambda offer: (rank.get(offer.vacancy_id, len(rank)), offer.booth.number, offer.pk))
    return FairChoice(fair, [_told(offer, matches) for offer in fitting], len(every) - len(fitting))


def _told(offer: BoothVacancy, matches: dict[int, Match]) -> OfferChoice:
    """A post that is full, or asks for another age, matches nothing and may still be asked about."""
    match = matches.get(offer.vacancy_id)
    return OfferChoice(offer, work_place(offer.vacancy.area_id), match.reasons if match else ())


def _may_ask_about(worker: Worker, vacancy: Vacancy, today: date) -> bool:
    is_protected = worker.age(today) < ADULT
    return not vacancy.employer.is_held and (vacancy.takes_minors or not is_protected)
