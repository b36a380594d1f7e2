"""What the pages of a fair show. Each function has a fixed number of queries, whatever the fair's size."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from fairs.models import BoothVacancy, Fair, FairReferral, NoMatchReason, Result
from jobs.models import Vacancy

RECENT = 10
SLOT = timedelta(minutes=15)


@dataclass(frozen=True)
class Numbers:
    """People at one fair. Every figure counts referrals that were not withdrawn."""

    invited: int
    confirmed: int
    attended: int
    intents: int
    second_interviews: int
    hired: int
    no_match: int
    no_show: int

    @property
    def with_intent(self) -> int:
        return self.intents + self.second_interviews + self.hired

    @property
    def unanswered(self) -> int:
        return self.attended - self.with_intent - self.no_match

    def share(self, part: int, whole: int) -> float | None:
        """Per cent; None, not 0, when there is nobody to divide by."""
        return 100 * part / whole if whole else None

    @property
    def confirmed_share(self):
        return self.share(self.confirmed, self.invited)

    @property
    def attended_share(self):
        return self.share(self.attended, self.invited)

    @property
    def intent_share(self):
        return self.share(self.with_intent, self.attended)

    @property
    def hired_share(self):
        return self.share(self.hired, self.with_intent)


@dataclass(frozen=True)
class OfferRow:
    """One line of the booth table. `missing` is what is still wanted at this fair."""

    offer: BoothVacancy
    wished: int
    intents: int
    hired: int

    @property
    def missing(self) -> int:
        return max(self.offer.wanted - self.hired, 0)

    @property
    def filled_share(self) -> int:
        return min(100, round(100 * self.hired / self.offer.wanted))


@dataclass(frozen=True)
class Arrivals:
    """How many people came in one quarter of an hour; `share` is the bar's height in per cent of the most."""

    at: datetime
    people: int
    share: int


@dataclass(frozen=True)
class FairPage:
    numbers: Numbers
    rows: list[OfferRow]
    recent: list[FairReferral]
    rhythm: list[Arrivals]
    reasons: list[tuple[str, int]]

    @property
    def wanted(self) -> int:
        return sum(row.offer.wanted for row in self.rows)

    @property
    def missing(self) -> int:
        return sum(row.missing for row in self.rows)


def fair_page(fair: Fair, user) -> FairPage:
    """Everything on the organiser's page. Figures count everyone; names are only those the user may see."""
    return FairPage(
        numbers=numbers_of(fair),
        rows=offer_rows(fair),
        recent=latest_arrivals(fair, user),
        rhythm=rhythm_of(fair),
        reasons=reasons_of(fair),
    )


def numbers_of(fair: Fair) -> Numbers:
    def of(result):
        return Count("pk", filter=Q(result=result))

    return Numbers(
        **fair.referrals.current().aggregate(
            invited=Count("pk"),
            confirmed=Count("confirmed_at"),
            attended=Count("checked_in_at"),
            intents=of(Result.INTENT),
            second_interviews=of(Result.SECOND_INTERVIEW),
            hired=of(Result.HIRED),
            no_match=of(Result.NO_MATCH),
            no_show=of(Result.NO_SHOW),
        )
    )


def offer_rows(fair: Fair) -> list[OfferRow]:
    offers = BoothVacancy.objects.filter(booth__fair=fair).select_related(
        "booth__employer", "vacancy__area__parent"
    )
    results = Counter(
        fair.referrals.current().filter(vacancy__isnull=False).values_list("vacancy_id", "result")
    )
    wished = dict(
        BoothVacancy.objects.filter(booth__fair=fair)
        .annotate(n=Count("wishes", filter=Q(wishes__referral__withdrawn_at__isnull=True)))
        .values_list("pk", "n")
    )
    return [
        OfferRow(
            offer=offer,
            wished=wished[offer.pk],
            intents=sum(results[offer.vacancy_id, r] for r in ("intent", "second_interview", "hired")),
            hired=results[offer.vacancy_id, "hired"],
        )
        for offer in offers.order_by("booth__number", "pk")
    ]


def with_wishes(referrals):
    return referrals.select_related("worker__area__parent", "fair", "vacancy").prefetch_related(
        Prefetch("wishes__offer__vacancy", Vacancy.objects.select_related("employer")), "wishes__offer__booth"
    )


def latest_arrivals(fair: Fair, user) -> list[FairReferral]:
    people = fair.referrals.attended().visible_to(user)
    return list(with_wishes(people).order_by("-checked_in_at")[:RECENT])


def rhythm_of(fair: Fair) -> list[Arrivals]:
    """Quarter hours from the first arrival to the last, empty ones included."""
    slots = Counter(floor(at) for at in fair.referrals.attended().values_list("checked_in_at", flat=True))
    if not slots:
        return []
    first, last, most = min(slots), max(slots), max(slots.values())
    times = [first + n * SLOT for n in range(int((last - first) / SLOT) + 1)]
    return [Arrivals(at, slots[at], round(100 * slots[at] / most)) for at in times]


def floor(at: datetime) -> datetime:
    local = timezone.localtime(at)
    return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)


def reasons_of(fair: Fair) -> list[tuple[str, int]]:
    counted = fair.referrals.current().filter(result=Result.NO_MATCH).values_list("reason")
    rows = counted.annotate(n=Count("pk")).order_by("-n")
    return [(NoMatchReason(reason).label, n) for reason, n in rows if reason]


def people_page(fair: Fair, user, *, filter_by: str, after: int, size: int = 50) -> list[FairReferral]:
    """One page of the people list, by id upwards, so that a page never shifts under a thumb."""
    filters = {
        "waiting": Q(checked_in_at__isnull=True, result=""),
        "attended": Q(checked_in_at__isnull=False),
        "no_result": Q(checked_in_at__isnull=False, result=""),
        "intent": Q(result__in=("intent", "second_interview")),
        "hired": Q(result="hired"),
        "no_match": Q(result="no_match"),
        "no_show": Q(result="no_show"),
    }
    people = fair.referrals.current().visible_to(user).filter(filters.get(filter_by, Q()), pk__gt=after)
    return list(with_wishes(people).order_by("pk")[: size + 1])


def fairs_to_choose(fairs) -> list[Fair]:
    """Fairs open to a referral with `offers`: their posts in booth order. 2 queries."""
    offers = Prefetch(
        "booths__offers",
        BoothVacancy.objects.select_related("booth__employer", "vacancy__area__parent"),
    )
    fairs = list(fairs.select_related("area").prefetch_related("booths", offers))
    for fair in fairs:
        fair.offers = [offer for booth in fair.booths.all() for offer in booth.offers.all()]
    return fairs
