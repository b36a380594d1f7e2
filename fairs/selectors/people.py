"""The people of a fair. A figure counts exactly the rows its list shows: both come from `FILTERS`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When

from areas import gazetteer
from areas.selectors import HOME_LEVELS, SEPARATOR, spoken
from cases.models import ContactAttempt, FollowUpEntry
from fairs.choices import PROMISES, NoMatchReason, Result, Withdrawal
from fairs.models import Booth, FairReferral, Wish
from fairs.querysets import ReferralQuerySet
from kit.days import local_day, start_of_day
from kit.pages import Keyset

PAGE = 50
IN_ORDER = Keyset("pk")

CAME = Q(checked_in_at__isnull=False)
ON_LIST = Q(withdrawn_at__isnull=True)
CALLED_OFF = Q(withdrawn_because=Withdrawal.FAIR_CANCELLED)
INVITED = Q(is_walk_in=False) & (ON_LIST | CAME | CALLED_OFF)
PROMISED = Q(result__in=[Result.INTENT, Result.SECOND_INTERVIEW, Result.HIRED])

FILTERS = {
    "all": ON_LIST | CAME,
    "invited": INVITED,
    "confirmed": INVITED & Q(confirmed_at__isnull=False),
    "missing": ON_LIST & ~CAME & Q(result=""),
    "came": CAME,
    "guests": CAME & Q(is_walk_in=False),
    "walk_ins": CAME & Q(is_walk_in=True),
    "undecided": CAME & ON_LIST & Q(result=""),
    "moved_on": CAME & ~ON_LIST & Q(result=""),
    "promised": PROMISED,
    "waiting": Q(result=Result.INTENT),
    "second_interview": Q(result=Result.SECOND_INTERVIEW),
    "hired": Q(result=Result.HIRED),
    "no_match": Q(result=Result.NO_MATCH),
    "no_show": Q(result=Result.NO_SHOW),
    "off_list": ~ON_LIST & ~CAME,
}


@dataclass(frozen=True)
class Numbers:
    """How many people each filter shows. `moved_on` came, left without a result and found another way since."""

    all: int
    invited: int
    confirmed: int
    missing: int
    came: int
    guests: int
    walk_ins: int
    undecided: int
    moved_on: int
    promised: int
    waiting: int
    second_interview: int
    hired: int
    no_match: int
    no_show: int
    off_list: int


@dataclass(frozen=True)
class PeopleFilters:
    """`show` is one of FILTERS; what is not known does not narrow the list. `post` is an offer's number."""

    show: str = "all"
    post: int | None = None
    reason: str = ""

    def matching(self, people: ReferralQuerySet) -> ReferralQuerySet:
        people = people.filter(FILTERS.get(self.show, FILTERS["all"]))
        if self.reason in NoMatchReason.values:
            people = people.filter(reason=self.reason)
        if self.post is None:
            return people
        if self.show in ("promised", "hired"):
            return people.filter(vacancy__offers=self.post)
        return people.filter(wishes__offer=self.post)


@dataclass(frozen=True)
class ReferredPerson:
    """One referral with where its worker lives, in words: village and town, and the town alone."""

    referral: FairReferral
    place: str
    town: str


@dataclass(frozen=True)
class PeoplePage:
    """`next_after` is the key of the next page, None on the last."""

    people: list[ReferredPerson]
    total: int
    next_after: str | None


def numbers_of(people: ReferralQuerySet) -> Numbers:
    """1 query."""
    return Numbers(**people.aggregate(**{name: Count("pk", filter=shown) for name, shown in FILTERS.items()}))


def people_page(people: ReferralQuerySet, filters: PeopleFilters, *, after: str | None = None) -> PeoplePage:
    """3 queries. By key upwards, so that a page never shifts under a thumb."""
    matching = filters.matching(people)
    found, next_after = IN_ORDER.page(matching.for_page(), after, PAGE)
    return PeoplePage([person_of(referral) for referral in found], matching.count(), next_after)


def waiting_at(booth: Booth, codes: Sequence[str] = ()) -> tuple[list[ReferredPerson], int]:
    """Who came for a post at this booth and has no result, and whoever has these door codes; and how many there are.

    Three queries, of the people of one fair.
    """
    came = booth.fair.referrals.filter(FILTERS["undecided"])
    wished = Wish.objects.filter(referral=OuterRef("pk"), offer__booth=booth)
    here = came.filter(Exists(wished) | Q(code__in=codes)) if codes else came.filter(Exists(wished))
    found = here.for_page().order_by(Case(When(code__in=codes, then=0), default=1), "checked_in_at", "pk")
    return [person_of(referral) for referral in found[:PAGE]], here.count()


def person_of(referral: FairReferral) -> ReferredPerson:
    names = home_names(referral.worker.area_id)
    return ReferredPerson(referral, SEPARATOR.join(names), names[0] if names else "")


def home_of(code: int) -> str:
    """猫场镇 · 凤坪村, from the gazetteer in memory."""
    return SEPARATOR.join(home_names(code))


def home_names(code: int) -> list[str]:
    return [spoken(place) for place in gazetteer.lineage(code) if place.level in HOME_LEVELS]


def was_entered_today(referral: FairReferral, user, now: datetime) -> bool:
    """By this person, who may take it back until midnight if nobody has built on it. 1 query."""
    return FairReferral.objects.current().filter(_may_be_taken_back(user, now), pk=referral.pk).exists()


def entered_today(booth: Booth, user, now: datetime) -> list[FairReferral]:
    """Results of this booth that the reader may take back, the last one first. 1 query."""
    posts = booth.offers.values("vacancy")
    wished = Wish.objects.filter(referral=OuterRef("pk"), offer__booth=booth)
    here = Q(vacancy__in=posts) | Q(result=Result.NO_MATCH) & Exists(wished)
    mine = booth.fair.referrals.current().filter(_may_be_taken_back(user, now), here)
    return list(mine.select_related("worker", "vacancy").order_by("-result_at", "-pk")[:PAGE])


def _may_be_taken_back(user, now: datetime) -> Q:
    """Entered by them today. What moved the case stays once the case went on or somebody was called or asked."""
    since = {"case": OuterRef("case"), "entered_at__gt": OuterRef("result_at")}
    built_on = (Exists(kind.objects.standing().filter(**since)) for kind in (ContactAttempt, FollowUpEntry))
    is_last = reduce(and_, (~Q(entry) for entry in built_on), Q(case__state_since__lte=F("result_at")))
    return Q(result_by=user, result_at__gte=start_of_day(local_day(now))) & (Q(result__in=PROMISES) | is_last)
