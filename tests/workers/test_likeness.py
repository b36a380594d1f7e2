"""May two records be one person? Asked of many at once, each is compared with few."""

from datetime import date, timedelta
from itertools import product

import pytest

from tests.workers.rosters import TODAY, a_row
from workers.imports.rows import judge_all
from workers.imports.verdicts import Context
from workers.rules import likeness, names
from workers.rules.likeness import Gathering, Traits, may_be_same

HERE, THERE = 520524103200, 520524103201
BORN = date(1988, 9, 19)


def traits(**differing) -> Traits:
    same = {"name": "王芳", "sex": "F", "birth_date": BORN, "area": HERE, "phone": "1", "has_number": False}
    return Traits(**same | differing)


VARIED = [
    traits(name=name, sex=sex, birth_date=born, area=area, phone=phone, has_number=has_number)
    for name, sex, born, area, phone, has_number in product(
        ("王芳", "José Li", "jose li"), "FM", (BORN, date(1989, 1, 1), date(1990, 1, 1)), (HERE, THERE), ("1", ""),
        (True, False),
    )
]  # fmt: skip


def test_who_may_be_the_same_is_found_among_many():
    for kept, asked in product(VARIED, repeat=2):
        gathering = Gathering()
        gathering.add(kept, "found")

        assert gathering.like(asked) == ["found"] * may_be_same(asked, kept)


def test_an_age_by_the_old_count_is_up_to_two_years_more_and_no_three():
    born_in = {year: traits(phone="", birth_date=date(year, 1, 1)) for year in range(1985, 1992)}

    assert [year for year, other in born_in.items() if may_be_same(traits(phone=""), other)] == [*range(1986, 1991)]


def test_the_first_few_are_named_in_the_order_they_came():
    gathering = Gathering()
    for place in range(20):
        gathering.add(traits(phone=str(place % 2)), place)

    assert gathering.like(traits()) == [0, 1, 2, 3, 4]


def test_those_with_a_number_do_not_hide_who_has_none():
    gathering = Gathering()
    for place in range(20):
        gathering.add(traits(has_number=place < 19), place)

    assert gathering.like(traits(has_number=True)) == [19]


@pytest.fixture
def compared(monkeypatch) -> list:
    """A mark for each comparison of two people, or of two names."""
    seen = []
    for module, name in ((likeness, "may_be_same"), (names, "are_same")):
        rule = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *both, rule=rule: seen.append(1) or rule(*both))
    return seen


def nobody_known(n: int) -> dict:
    return {"name": "不详", "id_number": "", "sex": "女", "birth_date": str(date(1988, 1, 1) + timedelta(days=n))}


def one_number(n: int) -> dict:
    return {"name": ("王芳", "王方")[n % 2]}


@pytest.mark.django_db
@pytest.mark.parametrize("cells", [nobody_known, one_number])
def test_a_roster_twice_as_long_takes_twice_as_many_comparisons(compared, cells):
    counted = []
    for length in (100, 200):
        compared.clear()
        verdicts = judge_all([a_row(label=str(n), **cells(n)) for n in range(length)], Context(TODAY))
        counted.append(len(compared) + sum(len(each.question.options) for each in verdicts if each.question))

    assert counted[1] < 2.2 * counted[0]
