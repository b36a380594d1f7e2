"""Cases in every state, told with the real services on past days: what the demo shows could have happened."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases import services as cases
from cases.choices import Channel, FollowUpResult, Outcome
from cases.models import Case
from cases.services.schedule import next_follow_up
from insights.demo.events import FUJIAN, Events
from jobs import services as jobs
from jobs.models import Introduction, Placement, Vacancy
from kit.days import local_day, local_moment
from staff.models import User
from transport.models import Trip
from transport.rules.stops import goes_there
from workers.choices import Status

HOW_MANY = {
    "tried": 90, "contacted": 25, "introduced": 20, "invited": 30, "at_the_fair": 30, "waits_for_seat": 10,
    "booked": 60, "to_fujian": 39, "by_train": 24, "boarding": 36, "away": 24, "nearby": 8, "settled": 5,
    "ended": 24, "came_back": 4, "spoken_to": 640,
}  # fmt: skip
"""How many cases reach each place. Everybody else without work was flagged and nobody has called yet."""

JOURNEYS = ("waits_for_seat", "booked", "to_fujian", "by_train", "boarding")
"""Told of households too."""

ENOUGH = 1300
"""With fewer people out of work than this, every plot is told that much less often."""

LEAST = {"to_fujian": 2}
"""One sits and one waits, however small the demo."""

NEEDS_A_JOB = (*JOURNEYS, "introduced", "away", "nearby", "settled", "came_back")
OLDEST_HIRED = 54
"""Somebody older finds no post of these stories that takes them."""

OLDEST = timedelta(days=125)
CLOSINGS = (
    Status.EMPLOYED_OUTSIDE_PROVINCE,
    Status.EMPLOYED_IN_COUNTY,
    Status.STUDENT,
    Status.UNABLE,
    Status.NOT_WILLING,
)


@dataclass(frozen=True)
class Plot:
    """Where a case is to end up, and how many days ago it was flagged."""

    name: str
    days_ago: int


def how_many(name: str, n: int) -> int:
    """Of `n` people out of work."""
    return max(math.ceil(HOW_MANY[name] * min(1, n / ENOUGH)), LEAST.get(name, 1))


def plots(n: int, chance: random.Random) -> Iterator[Plot]:
    """A plot for each of `n` cases: the told ones first, then those nobody has called."""
    ages = {
        "tried": (2, 9), "contacted": (4, 25), "introduced": (6, 14), "invited": (5, 12), "at_the_fair": (9, 16),
        "waits_for_seat": (8, 14), "booked": (9, 15), "to_fujian": (9, 15), "by_train": (9, 15), "boarding": (12, 18),
        "away": (36, 44), "nearby": (20, 32), "settled": (118, 124), "ended": (10, 40), "came_back": (10, 20),
        "spoken_to": (3, 28),
    }  # fmt: skip
    told = [name for name in HOW_MANY for _ in range(how_many(name, n))]
    for name in told[:n]:
        yield Plot(name, chance.randint(*ages[name]))
    for _ in range(len(told), n):
        yield Plot("flagged", min(int(chance.expovariate(1 / 4)), 20))


class Teller:
    """Walks one case at a time. `owners` are by case; every step is some hours after the one before."""

    def __init__(self, *, today: date, chance: random.Random, events: Events, owners: dict[int, User]):
        self.today, self.chance, self.events, self.owners = today, chance, events, owners
        self.posts = list(Vacancy.objects.select_related("employer", "area").order_by("pk"))
        self.away_posts = [post for trip in events.coming.values() for post in self.posts_on(trip)]
        self.near_posts = [post for post in self.posts if post.area_id == 520524000000 and not post.suits_minors]

    def tell(self, plot: Plot, case: Case) -> None:
        getattr(self, plot.name)(case, plot)

    def at(self, plot: Plot, *, after_days: float, hour: int = 9) -> datetime:
        """A working hour so many days after the flag, and never later than now."""
        day = self.today - timedelta(days=plot.days_ago) + timedelta(days=after_days)
        return min(local_moment(day, hour, self.chance.randrange(50)), self.events.now)

    def flagged(self, case: Case, plot: Plot) -> None:
        """Nobody has called yet."""

    def spoken_to(self, case: Case, plot: Plot) -> None:
        """Opened as contacted: nothing more to tell."""

    def tried(self, case: Case, plot: Plot) -> None:
        for n in range(self.chance.randint(1, min(3, plot.days_ago))):
            outcome = self.chance.choice(
                [Outcome.NO_ANSWER] * 2 + [Outcome.SWITCHED_OFF, Outcome.WRONG_NUMBER, Outcome.SPOKE_TO_RELATIVE]
            )
            self.talk(case, outcome, self.at(plot, after_days=n, hour=(10, 15, 19)[n]))

    def contacted(self, case: Case, plot: Plot) -> None:
        status = self.chance.choice([Status.UNEMPLOYED_WILLING] * 5 + [Status.RETURNED_GOING_BACK])
        self.talk(case, Outcome.SPOKE_TO_WORKER, self.at(plot, after_days=1, hour=18), status=status)

    def introduced(self, case: Case, plot: Plot) -> None:
        self.contacted(case, plot)
        post, at = self.post_for(case, self.posts), self.at(plot, after_days=3)
        if post:
            jobs.introduce(case=case, vacancy=post, by=self.owner(case), at=at)
            jobs.issue_letter(case=case, vacancy=post, by=self.owner(case), at=at)

    def invited(self, case: Case, plot: Plot) -> None:
        self.contacted(case, plot)
        self.events.invite(case, self.events.next_fair, by=self.owner(case), at=self.at(plot, after_days=4))

    def at_the_fair(self, case: Case, plot: Plot) -> None:
        self.contacted(case, plot)
        referral = self.events.invite(
            case, self.events.todays_fair, by=self.owner(case), at=self.at(plot, after_days=4)
        )
        self.events.meet(referral, chance=self.chance)

    def waits_for_seat(self, case: Case, plot: Plot) -> Vacancy | None:
        return self.hired_away(case, plot, self.away_posts)

    def hired_away(self, case: Case, plot: Plot, posts: list[Vacancy]) -> Vacancy | None:
        """Begins in nine days, when every trip to come has arrived."""
        self.contacted(case, plot)
        post = self.post_for(case, posts)
        if post:
            self.hire(case, post, self.at(plot, after_days=6), self.today + timedelta(days=9))
        return post

    def booked(self, case: Case, plot: Plot) -> None:
        """A household goes by one trip."""
        trips = list(self.events.coming.values())
        self.goes_by(trips[case.worker.household_id % len(trips)], case, plot)

    def to_fujian(self, case: Case, plot: Plot) -> None:
        """More than the bus has seats."""
        self.goes_by(self.events.coming[FUJIAN], case, plot)

    def by_train(self, case: Case, plot: Plot) -> None:
        self.goes_by(self.events.next_train, case, plot)

    def goes_by(self, trip: Trip, case: Case, plot: Plot) -> None:
        if self.hired_away(case, plot, self.posts_on(trip)):
            self.events.book(case, trip, at=self.at(plot, after_days=7))

    def boarding(self, case: Case, plot: Plot) -> None:
        self.contacted(case, plot)
        post = self.post_for(case, self.posts_on(self.events.todays_trip))
        if post and self.hire(case, post, self.at(plot, after_days=6), self.today + timedelta(days=3)):
            self.events.book(case, self.events.todays_trip, at=self.at(plot, after_days=8))

    def away(self, case: Case, plot: Plot) -> None:
        """Hired at the fair of the month before, and gone by the bus two days later."""
        self.contacted(case, plot)
        trip, fair = self.events.past_trip, self.events.past_fair
        post = self.post_for(case, self.posts_on(trip))
        start_on = local_day(trip.departs_at) + timedelta(days=3)
        if post:
            referral = self.events.invite(case, fair, by=self.owner(case), at=self.at(plot, after_days=2))
            self.events.hire_there(referral, post, start_on, chance=self.chance)
            self.events.book(case, trip, at=fair.ends_at + timedelta(hours=2))

    def nearby(self, case: Case, plot: Plot) -> None:
        self.contacted(case, plot)
        post = self.post_for(case, self.near_posts)
        if post:
            at = self.at(plot, after_days=4)
            self.hire(case, post, at, local_day(at) + timedelta(days=1), needs_transport=False)
            self.follow_up(case, until=self.events.now)

    def settled(self, case: Case, plot: Plot) -> None:
        self.contacted(case, plot)
        post = self.post_for(case, self.near_posts)
        if post:
            at = self.at(plot, after_days=5)
            self.hire(case, post, at, local_day(at) + timedelta(days=1), needs_transport=False)
            self.follow_up(case, until=self.events.now)

    def ended(self, case: Case, plot: Plot) -> None:
        status, at = self.chance.choice(CLOSINGS), self.at(plot, after_days=3, hour=15)
        reask_on = self.today + timedelta(days=40) if status == Status.NOT_WILLING else None
        self.talk(case, Outcome.VISITED_MET, at, status=status, reask_on=reask_on, note="家里有事" if reask_on else "")

    def came_back(self, case: Case, plot: Plot) -> None:
        self.contacted(case, plot)
        post = self.post_for(case, self.posts)
        if post:
            introduction = jobs.introduce(case=case, vacancy=post, by=self.owner(case), at=self.at(plot, after_days=2))
            jobs.record_introduction_result(
                introduction=introduction,
                result=Introduction.Result.NOT_HIRED,
                by=self.owner(case),
                at=self.at(plot, after_days=6),
            )

    def talk(self, case: Case, outcome: str, at: datetime, *, status=None, reask_on=None, note="") -> None:
        channel = Channel.VISIT if outcome == Outcome.VISITED_MET else Channel.CALL
        cases.record_contact(
            case=case, channel=channel, outcome=outcome, happened_at=at, by=self.owner(case), at=at,
            status=status, reask_on=reask_on, note=note,
        )  # fmt: skip

    def hire(self, case: Case, post: Vacancy, at: datetime, start_on: date, *, needs_transport: bool = True) -> bool:
        jobs.confirm_placement(
            case=case, employer=post.employer, vacancy=post, area=post.area, start_on=start_on,
            wage=self.chance.randrange(post.wage_low, post.wage_high + 1, 100),
            evidence=Placement.Evidence.EMPLOYER_WORD, evidence_note="人事科 张经理",
            found_through=Placement.FoundThrough.INTRODUCTION, needs_transport=needs_transport,
            by=self.owner(case), at=at,
        )  # fmt: skip
        self.events.filled[post.pk] = self.events.filled.get(post.pk, 0) + 1
        return True

    def follow_up(self, case: Case, *, until: datetime) -> None:
        """Every follow-up whose day has come says: still at work."""
        while (row := next_follow_up(Case.objects.get(pk=case.pk))) and local_moment(row.due_on, 16) <= until:
            cases.record_follow_up(
                follow_up=row, result=FollowUpResult.STILL_WORKING, by=self.owner(case), at=local_moment(row.due_on, 16)
            )

    def post_for(self, case: Case, posts: list[Vacancy]) -> Vacancy | None:
        """A post with an opening that the worker is young enough for."""
        age = case.worker.age(self.today)
        open_now = [p for p in posts if p.age_min <= age <= p.age_max and self.events.has_opening(p)]
        return self.chance.choice(open_now) if open_now else None

    def posts_on(self, trip: Trip) -> list[Vacancy]:
        """Where the trip goes."""
        dropoffs = self.events.dropoffs_of(trip)
        return [post for post in self.posts if goes_there(dropoffs, post.area_id)]

    def owner(self, case: Case) -> User:
        return self.owners[case.pk]
