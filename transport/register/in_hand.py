"""The trips ahead that a colleague leads who serves nowhere any more."""

from django.db.models import Q
from django.utils.translation import ngettext

from staff.appointing import handing_over
from staff.models import Posting, User
from transport.choices import NOT_YET_LEFT
from transport.models import Trip


def words(count: int) -> str:
    return ngettext("%(n)d trip to lead", "%(n)d trips to lead", count) % {"n": count}


def count(user: User, kept: list[Posting]) -> int:
    return 0 if kept else _led(user).count()


def hand_on(user, kept, to, by, at) -> int:
    """Whoever takes it leads alone if they were the deputy."""
    taker = to or by
    led = [] if kept else list(_led(user).select_for_update(no_key=True).order_by("pk"))
    for trip in led if taker else ():
        crew = [taker if person == user else person for person in (trip.leader, trip.deputy)]
        trip.leader, trip.deputy = crew if crew[0] != crew[1] else (crew[0], None)
        trip.save(update_fields=["leader", "deputy"])
    return 0 if taker else len(led)


def _led(user: User):
    return Trip.objects.filter(Q(leader=user) | Q(deputy=user), state__in=NOT_YET_LEFT)


handing_over.register("trips", handing_over.Kind(words, count, hand_on))
