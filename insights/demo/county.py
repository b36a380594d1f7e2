"""The whole demo in one call: county, staff, people, cases, fairs, buses. All of it, or nothing."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from areas import gazetteer
from areas.models import Area
from areas.ranges import Level
from cases import services as cases
from cases.choices import Cause, Channel, Outcome, State
from cases.models import Case
from cases.services import Chapter, Opening
from insights.demo import points, register, staff
from insights.demo.events import Events
from insights.demo.people import people
from insights.demo.stories import JOURNEYS, NEEDS_A_JOB, OLDEST, OLDEST_HIRED, Plot, Teller, how_many, plots
from kit.days import local_day
from staff.models import User
from staff.roles import Role
from workers.choices import OUT_OF_WORK
from workers.models import Flag, Worker

SEED = 520524
ADULT = 18


@transaction.atomic
def make_demo_county(*, workers: int, at: datetime, say: Callable[[str], object]) -> None:
    """`workers` invented people of Zhijin with cases in every state as of `at`; the same ones each time."""
    county, chance = Area.objects.get(pk=staff.COUNTY), random.Random(SEED)
    villages = list(Area.objects.within(county).at_level(Level.VILLAGE).order_by("code"))
    towns = list(Area.objects.within(county).at_level(Level.TOWNSHIP).order_by("code"))
    logins = staff.make_staff(villages, towns)
    say(f"{len(villages)} villages, {User.objects.count()} cadres")
    scatter(towns, villages)
    made = make_people(workers, villages, at, chance)
    say(f"{len(made)} people")
    make_cases(made, county, logins, at, chance)
    say(f"{Case.objects.count()} cases")


def scatter(towns: list[Area], villages: list[Area]) -> None:
    """Invented points for villages whose own are not known, each beside its township, and said to be invented."""
    centres = {town.pk: points.centre_of(town) for town in towns}
    for area in (*towns, *villages):
        if area.point_method in points.STAND_INS:
            area.lon, area.lat = points.point_of(area, centres)
            area.point_method = Area.PointMethod.INVENTED
    Area.objects.bulk_update([*towns, *villages], ["lon", "lat", "point_method"], batch_size=500)
    gazetteer.forget()


def make_people(n: int, villages: list[Area], at: datetime, chance: random.Random) -> list[Worker]:
    """More of them in the demo's own township, and most there in the villages of the village login."""
    codes = [village.pk for village in villages]
    home = [code for code in codes if staff.HOME_TOWN <= code < staff.HOME_TOWN + 1000]
    weighted = codes + home * 3 + list(staff.HOME_VILLAGES) * 6
    invented = people(n, villages=weighted, today=local_day(at), seed=SEED)
    return register.register_people(invented, at=at - OLDEST)


def make_cases(made: list[Worker], county: Area, logins: dict[str, User], at: datetime, chance) -> None:
    idle = [worker for worker in made if worker.status in OUT_OF_WORK]
    chance.shuffle(idle)
    order = list(plots(len(idle), chance))
    today = local_day(at)
    arranged = households_travel_together(order, who_can_be_hired_is(order, idle, today), today)
    told = list(zip(order, arranged, strict=True))
    opened = cases.open_cases_in_bulk(openings(told, at), by=None)
    count_rows()
    owners = {case.pk: case.owner for case in opened}
    events = Events(county=county, people=logins, now=at, **crowds_of(len(idle)))
    teller = Teller(today=local_day(at), chance=chance, events=events, owners=owners)
    for (plot, _worker), case in zip(told, opened, strict=True):
        teller.tell(plot, case)
    events.close_past_fair()
    invited = [case.pk for (plot, _worker), case in zip(told, opened, strict=True) if plot.name == "spoken_to"]
    events.fill_todays_fair(invited, by=logins["supervisor"], chance=chance)
    events.leave(chance)
    for (plot, _worker), case in zip(told, opened, strict=True):
        if plot.name == "away":
            teller.follow_up(case, until=at)


def crowds_of(out_of_work: int) -> dict[str, int]:
    return {"invited": how_many("spoken_to", out_of_work), "to_fujian": how_many("to_fujian", out_of_work)}


def count_rows() -> None:
    """Without statistics the database looks for each open item through the index of all of them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_workitem, cases_case, viewflow_task, viewflow_process, workers_worker")


def households_travel_together(order: list[Plot], idle: list[Worker], today: date) -> list[Worker]:
    """Half of those whose story is a journey have somebody of their household beside them, of an age to be hired."""
    spots = [place for place, plot in enumerate(order) if plot.name in JOURNEYS]
    families: dict[int, list[Worker]] = {}
    for worker in idle:
        if can_be_hired(worker, today):
            families.setdefault(worker.household_id, []).append(worker)
    travellers = [worker for family in families.values() if len(family) > 1 for worker in family[:2]]
    arranged, place_of = list(idle), {worker.pk: place for place, worker in enumerate(idle)}
    for spot, worker in zip(spots[: len(spots) // 4 * 2], travellers, strict=False):
        other, was = arranged[spot], place_of[worker.pk]
        arranged[spot], arranged[was] = worker, other
        place_of[worker.pk], place_of[other.pk] = spot, was
    return arranged


def who_can_be_hired_is(order: list[Plot], idle: list[Worker], today: date) -> list[Worker]:
    """Whose story needs a job is young enough for one: they change places with somebody whose story needs none."""
    arranged = list(idle)
    young = [n for n, plot in enumerate(order) if plot.name not in NEEDS_A_JOB and can_be_hired(idle[n], today)]
    for place, plot in enumerate(order):
        if plot.name in NEEDS_A_JOB and young and not can_be_hired(idle[place], today):
            other = young.pop()
            arranged[place], arranged[other] = arranged[other], arranged[place]
    return arranged


def can_be_hired(worker: Worker, today: date) -> bool:
    """Of age since before the oldest story began: some were recommended for their job months ago."""
    return worker.age(today - OLDEST) >= ADULT and worker.age(today) <= OLDEST_HIRED


def openings(told: list[tuple[Plot, Worker]], at: datetime) -> list[Opening]:
    """Flags raised on each plot's day, and the case that follows, with the village's cadre responsible."""
    owners = village_cadres()
    lifted_out = register.lifted_out()
    flags = Flag.objects.bulk_create(
        register.flag_of(worker, plot.days_ago, at, is_lifted_out=worker.pk in lifted_out) for plot, worker in told
    )
    return [
        Opening(
            worker=flag.worker, flag=flag, at=flag.raised_at, owner=owners[flag.worker.area_id], **so_far(plot, flag)
        )
        for flag, (plot, _worker) in zip(flags, told, strict=True)
    ]  # fmt: skip


def so_far(plot: Plot, flag: Flag) -> dict:
    """What a case that starts in the middle of its story has behind it: one good talk the day after the flag."""
    if plot.name != "spoken_to":
        return {}
    at = flag.raised_at + timedelta(days=1, hours=3)
    talk = {"channel": Channel.CALL, "outcome": Outcome.SPOKE_TO_WORKER}
    story = (Chapter("case_contacted", at, State.CONTACTED, Cause.TALK, talk),)
    return {"columns": {"first_contacted_at": at}, "story": story}


def village_cadres() -> dict[int, User]:
    """By village code; one instance a person, so that their postings are read once."""
    cadres = User.objects.filter(postings__role=Role.VILLAGE_CADRE).prefetch_related("postings")
    return {posting.area_id: cadre for cadre in cadres for posting in cadre.postings.all()}
