"""People of 16 and 17 do not ride through the night without an adult of their household."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from transport.rules.minors import may_travel, minors_alone

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 3, 5, 8, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Person:
    born: date
    household_id: int | None = 1

    def age(self, on):
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Trip:
    departs_at: datetime
    arrives_at: datetime


@dataclass(frozen=True)
class Booking:
    pk: int
    worker: Person
    is_active: bool = True


BY_DAY = Trip(MORNING, MORNING + timedelta(hours=6))
BY_NIGHT = Trip(MORNING, MORNING + timedelta(hours=22))
ADULT, MINOR = Person(date(1980, 1, 1)), Person(date(2009, 6, 1))


def alone(_worker):
    return []


def with_parent(_worker):
    return [ADULT]


@pytest.mark.parametrize(
    "person, trip, relatives, may",
    [
        (MINOR, BY_NIGHT, alone, False),
        (MINOR, BY_NIGHT, lambda _: [MINOR], False),
        (MINOR, BY_NIGHT, lambda _: [MINOR, ADULT], True),
        (MINOR, BY_NIGHT, with_parent, True),
        (MINOR, BY_DAY, alone, True),
        (ADULT, BY_NIGHT, alone, True),
    ],
)
def test_a_night_on_the_road_needs_an_adult(person, trip, relatives, may):
    assert may_travel(person, trip, relatives) is may


def test_only_the_household_of_the_minor_is_asked_for():
    relatives = {MINOR: [ADULT]}

    assert may_travel(MINOR, BY_NIGHT, relatives.__getitem__)


def test_minors_alone_are_counted_by_the_day_of_departure():
    birthday = Booking(1, Person(date(2008, 3, 6)))

    assert minors_alone(BY_NIGHT, [birthday]) == {1}


@pytest.mark.parametrize("born, may", [(date(2008, 3, 5), True), (date(2008, 3, 6), False)])
def test_grown_up_is_who_is_eighteen_on_the_day_of_departure(born, may):
    assert may_travel(Person(born), BY_NIGHT, alone) is may


def test_minors_alone_are_those_without_an_adult_of_their_household_among_the_bookings():
    guarded, other_house = Booking(1, MINOR), Booking(2, Person(MINOR.born, household_id=2))
    no_house, parent = Booking(3, Person(MINOR.born, household_id=None)), Booking(4, ADULT)
    stranger = Booking(5, Person(ADULT.born, household_id=None))

    assert minors_alone(BY_NIGHT, [guarded, other_house, no_house, parent, stranger]) == {2, 3}
    assert minors_alone(BY_DAY, [guarded, other_house, no_house]) == set()


def test_a_seat_given_back_neither_guards_nor_is_alone():
    minor, parent = Booking(1, MINOR), Booking(2, ADULT, is_active=False)
    gone = Booking(3, Person(MINOR.born, household_id=3), is_active=False)

    assert minors_alone(BY_NIGHT, [minor, parent, gone]) == {1}
