"""The fairs and trips of the demo: behind us, today, to come, and a fair cancelled. Trips go where people work."""

import random
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil

from django.utils.timezone import localtime

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
from transport.models import Booking, Standby, Stop, Trip
from transport.refusals import TripFull
from transport.rules import layouts
from transport.rules.cars import Car, CarKind
from transport.rules.driving import plan_drivers
from transport.rules.layouts import Layout
from transport.services.planning import NewTrip
from transport.services.stops import NewStop
from workers.rules.ages import ADULT

OPENING_DAYS = 140
ANSWERS = (Result.INTENT, Result.SECOND_INTERVIEW, Result.NO_MATCH)
WHY_NOT = (NoMatchReason.POST, NoMatchReason.WAGE, NoMatchReason.CARE)
COACH_OF_TODAY_BOARDED = 0.7
OPENS, CLOSES = 9, 17
PAST_FAIR = -33
CAMPAIGNS = {
    12: "就业援助月", 1: "就业援助月", 2: "春风行动", 3: "春风行动", 4: "民营企业招聘月", 5: "民营企业招聘月",
    6: "百日千万招聘", 7: "百日千万招聘", 8: "百日千万招聘", 9: "金秋招聘月", 10: "金秋招聘月", 11: "金秋招聘月",
}  # fmt: skip
WAIT_FOR_FUJIAN = 2
STAY_OPEN = 4
"""One post in so many."""
CAME, ANSWERED = 0.68, 0.62
"""Shares of those invited to today's fair, and of those who came."""


class Events:
    """Makes them once, and lets the stories take part. `now` is the moment the demo is told from.

    `invited` to a fair and `to_fujian` are people: a small demo has small fairs, and a bus to Fujian that is too small
    all the same.
    """

    def __init__(self, *, county: Area, people: dict[str, User], now: datetime, invited: int, to_fujian: int):
        self.expected, self.to_fujian = ceil(invited / 10) * 10, to_fujian
        self.county, self.now, self.today = county, now, local_day(now)
        self.fair_host, self.driver = people["fair"], people["transport"]
        self.filled: dict[int, int] = {}
        self.employers = self.make_employers()
        self.past_fair = self.make_fair(self.campaign(PAST_FAIR), PAST_FAIR, opens_doors=True)
        self.todays_fair = self.make_fair(self.campaign(0), 0, opens_doors=True)
        self.next_fair = self.make_fair("猫场镇就业帮扶专场招聘会", 5)
        self.make_fair("化起镇赶场招聘会", 9, cancel="场地检修，改期另行通知")
        self.past_trip = self.make_trip(ZHEJIANG, self.day(-31, 13), plate="贵F·99901")
        self.todays_trip = self.make_trip(ZHEJIANG, half_hour(now) + timedelta(hours=2), plate="贵F·99904")
        self.coming = {
            route: self.make_trip(route, self.day(days, 13), plate=f"贵F·{99907 + days}")
            for days, route in enumerate(ROUTES, start=4)
        }
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
        """Counts what the stories have given away, without asking the database each time. Some stay open: a fair has
        something to offer for every wish.
        """
        return self.filled.get(post.pk, 0) < post.headcount - max(post.headcount // STAY_OPEN, 1)

    def campaign(self, days: int) -> str:
        """The name that fairs of that month have all over the country."""
        return f"织金县“{CAMPAIGNS[(self.today + timedelta(days=days)).month]}”专场招聘会"

    def make_fair(self, title: str, days: int, *, opens_doors=False, cancel="") -> Fair:
        planned_at = self.day(min(days, 0) - 40, 10)
        starts_at, ends_at = (self.day(days, 9), self.day(days, 15, 30)) if days else self.hours_of_today()
        fields = {
            "title": title, "area": self.county, "venue": "县体育中心", "landmark": "体育中心东门",
            "starts_at": starts_at, "ends_at": ends_at, "expected": self.expected,
        }  # fmt: skip
        fair = fairs.plan_fair(fields=fields, by=self.fair_host, at=planned_at)
        for number, employer in enumerate(self.employers, start=1):
            booth = fairs.add_booth(fair=fair, employer=employer, number=number, by=self.fair_host, at=planned_at)
            for post in employer.vacancies.all():
                wanted = max(post.headcount // 2, 1)
                fairs.offer_vacancy(booth=booth, vacancy=post, wanted=wanted, by=self.fair_host, at=planned_at)
        fair = fairs.open_fair(fair=fair, by=self.fair_host, at=planned_at)
        if cancel:
            return fairs.cancel_fair(fair=fair, why=cancel, by=self.fair_host, at=self.day(-1, 17))
        return fairs.start_fair(fair=fair, by=self.fair_host, at=starts_at) if opens_doors else fair

    def close_past_fair(self) -> None:
        """When those who were hired there have been."""
        fairs.finish_fair(fair=self.past_fair, by=self.fair_host, at=self.past_fair.ends_at)

    def hours_of_today(self) -> tuple[datetime, datetime]:
        """From nine to five; around the present when the demo is loaded earlier or later than that."""
        opens, closes = self.day(0, OPENS), self.day(0, CLOSES)
        if opens < self.now < closes:
            return opens, closes
        return half_hour(self.now) - timedelta(hours=3), half_hour(self.now) + timedelta(hours=2)

    def invite(self, case: Case, fair: Fair, *, by: User, at: datetime) -> FairReferral:
        """For posts that the law allows at their age on that day: of 16 and 17 there may be few."""
        offers = BoothVacancy.objects.filter(booth__fair=fair).select_related("booth", "vacancy")
        minor = case.worker.age(local_day(at)) < ADULT
        lawful = [offer for offer in offers if offer.vacancy.takes_minors or not minor]
        wishes = random.Random(case.pk).sample(lawful, k=min(case.pk % 3 + 1, len(lawful)))
        return fairs.refer_to_fair(fair=fair, case=case, wishes=wishes, by=by, at=at)

    def fill_todays_fair(self, case_ids: list[int], *, by: User, chance: random.Random) -> None:
        """Six hundred and more are invited the day before; two in three come, most of them leave with an answer."""
        fairs.refer_many(fair=self.todays_fair, case_ids=case_ids, words="联系过的人", by=by, at=self.day(-1, 16))
        fairs.catch_up(fair_id=self.todays_fair.pk, at=self.day(-1, 16, 10))
        for referral in FairReferral.objects.filter(fair=self.todays_fair, batch__isnull=False).order_by("pk"):
            if chance.random() < CAME:
                self.come(referral, chance=chance, answered=chance.random() < ANSWERED)

    def come(self, referral: FairReferral, *, chance: random.Random, answered: bool) -> None:
        minutes = int((self.now - self.todays_fair.starts_at).total_seconds() // 60)
        came_at = self.now - timedelta(minutes=chance.randint(1, max(minutes, 2)))
        fairs.check_in(fair=self.todays_fair, digits=referral.code, by=self.fair_host, at=came_at)
        if answered:
            offer = chance.choice(self.offers)
            self.answer(referral, chance.choice(ANSWERS), offer.vacancy, chance=chance)

    @cached_property
    def offers(self) -> list[BoothVacancy]:
        return list(BoothVacancy.objects.filter(booth__fair=self.todays_fair).select_related("vacancy__employer"))

    def answer(self, referral: FairReferral, result: str, post: Vacancy, *, chance: random.Random) -> None:
        reason = chance.choice(WHY_NOT) if result == Result.NO_MATCH else ""
        interview = InterviewResult(result=result, vacancy=post, reason=reason)
        fairs.record_result(referral=referral, interview=interview, by=self.fair_host, at=self.now)

    def hire_there(self, referral: FairReferral, post: Vacancy, start_on: date, *, chance: random.Random) -> None:
        at = referral.fair.starts_at + timedelta(minutes=chance.randrange(20, 360))
        fairs.check_in(fair=referral.fair, digits=referral.code, by=self.fair_host, at=at)
        interview = InterviewResult(result=Result.HIRED, vacancy=post, start_on=start_on, wage=post.wage_low)
        fairs.record_result(referral=referral, interview=interview, by=self.fair_host, at=at)
        self.filled[post.pk] = self.filled.get(post.pk, 0) + 1

    def meet(self, referral: FairReferral, *, chance: random.Random) -> None:
        """Two in three come; half of them leave with an answer."""
        if chance.random() > 0.66:
            return
        came_at = self.now - timedelta(minutes=chance.randint(5, 150))
        fairs.check_in(fair=referral.fair, digits=referral.code, by=self.fair_host, at=came_at)
        answer = chance.choice(["", "", *ANSWERS])
        if answer:
            self.answer(referral, answer, referral.wishes.first().offer.vacancy, chance=chance)

    def make_trip(self, route: "Route", leaves_at: datetime, *, plate: str) -> Trip:
        longer = route.hours_longer(leaves_at)
        stops = [
            *(self.pickup(name, town, leaves_at, hours) for name, town, hours in PICKUPS),
            *(self.dropoff(name, code, leaves_at, hours + longer) for name, code, hours in route.dropoffs),
        ]  # fmt: skip
        plan = NewTrip(
            area=self.county, departs_at=leaves_at, arrives_at=stops[-1].at, stops=stops, **self.seats_of(route),
            plate=plate, carrier="黔西北合成客运公司", permit_no=f"黔毕包 {self.today.year}-{plate[-3:]}",
            distance_km=route.km,
            driving_minutes=route.driving_minutes, leader=self.driver, staff_aboard="就业局 2 人、乡镇 1 人",
            drivers=[{"name": name, "joins_at": ""} for name in DRIVERS],
        )  # fmt: skip
        planned_at = min(leaves_at, self.now) - timedelta(days=20)
        trip = transport.plan_trip(plan=plan, by=self.driver, at=planned_at)
        return transport.open_trip(trip=trip, by=self.driver, at=planned_at)

    def seats_of(self, route: "Route") -> dict:
        """Some of those who go to Fujian wait for a seat, whatever the size of the demo."""
        places = max(self.to_fujian - WAIT_FOR_FUJIAN, 1)
        if route == FUJIAN and places < layouts.capacity_of(route.layout):
            return {"layout": Layout.PLACES, "capacity": places}
        return {"layout": route.layout}

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

    def book(self, case: Case, trip: Trip, *, at: datetime) -> Booking | Standby:
        """Whoever finds the bus full is put on its standby list."""
        try:
            return transport.book_seat(trip=trip, case=case, by=self.driver, at=at)
        except TripFull:
            return transport.join_standby(trip=trip, case=case, by=self.driver, at=at)

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
KM_AN_HOUR = 82
DRIVERS = ("安海", "岑良", "潘捷")


@dataclass(frozen=True)
class Route:
    """`dropoffs`: name, area, hours after leaving where the night costs the least."""

    km: int
    dropoffs: tuple[tuple[str, int, float], ...]
    layout: str = Layout.COACH_49

    @property
    def driving_minutes(self) -> int:
        return self.km * 60 // KM_AN_HOUR

    def hours_longer(self, leaves_at: datetime) -> float:
        """By how much, in half hours, the drivers need longer who leave at that hour."""
        plan = plan_drivers(departs_at=localtime(leaves_at), driving=self.driving_minutes, drivers=len(DRIVERS))
        planned = leaves_at + timedelta(hours=self.dropoffs[-1][2])
        return max(0, ceil((plan.arrives_at - planned) / timedelta(minutes=30)) / 2)


ZHEJIANG = Route(
    1730,
    (("永康汽车东站", 330784000000, 22.5), ("台州客运中心", 331002000000, 24.5), ("宁波汽车南站", 330200000000, 26.5)),
)
GUANGDONG = Route(1180, (("佛山汽车站", 440604000000, 15.5), ("东莞汽车总站", 441900000000, 17.0)))
FUJIAN = Route(1560, (("泉州客运中心站", 350502000000, 20.5),), Layout.COACH_37)
JIANGSU = Route(1890, (("苏州汽车客运总站", 320505000000, 24.5),), Layout.COACH_37)
ROUTES = (ZHEJIANG, GUANGDONG, FUJIAN, JIANGSU)


def half_hour(at: datetime) -> datetime:
    """The half hour before, as timetables have it."""
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
