"""The page of one trip: seven queries, however many people are on it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from notifications import templates
from notifications.choices import Reason
from notifications.models import Message
from staff.roles import TRIP_READERS
from transport import policies
from transport.choices import AWAITED, BookingState, ReleaseReason
from transport.models import Booking, Seat, Standby, Stop, Trip
from transport.rules import seating
from transport.rules.cars import Car
from transport.rules.driving import minutes_between
from transport.selectors.crew import DriverCard, driver_card
from transport.selectors.fit import fit_of
from transport.selectors.people import Passenger, jobs_of, passengers_of

LOOKED_AT = 20
FREE = "free"
LOOKS = (BookingState.BOARDED, BookingState.CONFIRMED, BookingState.RESERVED, BookingState.NO_SHOW, FREE)
SHOWN = {BookingState.ARRIVED: BookingState.BOARDED}
TEXT_FAILED = (Message.State.FAILED, Message.State.UNKNOWN, Message.State.SUPPRESSED)
TEXT_SENT = (Message.State.SENT, Message.State.DELIVERED)


@dataclass(frozen=True)
class SeatView:
    """A seat of the map. `look` is the state of the booking, or free; `joined` links it to the next seat."""

    seat: Seat
    look: str
    passenger: Passenger | None = None
    joined: bool = False


@dataclass(frozen=True)
class SeatRow:
    """Seats from the door side; the aisle lies after `aisle_after` of them, or nowhere (0) in the back row."""

    number: int
    seats: list[SeatView]
    aisle_after: int


@dataclass(frozen=True)
class CarLine:
    """One car of a train or block of an aeroplane: how many places look like what, and the first that is free."""

    car: Car
    counts: Counter
    first_free: Seat | None

    @property
    def taken(self) -> int:
        return self.car.places - self.counts[FREE]


@dataclass(frozen=True)
class StopLine:
    """`expected` people use the stop; `there` are aboard (pick-up) or confirmed to have arrived (drop-off)."""

    stop: Stop
    expected: int
    there: int
    missing: int

    @property
    def is_done(self) -> bool:
        """Everybody is there or known to be missing."""
        return 0 < self.expected <= self.there + self.missing

    @property
    def to_come(self) -> int:
        return self.expected - self.there - self.missing


@dataclass(frozen=True)
class Group:
    """A household, or one person, on the standby list. `fit` is together, apart or none."""

    standbys: list[Standby]
    fit: str
    seats: list[Seat]
    other_trip: Trip | None = None

    @property
    def first(self) -> Standby:
        return self.standbys[0]

    @property
    def seat_words(self) -> str:
        return ", ".join(seat.name for seat in self.seats)


@dataclass(frozen=True)
class TextLine:
    template: str
    last_at: datetime
    total: int
    sent: int
    failed: int

    @property
    def title(self) -> str:
        return templates.title_of(self.template)


@dataclass(frozen=True)
class TripPage:
    """`others` are passengers whose names the reader may not know. `waiting_people` counts heads, not groups.

    `went_on_with` are the trips that people of this one have now, with their number (`people_now`).
    """

    trip: Trip
    stops: list[StopLine]
    rows: list[SeatRow]
    cars: list[CarLine]
    passengers: list[Passenger]
    others: int
    counts: Counter
    groups: list[Group]
    waiting_people: int
    texts: list[TextLine]
    drivers: DriverCard | None
    next_stop: StopLine | None
    houses: int
    first_free: Seat | None
    arrived: int
    missed: int
    minutes_left: int | None
    went_on_with: list[Trip]

    @property
    def looks(self) -> list[tuple[str, int]]:
        """How many seats look like that, in the order of the legend; nobody is awaited by a vehicle that has left."""
        looks = LOOKS if self.trip.has_not_left else (BookingState.BOARDED, FREE)
        return [(look, self.counts[look]) for look in looks if self.trip.has_not_left or self.counts[look]]

    @property
    def seated(self) -> int:
        """People with a seat, those found missing included."""
        return self.counts.total() - self.counts[FREE]

    @property
    def still_to_come(self) -> int:
        return sum(self.counts[state] for state in AWAITED)

    @property
    def pickup_count(self) -> int:
        return sum(line.stop.is_pickup for line in self.stops)

    @property
    def dropoff_count(self) -> int:
        return len(self.stops) - self.pickup_count

    @property
    def names(self) -> list[str]:
        """As a manifest will print them."""
        return [person.worker.name for person in self.passengers]

    @property
    def texts_failed(self) -> int:
        return sum(line.failed for line in self.texts)


def trip_page(*, trip: Trip, user, now: datetime) -> TripPage:
    stops = list(trip.stops.all())
    sees_all = policies.can_see_all_names(user, trip)
    people = passengers_of(trip, stops, ranges=user.ranges_as(*TRIP_READERS), sees_all=sees_all)
    seated = [person for person in people if person.booking.is_active]
    views = seat_views(list(trip.seats.in_order()), seated)
    groups = standby_groups(trip, views, user, sees_all, now)
    lines = stop_lines(stops, people)
    return TripPage(
        trip=trip,
        stops=lines,
        rows=seat_rows(views) if trip.has_seat_map else [],
        cars=[_car_line(car, views) for car in trip.car_list],
        passengers=sorted((p for p in people if p.is_named), key=lambda p: p.attention),
        others=sum(not person.is_named for person in seated),
        counts=Counter(view.look for view in views),
        groups=groups,
        waiting_people=sum(len(group.standbys) for group in groups),
        texts=text_lines(people) if sees_all else [],
        drivers=driver_card(trip),
        next_stop=next((line for line in lines if line.stop.is_pickup and line.stop.at > now), None),
        houses=len({person.house for person in seated} - {""}),
        first_free=next((view.seat for view in views if view.look == FREE), None),
        arrived=sum(person.booking.state == BookingState.ARRIVED for person in people),
        missed=sum(person.booking.is_missing for person in people),
        minutes_left=_minutes_left(trip, now),
        went_on_with=trips_taken_instead(trip) if trip.seated_by_hand_since else [],
    )


def trips_taken_instead(trip: Trip) -> list[Trip]:
    moved = trip.bookings.filter(released_because=ReleaseReason.OTHER_TRIP).values("case")
    now = Q(bookings__case__in=moved, bookings__released_at=None)
    trips = Trip.objects.filter(now).exclude(pk=trip.pk)
    return list(trips.annotate(people_now=Count("bookings", filter=now, distinct=True)).order_by("departs_at", "pk"))


def seat_views(seats: list[Seat], seated: list[Passenger]) -> list[SeatView]:
    on = {person.booking.seat_id: person for person in seated}
    views = []
    for seat, following in zip(seats, [*seats[1:], None], strict=True):
        person, beside = on.get(seat.pk), following and on.get(following.pk)
        look = SHOWN.get(person.booking.state, person.booking.state) if person else FREE
        views.append(SeatView(seat, look, person, joined=_are_joined(seat, following, person, beside)))
    return views


def seat_rows(views: list[SeatView]) -> list[SeatRow]:
    rows: dict[int, list[SeatView]] = {}
    for view in views:
        rows.setdefault(view.seat.row, []).append(view)
    return [SeatRow(number, seats, _aisle_after(seats)) for number, seats in rows.items()]


def _car_line(car: Car, views: list[SeatView]) -> CarLine:
    here = [view for view in views if view.seat.car == car.name]
    free = next((view.seat for view in here if view.look == FREE), None)
    return CarLine(car, Counter(view.look for view in here), free)


def stop_lines(stops: list[Stop], people: list[Passenger]) -> list[StopLine]:
    return [_stop_line(stop, people) for stop in stops]


def standby_groups(trip: Trip, views: list[SeatView], user, sees_all: bool, now: datetime) -> list[Group]:
    """In the order of asking; the free seats are offered to each group in turn, as if it were the only one."""
    waiting = trip.standbys.waiting().in_order().select_related("worker", "case__worker")
    households: dict[str, list[Standby]] = {}
    for standby in waiting if sees_all else waiting.visible_to(user):
        key = f"h{standby.worker.household_id}" if standby.worker.household_id else f"w{standby.worker_id}"
        households.setdefault(key, []).append(standby)
    free = [view.seat for view in views if view.look == FREE]
    groups = [_group(standbys, free) for standbys in households.values()]
    return _with_other_trips(trip, groups, now)


def text_lines(people: list[Passenger]) -> list[TextLine]:
    """What was sent about this trip, by kind, oldest first. A text taken back in time was neither sent nor lost."""
    texts = Message.objects.about(Booking, [person.booking.pk for person in people])
    by_template: dict[str, list] = {}
    still_hold = texts.exclude(failed_reason=Reason.WITHDRAWN)
    for template, state, queued_at in still_hold.values_list("template", "state", "queued_at"):
        by_template.setdefault(template, []).append((queued_at, state))
    lines = [_text_line(template, rows) for template, rows in by_template.items()]
    return sorted(lines, key=lambda line: line.last_at)


def _minutes_left(trip: Trip, now: datetime) -> int | None:
    """Only in the last two hours; before that the time of day says more."""
    left = minutes_between(now, trip.departs_at)
    return left if 0 <= left <= 120 else None


def _are_joined(seat: Seat, following: Seat | None, person: Passenger | None, beside: Passenger | None) -> bool:
    """The two sit next to each other and belong to one household."""
    if not (person and beside and person.house and person.house == beside.house):
        return False
    return seat.row is not None and seat.row == following.row


def _aisle_after(seats: list[SeatView]) -> int:
    columns = [view.seat.column for view in seats]
    return next((i for i in range(1, len(columns)) if columns[i] - columns[i - 1] > 1), 0)


def _stop_line(stop: Stop, people: list[Passenger]) -> StopLine:
    side = "pickup_id" if stop.is_pickup else "dropoff_id"
    users = [person.booking for person in people if getattr(person.booking, side) == stop.pk]
    there = [b for b in users if (b.boarded_at if stop.is_pickup else b.arrived_at)]
    missing = [b for b in users if b.is_missing]
    expected = users if stop.is_pickup else [b for b in users if b.is_active]
    return StopLine(stop, len(expected), len(there), len(missing) if stop.is_pickup else 0)


def _group(standbys: list[Standby], free: list[Seat]) -> Group:
    seats = seating.choose_seats(free, len(standbys)) or []
    fit = "none" if not seats else "together" if seating.are_together(seats) else "apart"
    return Group(standbys, fit, seats)


def _with_other_trips(trip: Trip, groups: list[Group], now: datetime) -> list[Group]:
    """For groups that do not fit: the next trip from here that suits all of them and has room."""
    standbys = [standby for group in groups if group.fit == "none" for standby in group.standbys]
    if not standbys:
        return groups
    places = {case_id: job.area_id for case_id, job in jobs_of(standby.case_id for standby in standbys).items()}
    later = Trip.objects.bookable(now).filter(area=trip.area_id, departs_at__gt=trip.departs_at)
    fitting = later.stopping_in_a_city_of(set(places.values())).with_counts().prefetch_related("stops")
    candidates = list(fitting.order_by("departs_at")[:LOOKED_AT])
    return [
        group if group.fit != "none" else Group(group.standbys, "none", [], _with_room(candidates, group, places, now))
        for group in groups
    ]


def _with_room(trips: list[Trip], group: Group, places: dict[int, int], now: datetime) -> Trip | None:
    room = (trip for trip in trips if trip.capacity - trip.seats_taken >= len(group.standbys))
    return next((trip for trip in room if _suits_all(trip, group, places, now)), None)


def _suits_all(trip: Trip, group: Group, places: dict[int, int], now: datetime) -> bool:
    stops = trip.stops.all()
    return all(fit_of(stops, waiting.case, places.get(waiting.case_id), now).suits for waiting in group.standbys)


def _text_line(template: str, rows: list) -> TextLine:
    states = Counter(state for _, state in rows)
    return TextLine(
        template=template,
        last_at=max(queued_at for queued_at, _ in rows),
        total=len(rows),
        sent=sum(states[state] for state in TEXT_SENT),
        failed=sum(states[state] for state in TEXT_FAILED),
    )
