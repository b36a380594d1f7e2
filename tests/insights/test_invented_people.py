"""Millions of people nobody knows: shares, numbers that are given once, the same ones for the same seed."""

import random
from collections import Counter
from datetime import date

import pytest

from insights.population.identities import SEQUENCES, Identities
from insights.population.people import Inventor
from workers.choices import OUT_OF_WORK
from workers.rules.idnumbers import parse_id_number

TODAY = date(2026, 11, 30)
VILLAGES = (520526001001, 520524103200)
PEOPLE = 6000


def invented(seed: int = 1, out_of_work: float = 0.08):
    identities = Identities(random.Random(seed), set())
    inventor = Inventor(
        seed=seed, today=TODAY, first=date(2026, 2, 3), identities=identities, out_of_work=out_of_work
    )  # fmt: skip
    return [family for village in VILLAGES for family in inventor.families(village, PEOPLE)]


@pytest.fixture(scope="module")
def families():
    return invented()


def test_the_same_seed_invents_the_same_people(families):
    assert invented() == families
    assert invented(seed=2) != families


def test_numbers_hold_and_are_given_once(families):
    people = [person for family in families for person in family.members if person.id_number]

    read = [parse_id_number(person.id_number, TODAY) for person in people]

    assert [(r.sex, r.birth_date.toordinal()) for r in read] == [(p.sex, p.born) for p in people]
    assert len({person.id_number for person in people}) == len(people)
    assert {number.number[14] for number in read} == {"9"}  # nobody living
    assert (
        17 < min(TODAY.year - r.birth_date.year for r in read) <= max(TODAY.year - r.birth_date.year for r in read) < 61
    )


def test_shares_are_those_of_the_field(families):
    people = [person for family in families for person in family.members]
    once = [person for person in people if person.id_number]
    statuses = Counter(person.status for person in once)
    idle = sum(statuses[status] for status in OUT_OF_WORK)

    assert 0.07 < idle / len(once) < 0.09
    assert 0.003 < 1 - len(once) / len(people) < 0.008  # on the register twice
    assert 0.36 < sum(person.sex == "F" for person in once) / len(once) < 0.48
    assert 0.004 < sum("·" in person.name for person in once) / len(once) < 0.04
    wages = sorted(person.wage for person in once if person.wage)
    assert 4500 <= wages[len(wages) // 2] <= 4900
    phones = Counter(person.phone for person in once)
    assert 0.05 < sum(n for n in phones.values() if n > 1) / len(once) < 0.25


def test_a_day_whose_numbers_are_used_up_goes_on_elsewhere():
    identities = Identities(random.Random(1), {"522425199003079004"})
    born = date(1990, 3, 7).toordinal()

    given = [identities.id_number(520524, born, "F") for _ in range(SEQUENCES * 2)]

    assert len(set(given)) == len(given)
    assert "522425199003079004" not in given
    assert [parse_id_number(number, TODAY).sex for number in given] == ["F"] * len(given)
