"""The organiser's page: figures, the hall, booths and posts, who came last, when they came, why some went without."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils import timezone

from areas.ranges import Range
from areas.selectors import SEPARATOR, full_name
from fairs.choices import NoMatchReason, Result
from fairs.models import Booth, BoothVacancy, Fair, Wish
from fairs.querysets import ReferralQuerySet
from fairs.selectors.people import FILTERS, Numbers, ReferredPerson, numbers_of, person_of

RECENT = 10
SLOT = timedelta(minutes=15)
BUSY, CROWDED = 3, 7


@dataclass(frozen=True)
class HallBooth:
    """`waiting` are people who came, wished for a post here and have no result yet: the queue, as far as we know it."""

    booth: Booth
    waiting: int

    @property
    def kind(self) -> str:
        if self.booth.employer.is_held:
            return "late"
        return "soon" if self.is_crowded else "accent" if self.waiting >= BUSY else ""

    @property
    def is_crowded(self) -> bool:
        return self.waiting >= CROWDED


@dataclass(frozen=True)
class Board:
    """What every desk of a running fair shows. `pulse` changes whenever somebody comes, goes or gets an answer."""

    numbers: Numbers
    hall: list[HallBooth]
    recent: list[ReferredPerson]
    pulse: str


@dataclass(frozen=True)
class OfferRow:
    """One line of the booth table. `missing` is what is still wanted at this fair."""

    offer: BoothVacancy
    place: str
    wished: int
    promised: int
    hired: int

    @property
    def wanted(self) -> int:
        """Nothing where the employer stays away."""
        return 0 if self.offer.booth.stays_away else self.offer.wanted

    @property
    def missing(self) -> int:
        return max(self.wanted - self.hired, 0)

    @property
    def beyond(self) -> int:
        """Hired here besides those promised."""
        return max(self.hired - self.offer.wanted, 0)

    @property
    def is_full(self) -> bool:
        """Filled elsewhere or closed since it was promised, so that nothing is left to wish for."""
        return not self.offer.wanted and not self.hired


@dataclass(frozen=True)
class Arrivals:
    """People in one quarter of an hour; `share` is the bar's height in per cent of the fullest."""

    at: datetime
    people: int
    share: int


@dataclass(frozen=True)
class FairPage:
    numbers: Numbers
    hall: list[HallBooth]
    rows: list[OfferRow]
    recent: list[ReferredPerson]
    rhythm: list[Arrivals]
    reasons: list[tuple[str, str, int]]

    @property
    def wanted(self) -> int:
        return sum(row.wanted for row in self.rows)

    @property
    def missing(self) -> int:
        return sum(row.missing for row in self.rows)

    @property
    def promised(self) -> int:
        return sum(row.promised for row in self.rows)

    @property
    def hired(self) -> int:
        return sum(row.hired for row in self.rows)

    @property
    def wished(self) -> int:
        return sum(row.wished for row in self.rows)

    @property
    def on_hold(self) -> list[HallBooth]:
        return [place for place in self.hall if place.booth.employer.is_held]

    @property
    def staying_away(self) -> list[tuple[Booth, int]]:
        """Booths whose employer cannot come, and how many wishes there are for them."""
        wished: Counter[Booth] = Counter()
        for row in self.rows:
            if row.offer.booth.stays_away:
                wished[row.offer.booth] += row.wished
        return list(wished.items())

    @property
    def busiest(self) -> Arrivals | None:
        return max(self.rhythm, key=lambda slot: slot.people, default=None)


def fair_page(fair: Fair, ranges: tuple[Range, ...]) -> FairPage:
    """10 queries. Figures count everyone; names are only of people in reach of these ranges."""
    return FairPage(
        numbers=numbers_of(fair.referrals.all()),
        hall=hall_of(fair),
        rows=offer_rows(fair),
        recent=latest_arrivals(fair.referrals.in_reach(ranges)),
        rhythm=rhythm_of(fair),
        reasons=reasons_of(fair),
    )


def board_of(fair: Fair, ranges: tuple[Range, ...]) -> Board:
    """6 queries. Figures count everyone; names are only of people in reach of these ranges."""
    recent = latest_arrivals(fair.referrals.in_reach(ranges))
    return Board(numbers_of(fair.referrals.all()), hall_of(fair), recent, pulse_of(fair))


def crowded(hall: list[HallBooth]) -> str:
    """The numbers of booths with a long queue."""
    return ", ".join(f"{place.booth.number:02d}" for place in hall if place.is_crowded)


def pulse_of(fair: Fair) -> str:
    """1 query, over the rows of this fair."""
    moments = ("checked_in_at", "result_at", "withdrawn_at", "confirmed_at", "referred_at")
    beats = fair.referrals.aggregate(came=Count("checked_in_at"), **{name: Max(name) for name in moments})
    last = max((beats[name] for name in moments if beats[name]), default=fair.created_at)
    return f"{last.timestamp():.6f}-{beats['came']}-{fair.state}"


def hall_of(fair: Fair) -> list[HallBooth]:
    """2 queries."""
    undecided = Wish.objects.filter(referral__in=fair.referrals.filter(FILTERS["undecided"]))
    queues = undecided.values("offer__booth").annotate(n=Count("referral", distinct=True)).order_by()
    waiting = dict(queues.values_list("offer__booth", "n"))
    return [HallBooth(booth, waiting.get(booth.pk, 0)) for booth in fair.booths.select_related("employer")]


def offer_rows(fair: Fair) -> list[OfferRow]:
    """3 queries: posts, wishes, results."""
    wishes = Wish.objects.filter(referral__in=fair.referrals.filter(FILTERS["all"])).values("offer").order_by()
    wished = dict(wishes.annotate(n=Count("pk")).values_list("offer", "n"))
    promised, hired = _by_vacancy(fair, "promised"), _by_vacancy(fair, "hired")
    offers = BoothVacancy.objects.filter(booth__fair=fair).select_related("booth__employer", "vacancy")
    return [
        OfferRow(
            offer=offer,
            place=work_place(offer.vacancy.area_id),
            wished=wished.get(offer.pk, 0),
            promised=promised[offer.vacancy_id],
            hired=hired[offer.vacancy_id],
        )
        for offer in offers.order_by("booth__number", "pk")
    ]


def latest_arrivals(people: ReferralQuerySet) -> list[ReferredPerson]:
    """2 queries."""
    return [person_of(referral) for referral in people.attended().for_page().latest_first()[:RECENT]]


def rhythm_of(fair: Fair) -> list[Arrivals]:
    """Quarters of an hour from the first arrival to the last, empty ones included. 1 query."""
    slots = Counter(_quarter(at) for at in fair.referrals.attended().values_list("checked_in_at", flat=True))
    if not slots:
        return []
    first, last, most = min(slots), max(slots), max(slots.values())
    times = [first + n * SLOT for n in range(int((last - first) / SLOT) + 1)]
    return [Arrivals(at, slots[at], round(100 * slots[at] / most)) for at in times]


def reasons_of(fair: Fair) -> list[tuple[str, str, int]]:
    """(reason, its words, people) of those without a match, most frequent first. 1 query."""
    counted = fair.referrals.filter(result=Result.NO_MATCH).values_list("reason").annotate(n=Count("pk"))
    return [(reason, NoMatchReason(reason).label, n) for reason, n in counted.order_by("-n", "reason")]


def work_place(code: int) -> str:
    """浙江省 · 永康市: the first and the last of the way, which is enough to know how far it is."""
    line = full_name(code).split(SEPARATOR)
    return SEPARATOR.join(dict.fromkeys([line[0], line[-1]]))


def _by_vacancy(fair: Fair, show: str) -> Counter:
    counted = fair.referrals.filter(FILTERS[show]).values("vacancy").annotate(n=Count("pk")).order_by()
    return Counter(dict(counted.values_list("vacancy", "n")))


def _quarter(at: datetime) -> datetime:
    local = timezone.localtime(at)
    return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
