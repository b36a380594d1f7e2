"""The fairs and buses of the demo: one of each behind us, one today, one to come, one cancelled."""

import random
from dataclasses import asdict
from datetime import datetime, timedelta

from areas.models import Area
from cases.models import Case
from fairs import services as fairs
from fairs.choices import NoMatchReason, Result
from fairs.models import BoothVacancy, Fair, FairReferral
from fairs.services.results import InterviewResult
from insights.demo.posts import FIRMS
from jobs import services as jobs
from jobs.models import Employer, Vacancy
from kit.days import local_day, local_moment
from staff.models import User
from transport import services as transport
from transport.choices import AWAITED, BookingState, Kind, StopKind
from transport.models import Booking, Stop, Trip
from transport.refusals import TripFull
from transport.rules.cars import Car, CarKind
from transport.rules.layouts import Layout
from transport.services.planning import NewStop, NewTrip

OPENING_DAYS = 140
WHY_NOT = (NoMatchReason.POST, NoMatchReason.WAGE, NoMatchReason.CARE)
COACH_OF_TODAY_BOARDED = 0.7


class Events:
    """Makes them once, and lets the stories take part. `now` is the moment the demo is told from."""

    def __init__(self, *, county: Area, people: dict[str, User], now: datetime):
        self.county, self.now, self.today = county, now, local_day(now)
        self.fair_host, self.driver = people["fair"], people["transport"]
        self.filled: dict[int, int] = {}
        self.employers = self.make_employers()
        self.todays_fair, self.next_fair = self.make_fairs()
        self.past_trip, self.todays_trip, self.next_trip = self.make_trips()
        self.next_train = self.make_train(5)

    def day(self, n: int, hour: int, minute: int = 0) -> datetime:
        return local_moment(self.today + timedelta(days=n), hour, minute)

    def make_employers(self) -> list[Employer]:
        at = self.day(-OPENING_DAYS, 9)
        return [self.make_employer(firm, at) for firm in FIRMS]

    def make_employer(self, firm, at: datetime) -> Employer:
        fields = {"name": firm.name, "kind": firm.kind, "area_id": firm.area_code, "contact_phone": firm.phone}
        employer = jobs.add_employer(fields=fields, by=None, at=at)
        for post in firm.posts:
            terms = {name: getattr(post, name) for name in post.__dataclass_fields__}
            terms |= {"age_min": 16 if post.suits_minors else 18, "area_id": firm.area_code, "open_from": local_day(at)}
            jobs.add_vacancy(employer=employer, fields=terms, by=None, at=at)
        return employer

    def has_opening(self, post: Vacancy) -> bool:
        """Counts what the stories have given away, without asking the database each time."""
        return self.filled.get(post.pk, 0) < post.headcount

    def make_fairs(self) -> tuple[Fair, Fair]:
        self.make_fair("国庆返岗专场招聘会", -30, finish=True)
        self.make_fair("化起镇赶场招聘会", 9, cancel="场地检修，改期另行通知")
        today = self.make_fair("织金县“春风行动”专场招聘会", 0, start=True)
        return today, self.make_fair("猫场镇就业帮扶专场招聘会", 5)

    def make_fair(self, title: str, days: int, *, start=False, finish=False, cancel="") -> Fair:
        planned_at = self.day(min(days, 0) - 40, 10)
        fields = {
            "title": title, "area": self.county, "venue": "县体育中心", "landmark": "体育中心东门",
            "starts_at": self.day(days, 0 if start else 9), "ends_at": self.day(days, 23 if start else 15, 30),
            "expected": 600,
        }  # fmt: skip
        fair = fairs.plan_fair(fields=fields, by=self.fair_host, at=planned_at)
        for number, employer in enumerate(self.employers, start=1):
            booth = fairs.add_booth(fair=fair, employer=employer, number=number, by=self.fair_host, at=planned_at)
            for post in employer.vacancies.all():
                wanted = max(post.headcount // 2, 1)
                fairs.offer_vacancy(booth=booth, vacancy=post, wanted=wanted, by=self.fair_host, at=planned_at)
        return self.walk_fair(fair, planned_at, start=start, finish=finish, cancel=cancel)

    def walk_fair(self, fair: Fair, planned_at: datetime, *, start, finish, cancel) -> Fair:
        host = self.fair_host
        fair = fairs.open_fair(fair=fair, by=host, at=planned_at)
        if cancel:
            return fairs.cancel_fair(fair=fair, why=cancel, by=host, at=self.day(-1, 17))
        if start or finish:
            fair = fairs.start_fair(fair=fair, by=host, at=fair.starts_at)
        return fairs.finish_fair(fair=fair, by=host, at=fair.ends_at) if finish else fair

    def invite(self, case: Case, fair: Fair, *, by: User, at: datetime) -> FairReferral:
        offers = list(BoothVacancy.objects.filter(booth__fair=fair).select_related("booth", "vacancy"))
        wishes = random.Random(case.pk).sample(offers, k=case.pk % 3 + 1)
        return fairs.refer_to_fair(fair=fair, case=case, wishes=wishes, by=by, at=at)

    def meet(self, referral: FairReferral, *, chance: random.Random) -> None:
        """Two in three come; half of them leave with an answer."""
        if chance.random() > 0.66:
            return
        came_at = self.now - timedelta(minutes=chance.randint(5, 150))
        fairs.check_in(fair=referral.fair, digits=referral.code, by=self.fair_host, at=came_at)
        answer = chance.choice(["", "", Result.INTENT, Result.SECOND_INTERVIEW, Result.NO_MATCH])
        if answer:
            post = referral.wishes.first().offer.vacancy
            reason = chance.choice(WHY_NOT) if answer == Result.NO_MATCH else ""
            interview = InterviewResult(result=answer, vacancy=post, reason=reason)
            fairs.record_result(referral=referral, interview=interview, by=self.fair_host, at=self.now)

    def make_trips(self) -> tuple[Trip, Trip, Trip]:
        past = self.make_trip(-31, plate="贵F·99901")
        todays = self.make_trip(0, plate="贵F·99904", leaves_at=self.now + timedelta(hours=2))
        return past, todays, self.make_trip(4, plate="贵F·99907")

    def make_trip(self, days: int, *, plate: str, leaves_at: datetime | None = None) -> Trip:
        leaves_at = leaves_at or self.day(days, 13)
        stops = [
            *(self.pickup(name, town, leaves_at, hours) for name, town, hours in PICKUPS),
            *(self.dropoff(name, code, leaves_at, hours) for name, code, hours in DROPOFFS),
        ]  # fmt: skip
        plan = NewTrip(
            area=self.county, departs_at=leaves_at, arrives_at=stops[-1].at, stops=stops, plate=plate,
            carrier="黔西北合成客运公司", permit_no=f"黔毕包 2026-{abs(days) + 218:04d}", distance_km=1730,
            driving_minutes=21 * 60, leader=self.driver, staff_aboard="就业局 2 人、乡镇 1 人",
            drivers=[{"name": name, "joins_at": ""} for name in ("安海", "岑良", "潘捷")],
        )  # fmt: skip
        planned_at = leaves_at - timedelta(days=20)
        trip = transport.plan_trip(plan=plan, by=self.driver, at=planned_at)
        return transport.open_trip(trip=trip, by=self.driver, at=planned_at)

    def make_train(self, days: int) -> Trip:
        """The railway gives cars and how many places each has, and no map."""
        leaves_at = self.day(days, 20, 10)
        gathers = NewStop(
            kind=StopKind.PICKUP, name="织金站进站口", area=self.county, at=leaves_at,
            gather_at=leaves_at - timedelta(hours=1),
        )  # fmt: skip
        stops = [gathers, *(self.dropoff(name, code, leaves_at, hours) for name, code, hours in STATIONS)]
        plan = NewTrip(
            area=self.county, departs_at=leaves_at, arrives_at=stops[-1].at, stops=stops, kind=Kind.TRAIN,
            layout=Layout.CARS, cars=[asdict(car) for car in CARS], plate="L8102", carrier="成都铁路局",
            leader=self.driver, staff_aboard="就业局 4 人",
        )  # fmt: skip
        planned_at = leaves_at - timedelta(days=20)
        trip = transport.plan_trip(plan=plan, by=self.driver, at=planned_at)
        return transport.open_trip(trip=trip, by=self.driver, at=planned_at)

    def pickup(self, name: str, town: int, leaves_at: datetime, hours: float) -> NewStop:
        at = leaves_at - timedelta(hours=hours)
        gather_at = at - timedelta(minutes=30)
        return NewStop(kind=StopKind.PICKUP, name=name, area=Area.objects.get(pk=town), at=at, gather_at=gather_at)

    def dropoff(self, name: str, code: int, leaves_at: datetime, hours: float) -> NewStop:
        at = leaves_at + timedelta(hours=hours)
        contact = {"contact_name": f"{name}协作站 周建", "contact_phone": "0574-87310002"}
        return NewStop(kind=StopKind.DROPOFF, name=name, area=Area.objects.get(pk=code), at=at, **contact)

    def dropoffs_of(self, trip: Trip) -> list[Stop]:
        return [stop for stop in trip.stops.all() if not stop.is_pickup]

    def book(self, case: Case, trip: Trip, *, at: datetime) -> Booking | None:
        """A full bus stays full; the person waits for the next one."""
        try:
            return transport.book_seat(trip=trip, case=case, by=self.driver, at=at)
        except TripFull:
            return None

    def leave(self, chance: random.Random) -> None:
        """The past bus left and everybody arrived; on today's most people sit already."""
        self.board(self.past_trip, at=self.past_trip.departs_at - timedelta(minutes=20), share=1, chance=chance)
        transport.depart(trip=self.past_trip, by=self.driver, at=self.past_trip.departs_at)
        transport.arrive(trip=self.past_trip, by=self.driver, at=self.past_trip.arrives_at)
        aboard = Booking.objects.filter(trip=self.past_trip, state=BookingState.BOARDED)
        arrived_at = self.past_trip.arrives_at + timedelta(hours=3)
        transport.confirm_arrivals(bookings=list(aboard), by=self.driver, at=arrived_at)
        self.board(self.todays_trip, at=self.now, share=COACH_OF_TODAY_BOARDED, chance=chance)

    def board(self, trip: Trip, *, at: datetime, share: float, chance: random.Random) -> None:
        transport.start_boarding(trip=trip, by=self.driver, at=at)
        for booking in trip.bookings.filter(state__in=AWAITED).order_by("pk"):
            if chance.random() < share:
                transport.board(trip=trip, code=booking.code, by=self.driver, at=at)


PICKUPS = (
    ("猫场镇政府广场", 520524103000, 2.0),
    ("化起镇客运站", 520524104000, 1.0),
    ("织金客运总站 3 号门", 520524000000, 0.0),
)
STATIONS = (("金华南站", 330700000000, 20.0), ("宁波站", 330200000000, 22.5))
CARS = (
    Car("3", CarKind.SOFT_SLEEPER, 36),
    Car("5", CarKind.HARD_SLEEPER, 66),
    Car("8", CarKind.SEATS, 118),
    Car("9", CarKind.SEATS, 118),
)
DROPOFFS = (
    ("永康汽车东站", 330784000000, 22.5),
    ("台州客运中心", 331002000000, 24.5),
    ("宁波汽车南站", 330200000000, 26.5),
)
