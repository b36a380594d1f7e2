"""The whole population in one call. Each part commits, so a database in which it was broken off is thrown away."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from django.apps import apps
from psycopg.types.json import Jsonb

from areas.models import Area
from areas.ranges import SERVED, Level, code_at
from cases.models import Case
from insights.demo.county import make_demo_county
from insights.demo.staff import COUNTY, HOME_TOWN
from insights.demo.stories import OLDEST
from insights.demo.texts import let_them_leave
from insights.population import casework, seasons
from insights.population.bare import Bare, clean
from insights.population.copied import COPIED
from insights.population.copying import own_connection, tables
from insights.population.identities import Identities
from insights.population.people import Inventor, Somebody
from insights.population.places import OTHER_TOWN, Names, Scene, parts, serving, village_cadres
from insights.population.register import COLUMNS, Register
from insights.population.staff import make_city_staff
from insights.population.stories import Member, ToldFamily, check_all_begin_alike, retell, told_families
from jobs.models import Letter
from kit import tallies
from kit.copying import escaped
from kit.days import local_day
from kit.sealing import crypto
from kit.sealing.many import BlindIndex, Sealer
from notifications.models import Message
from transport.models import Trip
from workers.choices import OUT_OF_WORK
from workers.models import Worker

WEIGHTS = {
    520502: 1.70,
    520526: 1.59,
    520524: 1.26,
    520521: 1.20,
    520525: 1.09,
    520581: 1.00,
    520527: 0.88,
    520523: 0.71,
}
"""Registered people of a county, against each other."""

DEMO = 20_000
COMMITTEE = 1.6
"""Villages of a town are larger."""

SPREAD = 0.45
YEAR = 360
TOWN_VILLAGE = "居民委员会"
PLACES_AT_ONCE = 40
UNDER_WAY = "population_under_way"


class NotEmpty(Exception):
    """There are people on the register already, or half a population."""


@dataclass(frozen=True)
class Wanted:
    """So many people and cases, invented by `seed` as of `at`, with reports of so many festival seasons.

    `told` of the people are those of the demo county, whose stories are told by the real services.
    """

    workers: int
    seed: int
    at: datetime
    cases: int | None = None
    seasons: int = 3
    told: int = DEMO

    @property
    def today(self) -> date:
        return local_day(self.at)


def make_population(wanted: Wanted, *, say: Callable[[str], object]) -> None:
    """The demo county as it is told, and its stories again and again among as many other people as are wanted."""
    _begin()
    make_demo_county(workers=min(wanted.workers, wanted.told), at=wanted.at, say=say)
    say(f"{let_them_leave(at=wanted.at)} texts")
    if wanted.workers > wanted.told:
        make_city_staff()
        _multiply(wanted, say)
    with own_connection() as link:
        link.execute(f"DROP TABLE {UNDER_WAY}")


def _begin() -> None:
    with own_connection() as link:
        if link.execute("SELECT to_regclass(%s)", [UNDER_WAY]).fetchone()[0] or Worker.objects.exists():
            raise NotEmpty
        link.execute(f"CREATE TABLE {UNDER_WAY} ()")


def _multiply(wanted: Wanted, say: Callable[[str], object]) -> None:
    check_all_begin_alike()
    steps = casework.strides()
    names, told = _names(), told_families()
    places = _places(_copies(wanted), names, steps, random.Random(wanted.seed))
    copying = casework.statements(steps, [old for old, _new in places[0].words], COUNTY) if places else {}
    bare = Bare(_tables())
    bare.take_off()
    with own_connection() as link:
        link.execute(casework.MAKE)
    _set_sequences(steps, len(places))
    first = _first_keys(steps, len(places))
    begun = first["workers_worker"]
    first_free, last = _write_people(wanted, told, places, first)
    say(f"{last - begun} more people, {first_free - begun} of them in {len(places)} copies of the county's cases")
    _copy_casework(copying, len(places))
    seasons.write_reports(first=first_free, last=last, today=wanted.today, seasons=wanted.seasons)
    say("casework and reports")
    bare.put_back()
    with own_connection() as link:
        link.execute(casework.DROP)
        link.execute(casework.COUNTERS)
    for tally in tallies.declared():
        tallies.repair(tally)
    _move_sequences(bare.tables)
    clean([*bare.tables, "jobs_lettercounter", "staff_user", "staff_posting"])
    say("indexes, foreign keys, statistics")


def _names() -> Names:
    home = Area.objects.in_bulk([COUNTY, HOME_TOWN, OTHER_TOWN])
    letters = Letter.objects.order_by("year", "number").values_list("year", "number")
    codes = Trip.objects.order_by("code").values_list("code", flat=True)
    return Names(home[COUNTY], home[HOME_TOWN], home[OTHER_TOWN], tuple(codes), tuple(letters))


def _copies(wanted: Wanted) -> int:
    told = Case.objects.count()
    cases = wanted.cases or round(wanted.workers * told / wanted.told)
    return max(0, round((cases - told) / told))


def _places(copies: int, names: Names, steps: dict[str, int], chance: random.Random) -> list[Scene]:
    """Each in a township, large counties oftener; every township has its turn before one has its second."""
    city = Area.objects.within(Area.objects.get(pk=SERVED))
    counties = {county.pk: county for county in city.at_level(Level.COUNTY)}
    towns: dict[int, list[Area]] = {}
    for town in city.at_level(Level.TOWNSHIP).order_by("code"):
        towns.setdefault(code_at(town.pk, Level.COUNTY), []).append(town)
    turns = {code: _turns(of_it, chance) for code, of_it in towns.items()}
    serve, cadres, roles = serving(), village_cadres(), parts()
    letters = Counter({COUNTY: len(names.letters)})
    places = []
    for number, code in enumerate(_spread(copies), start=1):
        town, other = next(turns[code]), next(turns[code])
        stand_ins = {
            user: serve[role, code if level == Level.COUNTY else town.pk] for user, (role, level) in roles.items()
        }
        place = Scene(number, counties[code], town, other, steps, stand_ins, cadres, letters_before=letters[code])
        place.words = names.words_of(place)
        letters[code] += len(names.letters)
        places.append(place)
    return places


def _turns(towns: list[Area], chance: random.Random) -> Iterator[Area]:
    while True:
        yield from chance.sample(towns, k=len(towns))


def _spread(copies: int) -> Iterator[int]:
    """The county of each copy, so that at any number of them each has its share."""
    given: Counter[int] = Counter()
    for _ in range(copies):
        county = min(WEIGHTS, key=lambda code: (given[code] + 0.5) / WEIGHTS[code])
        given[county] += 1
        yield county * 10**6


def _tables() -> list[str]:
    copied = [apps.get_model(each.model)._meta.db_table for each in COPIED]
    return list(dict.fromkeys([*COLUMNS, *copied]))


def _first_keys(steps: dict[str, int], copies: int) -> dict[str, int]:
    """Of people: after those of the demo county, and after all that copies will have."""
    after = {label: (copies + 1) * step + 1 for label, step in steps.items()}
    return {
        "workers_worker": Worker.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1,
        "workers_household": after["workers.household"],
        "workers_journalline": after["workers.journalline"],
    }


def _write_people(
    wanted: Wanted, told: list[ToldFamily], places: list[Scene], first: dict[str, int]
) -> tuple[int, int]:
    """The first key of somebody without a case, and the one after the last."""
    taken = {worker.id_number for worker in Worker.objects.only("id_number_cipher")}
    identities = Identities(random.Random(wanted.seed), taken)
    missing = wanted.workers - wanted.told - len(places) * sum(len(family.members) for family in told)
    idle = Worker.objects.filter(status__in=OUT_OF_WORK).count()
    out_of_work = max(0, idle * (wanted.workers / wanted.told - len(places) - 1) / max(missing, 1))
    inventor = Inventor(
        seed=wanted.seed, today=wanted.today, first=_first_day(wanted), identities=identities, out_of_work=out_of_work
    )
    villages = _villages(inventor.chance)
    with tables(**COLUMNS, **{casework.PEOPLE: casework.PEOPLE_COLUMNS}) as open_tables:
        register = Register(open_tables, at=wanted.at - OLDEST, keys=first)
        retelling = _Retelling(register, open_tables[casework.PEOPLE].write, inventor, villages)
        _write_places(places)
        for place in places:
            retelling.tell(told, place)
        first_free = first["workers_worker"]
        for village, until in villages.items():
            missing_here = first_free + round(missing * until) - first["workers_worker"]
            for family in inventor.families(village, missing_here):
                register.add_family(family)
    return first_free, first["workers_worker"]


class _Retelling:
    """The stories of the demo county, told of other people in one place after the other."""

    def __init__(self, register: Register, copy: Callable[[str], None], inventor: Inventor, villages: dict[int, float]):
        self.register, self.copy, self.inventor = register, copy, inventor
        self.villages: dict[int, list[int]] = {}
        for village in villages:
            self.villages.setdefault(code_at(village, Level.TOWNSHIP), []).append(village)
        self.for_texts = Sealer(crypto.column(Message, "phone_cipher")).seal
        self.for_letters = Sealer(crypto.column(Letter, "id_number_cipher")).seal
        self.digest = BlindIndex(crypto.PHONE).of

    def tell(self, told: list[ToldFamily], place: Scene) -> None:
        villages = self.villages[place.town.pk]
        for turn, family in enumerate(told):
            village = villages[turn % len(villages)]
            people = self._others(family, place, village)
            for copied, person in zip(retell(family, people, place, village, self.register), people, strict=True):
                self.copy(self._row(*copied, place, village, person))

    def _others(self, family: ToldFamily, place: Scene, village: int) -> list[Somebody]:
        """Of the same sex and about the same age: who is hired in the story may be hired here."""
        identities, county = self.inventor.identities, village // 10**6
        surname, phones = identities.surname(), {}
        people = []
        for member in family.members:
            told = member.worker
            born = told.birth_date.toordinal() - place.number % YEAR
            phone = phones.setdefault(bytes(told.phone_blind or b""), identities.phone())
            people.append(
                self.inventor.somebody(county, surname, phone, sex=told.sex, born=born, role=told.household_role)
            )
        return people

    def _row(self, member: Member, worker: int, place: Scene, village: int, person: Somebody) -> str:
        told = member.worker
        numbers = (self.digest(person.phone), person.phone[-4:], self.for_texts(person.phone, worker))
        letter = self.for_letters(person.id_number, worker)
        columns = (
            place.number,
            told.pk,
            worker,
            village,
            place.cadres[village],
            person.name,
            told.name,
            *numbers,
            letter,
        )
        return "\t".join(map(escaped, columns)) + "\n"


def _first_day(wanted: Wanted) -> date:
    """How long ago things may have become as they are."""
    return wanted.today - timedelta(days=300)


def _villages(chance: random.Random) -> dict[int, float]:
    """Up to which share of all people each village reaches, in the order of codes; some are large and some small."""
    villages = list(Area.objects.within(Area.objects.get(pk=SERVED)).at_level(Level.VILLAGE).order_by("code"))
    in_county = Counter(village.pk // 10**6 for village in villages)
    sizes = [
        WEIGHTS[village.pk // 10**6] / in_county[village.pk // 10**6] * math.exp(chance.gauss(0, SPREAD))
        * (COMMITTEE if village.name.endswith(TOWN_VILLAGE) else 1)
        for village in villages
    ]  # fmt: skip
    heaps = list(accumulate(sizes))
    return {village.pk: heap / heaps[-1] for village, heap in zip(villages, heaps, strict=True)}


def _write_places(places: list[Scene]) -> None:
    rows = [
        (place.number, place.county.pk, place.letters_before, Jsonb(place.people), Jsonb(place.areas),
         [new for _old, new in place.words])
        for place in places
    ]  # fmt: skip
    with own_connection() as link, link.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {casework.PLACES} VALUES (%s, %s, %s, %s, %s, %s)", rows)


def _copy_casework(statements: dict[str, str], copies: int) -> None:
    """Table by table, two at a time, some copies a transaction."""
    with own_connection(autocommit=True) as link:
        link.execute(f"ANALYZE {casework.PEOPLE}, {casework.PLACES}")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda statement: _copy_table(statement, copies), statements.values()))


def _copy_table(statement: str, copies: int) -> None:
    with own_connection(autocommit=True) as link:
        link.execute("SET work_mem = '256MB'")
        for first in range(1, copies + 1, PLACES_AT_ONCE):
            link.execute(statement, {"first": first, "last": first + PLACES_AT_ONCE - 1})


def _set_sequences(steps: dict[str, int], copies: int) -> None:
    """Past the keys that copies get, for rows that take theirs from the database meanwhile."""
    with own_connection() as link:
        for label, step in steps.items():
            table = apps.get_model(label)._meta.db_table
            link.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {(copies + 1) * step + 1})")


def _move_sequences(tables: list[str]) -> None:
    """Each to the last key there is."""
    with own_connection() as link:
        for table in tables:
            if link.execute(
                "SELECT pg_get_serial_sequence(%s, a.attname) FROM pg_attribute a "
                "WHERE attrelid = %s::regclass AND attname = 'id'",
                [table, table],
            ).fetchone():
                link.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
