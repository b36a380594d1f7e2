"""People change from one trip to another: the bus broke down, the new one has fewer seats, a train goes instead."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from kit.days import local_day
from kit.refusals import Refusal
from staff.models import User
from transport import locking
from transport.choices import ReleaseReason, StopKind, TripState
from transport.models import Booking, Seat, Standby, Stop, Trip
from transport.refusals import SameTrip, TripFull, TripHasLeft, TripNotOpen
from transport.rules import seating
from transport.rules.minors import minors_alone
from transport.rules.stops import likeness, still_ahead, stop_like, stop_where_they_stand, within_reach
from transport.services.boarding import step_off
from transport.services.booking import Wish, seat_person, take_all_free_seats
from transport.services.freed_seats import offer_freed_seats
from transport.services.leaving import cancel_trip, end_on_the_road
from transport.services.planning import NewTrip, add_stop, open_trip, plan_trip
from transport.services.seats import free_seat, look_after_minors
from transport.services.standby import carry_standby, goes_to_work_of
from transport.services.stops import NewStop, as_planned
from transport.ways import way_from

OF_A_VEHICLE = {"plate": "", "permit_no": "", "drivers": ()}


@dataclass(frozen=True)
class Moved:
    """One person: `now` on the other trip, or still where they were, because of `refusal`."""

    before: Booking
    now: Booking | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Change:
    """What is asked for: `reasons` as on `Wish`, of all who need one, and `own` those of single people, by the key of
    their booking. `pickup` is where all of them get on.

    `passed` is the last stop of a vehicle that broke down on the road: who is aboard is nearer to it than to theirs.
    """

    target: Trip
    reasons: Mapping[str, str]
    own: Mapping[int, Mapping[str, str]]
    pickup: Stop | None
    pickups: list[Stop]
    passed: Stop | None

    def reasons_of(self, booking: Booking) -> Mapping[str, str]:
        return {**self.reasons, **self.own.get(booking.pk, {})}


@transaction.atomic
def move_people(
    *,
    source: Trip,
    target: Trip,
    bookings: Iterable[Booking],
    by: User | None,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
    own_reasons: Mapping[int, Mapping[str, str]] | None = None,
    pickup: Stop | None = None,
    cancel_emptied: str = "",
) -> list[Moved]:
    """Each household changes as one or stays as one; larger ones first, then in the order of their bookings.

    All in one transaction. Whoever has already changed, arrived or given up the seat is left out. `cancel_emptied` says
    why the first trip ends should nobody be left on it, on the road too; who waits for it then waits for the other.
    """
    if source.pk == target.pk:
        raise SameTrip
    source, target = locking.two_trips(source, target)
    _check_may_change(source, target, at)
    passed = None if source.has_not_left else source.stops.pickups().last()
    change = Change(target, reasons or {}, own_reasons or {}, pickup, list(target.stops.pickups()), passed)
    chosen = {booking.pk for booking in bookings}
    people = locking.each_booking(source, lambda rows: rows.not_arrived().filter(pk__in=chosen))
    free = take_all_free_seats(target)
    moved = [outcome for group in _households(people) for outcome in _move_group(group, free, change, by=by, at=at)]
    for outcome in moved:
        if outcome.now:
            look_after_minors(outcome.before, by=by, at=at)
    gone = [outcome.before for outcome in moved if outcome.now]
    _free_seats_of(source, gone, at, goes_on=not cancel_emptied.strip())
    _settle_source(source, target, cancel_emptied.strip(), by=by, at=at)
    return sorted(moved, key=lambda outcome: outcome.before.seat.number)


def _free_seats_of(source: Trip, gone: list[Booking], at: datetime, *, goes_on: bool) -> None:
    """To the standby list, where one person or household changes. Where many do, or nobody is left, the vehicle may
    not go at all: nobody is seated there by itself until the organiser says so.
    """
    if not gone:
        return
    if goes_on and len(_households(gone)) == 1 and source.bookings.not_arrived().exists():
        offer_freed_seats(source)
    else:
        source.seated_by_hand_since = at
        source.save(update_fields=["seated_by_hand_since"])


@dataclass(frozen=True)
class Transfer:
    """`target` may have been planned for it; nobody is left on a source that `is_emptied`.

    `left_alone` are people of 16 and 17 who stay for a night without the adult of their household who changes. `torn`
    are the households of which some change and some stay, who were not asked for. `gone_before` were asked for and had
    changed already. Of those who waited for the first trip some `follow`, and wait for the other one in the order in
    which they asked; the others wait for nothing any more (`wait_no_more`), and their cadre is asked.
    """

    target: Trip
    moved: list[Moved]
    left_alone: list[Booking]
    torn: list[tuple[list[Moved], list[Booking]]]
    is_emptied: bool
    gone_before: int
    follow: list[Standby]
    wait_no_more: list[Standby]

    @property
    def went(self) -> list[Moved]:
        return [person for person in self.moved if person.now]

    @property
    def stayed(self) -> list[Moved]:
        return [person for person in self.moved if person.refusal]

    @property
    def why_stayed(self) -> list[tuple[Refusal, list[Moved]]]:
        """Those who stay by the same reason, most people first."""
        groups: dict[str, list[Moved]] = {}
        for person in self.stayed:
            groups.setdefault(str(person.refusal), []).append(person)
        return sorted(((people[0].refusal, people) for people in groups.values()), key=lambda pair: -len(pair[1]))


@transaction.atomic
def transfer(
    *,
    source: Trip,
    target: Trip | None,
    by: User | None,
    at: datetime,
    departs_at: datetime | None = None,
    stands_at: str = "",
    meets_at: datetime | None = None,
    once: UUID | None = None,
    **asked,
) -> Transfer:
    """To another trip, or, without one, to a second vehicle like the first, which takes bookings at once.

    The second one leaves at `departs_at`, and from the place where the first `stands_at` on the road; a form sent twice
    plans it `once`. Another trip stops there too, and everybody gets on there when the two meet at `meets_at`.
    """
    waited = list(source.standbys.waiting().in_order().select_related("worker", "case"))
    if target is not None and stands_at and meets_at:
        source, target = locking.two_trips(source, target)
        _check_may_change(source, target, at)
        asked["pickup"] = _meeting(source, target, stands_at, meets_at)
    if target is None:
        source = locking.trip_alone(source)
        later = departs_at - source.departs_at if departs_at else timedelta(0)
        plan = plan_like(source, later=later, **OF_A_VEHICLE)
        copy = plan_trip(plan=_from_the_road(plan, stands_at) if stands_at else plan, by=by, at=at, once=once)
        target = open_trip(trip=copy, by=by, at=at)
    moved = move_people(source=source, target=target, by=by, at=at, **asked)
    left = list(source.bookings.not_arrived().select_related("worker", "seat"))
    torn = _torn(left, moved)
    alone = minors_alone(source, left)
    left_alone = [booking for _went, stay in torn for booking in stay if booking.pk in alone]
    gone = _gone_before(source, asked["bookings"], moved)
    follow, wait_no_more = _of_those_who_waited(waited, target)
    return Transfer(target, moved, left_alone, torn, bool(moved) and not left, gone, follow, wait_no_more)


def _meeting(source: Trip, target: Trip, place: str, meets_at: datetime) -> Stop:
    """A stop of its own on the locked target: its own people keep theirs. The same again is the same stop.

    Of the division of the last stop that the first vehicle has passed, for nobody knows a nearer one.
    """
    if same := target.stops.pickups().filter(name=place, at=meets_at).first():
        return same
    area = source.stops.pickups().select_related("area").last().area
    there = NewStop(StopKind.PICKUP, place, area, at=meets_at, gather_at=meets_at)
    add_stop(trip=target, stop=there)
    return target.stops.pickups().get(name=place, at=meets_at)


def _from_the_road(plan: NewTrip, place: str) -> NewTrip:
    """Everybody gets on there, when it leaves."""
    *_, last = [stop for stop in plan.stops if stop.kind == StopKind.PICKUP]
    there = NewStop(StopKind.PICKUP, place, last.area, at=plan.departs_at, gather_at=plan.departs_at)
    return replace(plan, stops=[there, *(stop for stop in plan.stops if stop.kind == StopKind.DROPOFF)])


def _gone_before(source: Trip, asked: Iterable[Booking], moved: list[Moved]) -> int:
    others = {booking.pk for booking in asked} - {person.before.pk for person in moved}
    return source.bookings.filter(pk__in=others, released_because=ReleaseReason.OTHER_TRIP).count()


def _torn(left: list[Booking], moved: list[Moved]) -> list[tuple[list[Moved], list[Booking]]]:
    went, stay = defaultdict(list), defaultdict(list)
    for person in moved:
        if person.now and person.before.worker.household_id:
            went[person.before.worker.household_id].append(person)
    for booking in left:
        stay[booking.worker.household_id].append(booking)
    return [(people, stay[household]) for household, people in went.items() if household in stay]


def _of_those_who_waited(waited: list[Standby], target: Trip) -> tuple[list[Standby], list[Standby]]:
    """Of whom the first trip's list had before: who waits for the other one now, and who for none."""
    cases = [standby.case_id for standby in waited]
    still = set(Standby.objects.waiting().filter(case__in=cases).values_list("pk", flat=True))
    there = set(target.standbys.waiting().filter(case__in=cases).values_list("case", flat=True))
    seated = set(Booking.objects.active().filter(case__in=cases).values_list("case", flat=True))
    follow = [standby for standby in waited if standby.case_id in there]
    gone = [s for s in waited if s.pk not in still and s.case_id not in there | seated]
    return follow, gone


def preview_transfer(**asked) -> Transfer:
    """Who would change and who would not: the same deed, taken back before anybody sees it."""
    with transaction.atomic():
        seen = transfer(**asked)
        transaction.set_rollback(True)
    return seen


@transaction.atomic
def copy_trip(
    *, trip: Trip, by: User | None, at: datetime, day: date | None = None, once: UUID | None = None, **changes
) -> Trip:
    """The same stops and times, on another day if one is named. Plate, permit and drivers are those of a vehicle."""
    trip = locking.trip_alone(trip)
    later = timedelta(days=(day - local_day(trip.departs_at)).days) if day else timedelta(0)
    return plan_trip(plan=plan_like(trip, later=later, **{**OF_A_VEHICLE, **changes}), by=by, at=at, once=once)


def plan_like(trip: Trip, *, later: timedelta = timedelta(0), **changes) -> NewTrip:
    stops = [_stop_like(stop, later) for stop in trip.stops.select_related("area")]
    names = NewTrip.__dataclass_fields__.keys() - {"stops", "departs_at", "arrives_at"}
    kept = {name: getattr(trip, name) for name in names}
    times = {"departs_at": trip.departs_at + later, "arrives_at": trip.arrives_at + later}
    return NewTrip(stops=stops, **{**kept, **times, **changes})


def _stop_like(stop: Stop, later: timedelta) -> NewStop:
    gather_at = stop.gather_at and stop.gather_at + later
    return replace(as_planned(stop), at=stop.at + later, gather_at=gather_at, pk=None)


def _check_may_change(source: Trip, target: Trip, at: datetime) -> None:
    """From a vehicle that broke down on the road too."""
    if not (source.has_not_left or source.state == TripState.DEPARTED):
        raise TripHasLeft
    if not target.takes_bookings or (target.state == TripState.OPEN and target.departs_at <= at):
        raise TripNotOpen


def _households(people: list[Booking]) -> list[list[Booking]]:
    groups: dict[tuple, list[Booking]] = {}
    for booking in people:
        household = booking.worker.household_id
        groups.setdefault((household, None if household else booking.pk), []).append(booking)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0].pk))


def _move_group(group: list[Booking], free: list[Seat], change: Change, *, by, at: datetime) -> list[Moved]:
    try:
        with transaction.atomic():
            seats = seating.choose_seats(free, len(group))
            if seats is None:
                raise TripFull
            eldest_first = sorted(group, key=lambda booking: (booking.worker.birth_date, booking.pk))
            pairs = zip(eldest_first, seats, strict=True)
            moved = [Moved(before, _move(before, seat, change, by=by, at=at)) for before, seat in pairs]
    except Refusal as refusal:
        return [Moved(before, refusal=refusal) for before in group]
    free[:] = [seat for seat in free if seat not in seats]
    return moved


def _move(before: Booking, seat: Seat, change: Change, *, by: User | None, at: datetime) -> Booking:
    """Off the first trip and onto the second, told by one text; the texts about the first that wait are taken back."""
    booking = locking.booking_of(before)
    pickup, is_there = _pickup(booking, change, at)
    gathers = booking.pickup.gather_at  # nobody goes to the first stop any more
    reasons = change.reasons_of(booking)
    wish = Wish(pickup, luggage=booking.luggage, reasons=reasons, is_there=is_there, until=gathers)
    if booking.is_aboard:
        step_off(booking, by=by, at=at)
        booking = locking.booking_of(booking)
    free_seat(booking, because=ReleaseReason.OTHER_TRIP, by=by, at=at)
    return seat_person(change.target, seat, booking.case, wish, by=by, at=at, told_by="trip_replaced")


def _pickup(booking: Booking, change: Change, at: datetime) -> tuple[Stop | None, bool]:
    """The stop, None for the nearest that can be reached from home, and whether they are there without hurrying.

    Who sits already is where their stop is, and goes on from there. Who is awaited keeps their own stop as long as it
    has not gathered, and also afterwards if they are there by now, since the first trip gathered before.
    """
    ahead = still_ahead(change.pickups, at)
    if booking.is_aboard:
        near = change.passed or booking.pickup
        return change.pickup or stop_where_they_stand(ahead, near, way_from(near.area_id)), True
    own = stop_like(ahead, booking.pickup)
    if change.pickup:
        return change.pickup, _is_unhurried(booking, change.pickup, at)
    if own is None or not (own.gather_at > at or _is_called(booking, at)):
        return None, False
    if _is_unhurried(booking, own, at):
        return own, True
    return next(iter(within_reach([own], way_from(booking.worker.area_id), at)), None), False


def _is_called(booking: Booking, at: datetime) -> bool:
    return booking.is_awaited and booking.pickup.gather_at <= at


def _is_unhurried(booking: Booking, stop: Stop, at: datetime) -> bool:
    """It is their own stop, where they are already, or which the vehicle leaves no earlier than the first one did."""
    is_no_earlier = stop.at >= max(booking.pickup.at, at)
    return bool(likeness(stop, booking.pickup)) and (_is_called(booking, at) or is_no_earlier)


def _settle_source(source: Trip, target: Trip, cancel_because: str, *, by: User | None, at: datetime) -> None:
    """Who waits for a trip that is cancelled waits for the other one if it goes to their work; the cadre asks the rest.

    The freed seats are offered to nobody until the organiser says so: people were just moved away from them.
    """
    if not cancel_because or source.bookings.not_arrived().exists():
        return
    if not source.has_not_left:
        end_on_the_road(trip=source, why=cancel_because, by=by, at=at)
        return
    for standby in locking.all_waiting(source):
        if goes_to_work_of(target, [standby.case]):
            carry_standby(standby, target, by=by, at=at)
    offer_freed_seats(target)
    cancel_trip(trip=source, why=cancel_because, by=by, at=at)
