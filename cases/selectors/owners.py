"""Who may be given the cases of an area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from areas.models import Area
from areas.ranges import Level, in_or_around
from areas.selectors import place_names
from cases.models import Case
from staff.models import Posting, User
from staff.roles import CASEWORKERS

SMALL = (Level.TOWNSHIP, Level.VILLAGE)


@dataclass(frozen=True)
class Owner:
    """`place` is every place that the person serves."""

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
    everything = Posting.objects.current(today).in_role(*CASEWORKERS).filter(user__in=postings.values("user"))
    return _one_each(everything.select_related("user").order_by("area_id", "user__display_name", "pk"))


def owner_name(owner_id: int, area: Area) -> str:
    """Of whoever has or had a posting there or below it, or has a case of it; "" for anybody else. 1 query."""
    served = Posting.objects.filter(in_or_around("area_id", [(area.low, area.high)]))
    theirs = Case.objects.filter(worker__area_id__gte=area.low, worker__area_id__lt=area.high, owner=OuterRef("pk"))
    known = User.objects.filter(Q(pk__in=served.values("user")) | Exists(theirs))
    return str(known.filter(pk=owner_id).first() or "")


def _one_each(postings: Iterable[Posting]) -> tuple[Owner, ...]:
    served: dict[User, list[int]] = {}
    for posting in postings:
        served.setdefault(posting.user, []).append(posting.area_id)
    return tuple(Owner(user.pk, str(user), place_names(areas)) for user, areas in served.items())
