"""The list of fairs: those ahead page by page, and the latest of those that are over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fairs.models import Fair, FairReferral
from kit.pages import Keyset
from staff.models import User

PAGE, PAST_SHOWN = 50, 20
SOONEST_FIRST = Keyset("starts_at", "pk")
NOBODY = {"invited": 0, "came": 0, "hired": 0}


@dataclass(frozen=True)
class FairList:
    """`ahead` counts all of them, not those of the page alone; `next_after` is the key of the next page, None on the
    last. What is past stands on the first page."""

    upcoming: list[Fair]
    past: list[Fair]
    ahead: int
    next_after: str | None


def fair_list(*, user: User, now: datetime, after: str) -> FairList:
    """4 queries: how many are ahead, those shown, the past, and the people of all that are shown."""
    seen = Fair.objects.visible_to(user)
    ahead = seen.upcoming(now)
    upcoming, next_after = SOONEST_FIRST.page(ahead.select_related("area"), after, PAGE)
    over = seen.past(now).select_related("area").order_by("-starts_at", "-pk")
    past = [] if SOONEST_FIRST.read(Fair, after) else list(over[:PAST_SHOWN])
    _count_people([*upcoming, *past])
    return FairList(upcoming, past, ahead.count(), next_after)


def _count_people(fairs: Iterable[Fair]) -> None:
    """As `with_counts` does, of these alone: a query that sorts all fairs would count the people of all."""
    counted = {row.pop("fair"): row for row in FairReferral.objects.filter(fair__in=fairs).people_by_fair()}
    for fair in fairs:
        vars(fair).update(counted.get(fair.pk, NOBODY))
