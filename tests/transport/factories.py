"""Trips and the people on them, made by the services themselves, so that every row is one the product can make.

TripFactory(open=True)            49 seats, three pick-ups in Zhijin, three drop-offs in Zhejiang, 13:00 tomorrow
TripFactory(open=True, full=True, layout="places", capacity=2)
PlacedCaseFactory(area=FENGPING)  a case in state placed that needs transport, with its placement
BookingFactory(trip=trip, boarded=True)
"""

from datetime import date, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from areas.models import Area
from cases import services as cases
from cases.models import Case
from jobs.models import Employer, Placement
from jobs.services import confirm_placement
from tests.staff.factories import FENGPING, HUAQI, MAOCHANG, ZHIJIN, area_of
from tests.workers.factories import NOON, WorkerFactory
from transport import services
from transport.models import Booking, Trip
from transport.services import NewStop, NewTrip

TOMORROW = date(2026, 3, 6)
YONGKANG = 330784000000
TAIZHOU = 331000000000
NINGBO = 330200000000


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


BOARDING_TIME = local(TOMORROW, 10, 40)
DEPARTURE = local(TOMORROW, 13)


def zhijin_stops(day: date = TOMORROW, to: int = NINGBO) -> list[NewStop]:
    """The stops of the coach in the mocks."""
    next_day = day + timedelta(days=1)
    return [
        pickup("猫场镇政府广场", MAOCHANG, local(day, 10, 30), local(day, 11), landmark="老槐树下"),
        pickup("化起镇客运站", HUAQI, local(day, 11, 40), local(day, 12)),
        pickup("织金客运总站", ZHIJIN, local(day, 12, 40), local(day, 13), landmark="3号门"),
        dropoff("永康", YONGKANG, local(next_day, 11, 30)),
        dropoff("台州", TAIZHOU, local(next_day, 13, 20)),
        dropoff("宁波", to, local(next_day, 15, 40)),
    ]


def stops_of(trip: Trip) -> list[NewStop]:
    """As its form sends them back."""
    return [
        NewStop(**{name: getattr(stop, name) for name in NewStop.__dataclass_fields__})
        for stop in trip.stops.select_related("area")
    ]


def pickup(name, area, gather_at, at, landmark=""):
    return NewStop("pickup", name, area_of(area), at, gather_at, landmark, "冉桃", "0857-7620001")


def dropoff(name, area, at):
    return NewStop("dropoff", name, area_of(area), at, contact_name="周建", contact_phone="0574-87310002")


def plan(**changes) -> NewTrip:
    """The plan of the coach in the mocks, with some of it changed."""
    whole = {
        "area": area_of(ZHIJIN),
        "departs_at": DEPARTURE,
        "arrives_at": DEPARTURE + timedelta(hours=27),
        "stops": zhijin_stops(),
        "plate": "贵F·99904",
    }
    return NewTrip(**{**whole, **changes})


class TripFactory(DjangoModelFactory):
    """Traits: open, full. `day` moves the whole trip; anything else goes to the plan."""

    class Meta:
        model = Trip

    day = TOMORROW
    area = ZHIJIN
    open = False
    full = False
    drivers = [{"name": "安海", "joins_at": ""}, {"name": "岑良", "joins_at": ""}, {"name": "潘捷", "joins_at": ""}]

    @classmethod
    def _create(cls, model_class, *, day, area, open, full, **plan):
        plan = {"stops": zhijin_stops(day), "departs_at": local(day, 13), **plan}
        plan = {"arrives_at": local(day + timedelta(days=1), 15, 40), "plate": "贵F·99904", **plan}
        trip = services.plan_trip(plan=NewTrip(area=area_of(area), **plan), by=None, at=NOON)
        if open or full:
            trip = services.open_trip(trip=trip, by=None, at=NOON)
        for _ in range(trip.capacity if full else 0):
            BookingFactory(trip=trip)
        return trip


class EmployerFactory(DjangoModelFactory):
    class Meta:
        model = Employer

    name = factory.Iterator(["慈溪小家电厂", "永康五金厂", "台州阀门厂"])
    area = factory.LazyFunction(lambda: area_of(NINGBO))
    created_at = NOON


class PlacedCaseFactory(DjangoModelFactory):
    """`work` is the area of the job; `worker` or its fields (area, birth_date, household, name) say who."""

    class Meta:
        model = Case

    area = FENGPING
    work = NINGBO
    needs_transport = True
    placed = True

    @classmethod
    def _create(cls, model_class, *, area, work, needs_transport, placed, worker=None, **person):
        worker = worker or WorkerFactory(area=area, unemployed=True, **person)
        case = cases.open_case(worker=worker, flag=None, by=None, at=NOON)
        spoke = {"channel": "call", "outcome": "spoke_to_worker", "status": "unemployed_willing"}
        cases.record_contact(case=case, happened_at=NOON, by=None, at=NOON, **spoke)
        if placed:
            place(case, work=work, needs_transport=needs_transport)
        return Case.objects.select_related("worker").get(pk=case.pk)


def place(
    case: Case,
    *,
    work: int = NINGBO,
    needs_transport: bool = True,
    start_on: date = TOMORROW + timedelta(days=3),
    at: datetime = NOON,
) -> Placement:
    return confirm_placement(
        case=case,
        employer=Employer.objects.first() or EmployerFactory(),
        vacancy=None,
        area=Area.objects.get(pk=work),
        start_on=start_on,
        wage=5000,
        evidence="worker_word",
        needs_transport=needs_transport,
        found_through="introduction",
        by=None,
        at=at,
    )


class BookingFactory(DjangoModelFactory):
    """Traits: confirmed, boarded, missed. Without a case somebody new is placed first."""

    class Meta:
        model = Booking

    case = None
    confirmed = False
    boarded = False
    missed = False

    @classmethod
    def _create(cls, model_class, *, trip, case, confirmed, boarded, missed, at=NOON, **wish):
        booking = services.book_seat(trip=trip, case=case or PlacedCaseFactory(), by=None, at=at, **wish)
        if confirmed:
            booking = services.confirm_seat(booking=booking, by=None, at=at)
        if boarded:
            booking = services.board(trip=trip, code=booking.code, by=None, at=BOARDING_TIME).booking
        if missed:
            booking = services.mark_no_show(booking=booking, by=None, at=BOARDING_TIME)
        return booking
