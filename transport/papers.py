"""The manifest, in three copies, and the boarding ticket."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kit.papers import qr_svg, render_pdf
from staff.models import User
from transport.choices import TripState
from transport.models import Booking, Seat, Stop, Trip
from transport.rules import layouts
from transport.rules.cars import Car, place_of
from transport.selectors.people import Passenger, passengers_of
from transport.selectors.trip_page import trips_taken_instead
from transport.texts import seat_words, stop_and_landmark
from workers.choices import Sex
from workers.models import Worker

POSTED, SEALED, OFFICE = "posted", "sealed", "office"
COPIES = (POSTED, SEALED, OFFICE)
PAPER_LANGUAGE = "zh-hans"
ROWS_OF_A_COLUMN = 25
ROWS_OF_A_WIDE_PAGE = 25
# Millimetres between the margins of the columns whose words may be long, as manifest.html sets them.
WIDTHS = {"seat": 6.4, "name": 14.5, "home": 21, "employer": 16}
WIDE_WIDTHS = {"seat": 7.4, "name": 22, "home": 34, "employer": 37, "met_by": 31, "contact": 40}
TICKET_LINE = 24
"""Characters from which a line of a ticket needs the smaller type."""
HOTLINE = "12333"


@dataclass(frozen=True)
class ManifestRow:
    """A seat on the list, with its passenger or empty. ID and phone are as this copy may show them."""

    seat: Seat
    passenger: Passenger | None = None
    id_number: str = ""
    phone: str = ""
    home: str = ""
    met_by: str = ""
    contact: str = ""

    @property
    def place(self) -> str:
        """What the seat is called on the sheet: the car stands above the list."""
        return "".join(place_of(self.seat.label)) if self.seat.car else self.seat.label


@dataclass(frozen=True)
class Page:
    """One sheet: columns of rows, all of one car where the trip has cars."""

    columns: list[list[ManifestRow]]
    car: Car | None = None

    @property
    def longest_place(self) -> str:
        """What all of them are called in one size."""
        return max((line.place for lines in self.columns for line in lines), key=len, default="")


@dataclass(frozen=True)
class Totals:
    people: int
    men: int
    women: int
    free: int
    luggage: int
    employers: int


def manifest(trip: Trip, *, copy: str, car: str = "") -> bytes:
    """A4 across, in Chinese: it is a legal paper of the road. `posted` masks IDs and phones; the others do not.

    Each car has sheets of its own; `car` prints those of one.
    """
    context = manifest_facts(trip, copy=copy, car=car)
    with translation.override(PAPER_LANGUAGE):
        return render_pdf(render_to_string("transport/papers/manifest.html", context), style="manifest")


def manifest_facts(trip: Trip, *, copy: str, car: str = "") -> dict:
    """What stands on it."""
    stops = list(trip.stops.all())
    people = [p for p in passengers_of(trip, stops, sees_all=True) if p.booking.is_active and is_in(p.booking, car)]
    lines = [line for line in _lines(trip, people, in_full=copy != POSTED) if is_in(line, car)]
    return {
        "trip": trip,
        "copy": copy,
        "widths": WIDTHS if copy == POSTED else WIDE_WIDTHS,
        "pages": _pages(trip, lines, copy, car),
        "pickups": [(stop, _count(people, "pickup_id", stop)) for stop in stops if stop.is_pickup],
        "dropoffs": [(stop, _count(people, "dropoff_id", stop)) for stop in stops if not stop.is_pickup],
        "is_met": all(stop.contact_name or stop.contact_phone for stop in stops if not stop.is_pickup),
        "totals": _totals(_places(trip, car), people),
        "instead": trips_taken_instead(trip) if trip.state == TripState.CANCELLED else [],
    }


def passengers_named_on(trip: Trip, car: str = "") -> list[Worker]:
    """Whose numbers a full copy shows: each is written to the access log."""
    bookings = trip.bookings.active().select_related("worker", "seat")
    return [booking.worker for booking in bookings if is_in(booking, car)]


def is_in(seated: Booking | ManifestRow, car: str) -> bool:
    return not car or seated.seat.car == car


def ticket(booking: Booking) -> bytes:
    """Half an A5 sheet a worker keeps in the pocket: when, where, which seat, who meets them, whom to call."""
    words = [booking.trip.title, stop_and_landmark(booking.pickup), booking.worker.name, met_by(booking)]
    context = {
        "booking": booking,
        "trip": booking.trip,
        "seat": seat_words(booking),
        "met_by": met_by(booking),
        "is_long": max(map(len, words)) > TICKET_LINE,
        "qr": qr_svg(boarding_address(booking)),
    }
    with translation.override(PAPER_LANGUAGE):
        return render_pdf(render_to_string("transport/papers/ticket.html", context))


def boarding_address(booking: Booking) -> str:
    """The boarding page with the code filled in, for staff who are signed in. It says nothing about the person."""
    path = reverse("transport:board", args=[booking.trip_id])
    return f"{settings.PUBLIC_BASE_URL}{path}?code={booking.code}"


def _lines(trip: Trip, people: list[Passenger], *, in_full: bool) -> list[ManifestRow]:
    on = {person.booking.seat_id: person for person in people}
    lines = [_line(seat, on.get(seat.pk), in_full) for seat in trip.seats.in_order()]
    if layouts.has_map(trip.layout):
        return lines
    return [line for line in lines if line.passenger]


def _line(seat: Seat, person: Passenger | None, in_full: bool) -> ManifestRow:
    if person is None:
        return ManifestRow(seat)
    worker = person.worker
    home = f"{worker.area.parent.short_name}·{worker.area.local_name}"
    if not in_full:
        return ManifestRow(seat, person, worker.id_number_masked, worker.phone_masked, home)
    trip, phone = person.booking.trip, worker.phone.removeprefix("+86")
    contact = _emergency_contact(person, trip)
    return ManifestRow(seat, person, worker.id_number, phone, home, met_by(person.booking), contact)


def met_by(booking: Booking) -> str:
    """Who waits where they get off; where nobody does, the vehicle leader brings them on."""
    stop, leader = booking.dropoff, booking.trip.leader
    if stop.contact_name or stop.contact_phone:
        return f"{stop.contact_name} {stop.contact_phone}".strip()
    return f"车长 {_with_phone(leader)}" if leader and leader.phone else f"到站等候 {HOTLINE}"


def _emergency_contact(person: Passenger, trip: Trip) -> str:
    """The cadre who looks after them: a work phone, so no third person's number ends up on a list. Never empty."""
    asked = (person.booking.case.owner, person.booking.booked_by, trip.leader, trip.planned_by)
    return next((_with_phone(user) for user in asked if user and user.phone), HOTLINE)


def _with_phone(user: User) -> str:
    return f"{user.display_name} {user.phone}"


def _pages(trip: Trip, lines: list[ManifestRow], copy: str, only: str) -> list[Page]:
    """Posted: two columns of 25. The full copies: one wide table of 25 a page. A car with people begins a new page."""
    if not trip.cars or not (lines or only):
        return [Page(columns) for columns in _columns(lines, copy)]
    in_car = {car.name: [line for line in lines if line.seat.car == car.name] for car in trip.car_list}
    cars = [car for car in trip.car_list if car.name == only or (in_car[car.name] and not only)]
    return [Page(columns, car) for car in cars for columns in _columns(in_car[car.name], copy)]


def _columns(lines: list[ManifestRow], copy: str) -> Iterator[list[list[ManifestRow]]]:
    size = ROWS_OF_A_COLUMN * 2 if copy == POSTED else ROWS_OF_A_WIDE_PAGE
    for start in range(0, max(len(lines), 1), size):
        page = lines[start : start + size]
        right = page[ROWS_OF_A_COLUMN:] if copy == POSTED else []
        yield [page[: len(page) - len(right)], *([right] if right else [])]


def _places(trip: Trip, car: str) -> int:
    return sum(one.places for one in trip.car_list if one.name == car) if car else trip.capacity


def _count(people: list[Passenger], side: str, stop: Stop) -> int:
    return sum(getattr(person.booking, side) == stop.pk for person in people)


def _totals(places: int, people: list[Passenger]) -> Totals:
    men = sum(person.worker.sex == Sex.MALE for person in people)
    return Totals(
        people=len(people),
        men=men,
        women=len(people) - men,
        free=places - len(people),
        luggage=sum(person.booking.luggage for person in people),
        employers=len({person.employer for person in people} - {""}),
    )


def file_name(trip: Trip, copy: str, at: datetime, car: str = "") -> str:
    part = f"-car{_plain_name(trip, car)}" if car else ""
    return f"{trip.code}{part}-{copy}-{at:%Y%m%d-%H%M}.pdf"


def _plain_name(trip: Trip, car: str) -> str:
    """What stands on the car; of one that is called in Chinese its place in the train, fit for any file system."""
    return car if car.isascii() and car.isalnum() else f"{[one['name'] for one in trip.cars].index(car) + 1}"
