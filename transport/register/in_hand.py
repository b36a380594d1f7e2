"""The trips ahead that a colleague leads away from where they still serve."""

from django.db.models import Q
from django.utils.translation import ngettext

from areas.ranges import in_or_around
from staff.appointing import handing_over
from staff.models import Posting, User
from staff.roles import TRIP_LEADERS, TRIP_RUNNERS
from transport import policies
from transport.choices import NOT_YET_LEFT
from transport.models import Trip


def words(count: int) -> str:
    return ngettext("%(n)d trip to lead", "%(n)d trips to lead", count) % {"n": count}


def count(user: User, kept: list[Posting]) -> int:
    return _led(user, kept).count()


def hand_on(user, kept, to, by, at) -> int:
    """Only to who may see whole ID numbers where the trip is run; else the other of the crew leads alone."""
    led = _led(user, kept).select_for_update(no_key=True).order_by("pk")
    return sum(not _pass_on(trip, user, to, by, at) for trip in led)


def _pass_on(trip: Trip, user, to, by, at) -> bool:
    """Whoever takes it leads alone if they were the deputy."""
    taker = handing_over.taker_in(trip.area_id, TRIP_LEADERS, first=TRIP_RUNNERS, but=user, to=to, by=by, at=at)
    taker = taker or _other_of_crew(trip, user)
    if taker:
        crew = [taker if person == user else person for person in (trip.leader, trip.deputy)]
        trip.leader, trip.deputy = crew if crew[0] != crew[1] else (crew[0], None)
        trip.save(update_fields=["leader", "deputy"])
    return taker is not None


def _other_of_crew(trip: Trip, user: User) -> User | None:
    other = trip.deputy if trip.leader == user else trip.leader
    return other if other and policies.can_lead(other, trip.area) else None


def _led(user: User, kept: list[Posting]):
    """A township cadre may lead a trip of the county, so what is kept may lie inside the area that runs the trip."""
    served = [(posting.area.low, posting.area.high) for posting in kept if posting.role in TRIP_LEADERS]
    led = Trip.objects.filter(Q(leader=user) | Q(deputy=user), state__in=NOT_YET_LEFT)
    return led.exclude(in_or_around("area_id", served)) if served else led


handing_over.register("trips", handing_over.Kind(words, count, hand_on, TRIP_LEADERS))
