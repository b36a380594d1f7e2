"""Adjectives of trips, seats and bookings."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from areas.ranges import WIDTHS, Level, Range, code_at, in_or_around, in_ranges
from kit import sql
from staff.querysets import Scoped, ranges_of
from staff.roles import BOOKERS, TRIP_LEADERS, TRIP_READERS, TRIP_WATCHERS, Role
from transport.choices import AWAITED, BOOKABLE, NOT_YET_LEFT, UNDER_WAY, BookingState, StopKind, TripState
from transport.rules.stops import cities_of

COUNTY = WIDTHS[Level.COUNTY]
ON_BOARD = (BookingState.BOARDED, BookingState.ARRIVED)


def neighbourhood(ranges: tuple[Range, ...]) -> Q:
    """Trips run anywhere in the counties of these ranges, or by a division above them."""
    wide = [(code_at(low, Level.COUNTY), max(high, code_at(low, Level.COUNTY) + COUNTY)) for low, high in ranges]
    above = {code_at(low, level) for low, _ in ranges for level in (Level.PROVINCE, Level.PREFECTURE)}
    return in_ranges("area_id", wide) | Q(area_id__in=above)


def led_by(user, trip: str = "") -> Q:
    """As leader or deputy, and still one of those who may lead there. `trip` is the way to it: "trip__"."""
    there = in_or_around(f"{trip}area_id", ranges_of(user, TRIP_LEADERS))
    return (Q(**{f"{trip}leader": user}) | Q(**{f"{trip}deputy": user})) & there


class TripQuerySet(QuerySet):
    def visible_to(self, user) -> "TripQuerySet":
        """Trips of the person's county, of a division above it, that they lead, or with one of their people on it.

        Seeing a trip is not seeing its passengers: `BookingQuerySet.named_for` decides about names.
        """
        return self._near(user, Role)

    def bookable_by(self, user, at: datetime) -> "TripQuerySet":
        """The same of the places where they book: an auditor of the county next door sees its trips, and fills none."""
        return self._near(user, BOOKERS).bookable(at)

    def _near(self, user, roles: Iterable[str]) -> "TripQuerySet":
        ranges = ranges_of(user, roles)
        own_people = self._bookings().active().filter(in_ranges("area_id", ranges_of(user, TRIP_READERS)))
        return self.filter(neighbourhood(ranges) | Exists(own_people) | led_by(user)) if ranges else self.none()

    def bookable(self, at: datetime) -> "TripQuerySet":
        """Boarding, however late; or open, and its time still to come."""
        return self.filter(Q(state=TripState.BOARDING) | Q(state=TripState.OPEN, departs_at__gt=at))

    def with_people_waiting(self) -> "TripQuerySet":
        return self.filter(Exists(_rows_of("Standby").waiting().filter(trip=OuterRef("pk"))))

    def under_way(self) -> "TripQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def leaving_between(self, first: datetime, last: datetime) -> "TripQuerySet":
        return self.filter(departs_at__gte=first, departs_at__lt=last)

    def going_to(self, area) -> "TripQuerySet":
        """With a drop-off in the area, or in a division that holds it whole."""
        above = {code_at(area.pk, level) for level in WIDTHS}
        inside = in_ranges("area_id", [(area.low, area.high)]) | Q(area_id__in=above)
        stops = _rows_of("Stop").dropoffs().filter(inside, trip=OuterRef("pk"))
        return self.filter(Exists(stops))

    def stopping_in_a_city_of(self, places) -> "TripQuerySet":
        """With a drop-off in the prefecture of one of these places of work."""
        stops = _rows_of("Stop").dropoffs().filter(in_ranges("area_id", cities_of(places)), trip=OuterRef("pk"))
        return self.filter(Exists(stops))

    def with_counts(self) -> "TripQuerySet":
        """`seats_taken`, `people_aboard` and `people_waiting` of each trip, in the same query."""
        return self.annotate(
            seats_taken=_count(self._bookings().active()),
            people_aboard=_count(self._bookings().filter(state__in=ON_BOARD)),
            people_waiting=_count(self._standbys().waiting()),
        )

    def lock_shared(self, pk: int):
        """The trip as it is now, which cannot leave or be cancelled before this transaction ends.

        FOR SHARE, which Django does not speak: bookers of one trip do not wait for each other.
        """
        return sql.fetch(self.model, "SELECT * FROM transport_trip WHERE id = %s FOR SHARE", [pk])[0]

    def lock(self, pk: int):
        return self.select_for_update(no_key=True).get(pk=pk)

    def _bookings(self) -> "BookingQuerySet":
        return _rows_of("Booking").filter(trip=OuterRef("pk")).order_by()

    def _standbys(self) -> "StandbyQuerySet":
        return _rows_of("Standby").filter(trip=OuterRef("pk")).order_by()


class StopQuerySet(QuerySet):
    def pickups(self) -> "StopQuerySet":
        return self.filter(kind=StopKind.PICKUP)

    def dropoffs(self) -> "StopQuerySet":
        return self.filter(kind=StopKind.DROPOFF)

    def of_trip(self, trip_id: int) -> list:
        """Pick-ups, then drop-offs, in driving order."""
        return sql.fetch(self.model, STOPS_OF_TRIP, [trip_id])


# Queries of every booking are written out: putting them together takes Django longer than PostgreSQL to answer them.
FIRST_FREE_SEAT = """
SELECT * FROM transport_seat AS seat
WHERE seat.trip_id = %s
  AND NOT EXISTS (SELECT FROM transport_booking AS b WHERE b.seat_id = seat.id AND b.released_at IS NULL)
ORDER BY seat.number LIMIT 1 FOR UPDATE OF seat
"""
STOPS_OF_TRIP = 'SELECT * FROM transport_stop WHERE trip_id = %s ORDER BY kind DESC, "order"'
BOOKINGS_IN_THE_WAY = """
SELECT * FROM transport_booking
WHERE (released_at IS NULL AND seat_id = %(seat)s)
   OR (trip_id = %(trip)s AND code = %(code)s)
   OR (released_at IS NULL AND arrived_at IS NULL AND worker_id = %(worker)s
       AND departs_at < %(arrives_at)s AND arrives_at > %(departs_at)s)
   OR (released_at IS NULL AND case_id = %(case)s AND state IN ('held', 'confirmed', 'no_show'))
"""


class SeatQuerySet(QuerySet):
    def lock_first_free(self, trip_id: int, *, skip_locked: bool):
        """The free seat with the lowest number, or None. Somebody who locked it a moment ago may have booked it."""
        statement = f"{FIRST_FREE_SEAT} SKIP LOCKED" if skip_locked else FIRST_FREE_SEAT
        return next(iter(sql.fetch(self.model, statement, [trip_id])), None)

    def free(self) -> "SeatQuerySet":
        return self.filter(~Exists(_rows_of("Booking").active().filter(seat=OuterRef("pk")).order_by()))

    def in_order(self) -> "SeatQuerySet":
        return self.order_by("number")


class OnTrips(Scoped):
    """Rows of people on a trip, or waiting for one."""

    def known_to(self, user):
        """People whose names the user may see: their own, and everybody on trips they run, lead, watch or audit."""
        own = in_ranges(self.area_field, ranges_of(user, TRIP_READERS))
        watched = in_ranges("trip__area_id", ranges_of(user, TRIP_WATCHERS))
        return self.filter(own | watched | led_by(user, "trip__"))


class BookingQuerySet(OnTrips, QuerySet):
    def active(self) -> "BookingQuerySet":
        """The seat is theirs: reserved, confirmed, aboard, or missing but not yet given up."""
        return self.filter(released_at=None)

    def not_arrived(self) -> "BookingQuerySet":
        """The seat is theirs and the journey is not over: whom a trip that breaks down has to care for."""
        return self.active().filter(arrived_at=None)

    def in_the_way(self, *, trip, seat, case, code: str) -> list:
        """What forbids a booking: the seat is taken, the person travels at that time or is awaited by another trip to
        the same job, the code is used on this trip.
        """
        times = {"departs_at": trip.departs_at, "arrives_at": trip.arrives_at}
        row = {"seat": seat.pk, "trip": trip.pk, "code": code, "worker": case.worker_id, "case": case.pk}
        return sql.fetch(self.model, BOOKINGS_IN_THE_WAY, row | times)

    def given_up(self, case, *, because: str, at: datetime) -> "BookingQuerySet":
        """Seats of that case that came free at that moment."""
        return self.filter(case=case, released_because=because, released_at=at)

    def awaited(self) -> "BookingQuerySet":
        return self.filter(state__in=AWAITED)

    def not_aboard(self) -> "BookingQuerySet":
        """Has a seat and is not on it: awaited, or missing at the stop."""
        return self.active().exclude(state__in=ON_BOARD)

    def aboard(self) -> "BookingQuerySet":
        return self.filter(state=BookingState.BOARDED)

    def upcoming(self) -> "BookingQuerySet":
        return self.active().filter(trip__state__in=NOT_YET_LEFT)

    def arrival_unknown(self) -> "BookingQuerySet":
        """Left with the vehicle and nobody has said yet that they arrived."""
        return self.aboard().filter(trip__state__in=UNDER_WAY)

    def arrival_overdue(self, now: datetime) -> "BookingQuerySet":
        return self.arrival_unknown().filter(arrives_at__lt=now - timedelta(hours=48))

    def to_remind(self, day: date) -> "BookingQuerySet":
        """Gathers on that local day on a trip that still takes place."""
        return self.awaited().filter(trip__state__in=BOOKABLE, pickup__gather_at__date=day)

    def for_page(self) -> "BookingQuerySet":
        return self.select_related(
            "seat", "pickup", "dropoff", "case__owner", "booked_by", "worker", "worker__area", "worker__area__parent"
        )


END_WAITING = """
UPDATE transport_standby
SET booking_id = CASE WHEN trip_id = %(trip)s THEN %(booking)s END, ended_at = %(at)s, ended_by_id = %(by)s
WHERE worker_id = %(worker)s AND case_id = %(case)s AND ended_at IS NULL
"""


class StandbyQuerySet(OnTrips, QuerySet):
    area_field = "case__area_id"

    def end_by(self, booking) -> None:
        """Whoever has a seat now waits no longer, neither for this trip nor for another to the same job."""
        seated = {"booking": booking.pk, "trip": booking.trip_id, "at": booking.booked_at, "by": booking.booked_by_id}
        with connection.cursor() as cursor:
            cursor.execute(END_WAITING, seated | {"worker": booking.worker_id, "case": booking.case_id})

    def waiting(self) -> "StandbyQuerySet":
        return self.filter(ended_at=None)

    def in_order(self) -> "StandbyQuerySet":
        return self.order_by("joined_at", "pk")


def _rows_of(model: str) -> QuerySet:
    """By name: the models import this module for their managers."""
    return apps.get_model("transport", model).objects.all()


def _count(rows: QuerySet) -> Coalesce:
    """Rows of a correlated subquery; a join would multiply the other counts."""
    counted = rows.values("trip").annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
