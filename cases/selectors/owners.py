"""Who may be given the cases of an area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from areas.models import Area
from areas.ranges import Level, in_or_around
from areas.selectors import place_name
from staff.models import Posting
from staff.roles import CASEWORKERS

SMALL = (Level.TOWNSHIP, Level.VILLAGE)


@dataclass(frozen=True)
class Owner:
    """`place` is where the person serves, widest first."""

    pk: int
    name: str
    place: str


def owners_in_and_around(area: Area, today: date) -> tuple[Owner, ...]:
    """Cadres and supervisors who serve the area; in a township also those of its villages. By place, then name.

    A county has hundreds of village cadres: choose a township first.
    """
    postings = Posting.objects.current(today).in_role(*CASEWORKERS).filter(user__is_active=True)
    if area.level in SMALL:
        postings = postings.filter(in_or_around("area_id", [(area.low, area.high)]))
    else:
        postings = postings.covering(area.pk)
    return tuple(_first_of_each(postings.select_related("user").order_by("area_id", "user__display_name", "pk")))


def _first_of_each(postings: Iterable[Posting]) -> Iterable[Owner]:
    seen: set[int] = set()
    for posting in postings:
        if posting.user_id not in seen:
            seen.add(posting.user_id)
            yield Owner(posting.user_id, str(posting.user), place_name(posting.area_id))
