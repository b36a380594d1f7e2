"""A row's verdict is the same whatever is remembered, and in whichever process its part of the file is judged."""

import pickle
import random
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from tests.workers.rosters import GOOD, SAMPLE_CSV, SAMPLE_XLSX, TODAY, a_row, import_roster, read_file
from tests.workers.strange_rows import a_number, as_told, decisions_for, strange_rows
from workers.imports import rows
from workers.imports.akin import akin, compare_akin, outline_of, with_others
from workers.imports.comparing import compare_records, disputed_records, numbers_added
from workers.imports.judging import compared_with_register
from workers.imports.rows import judge, judge_all
from workers.imports.tables import Roster, RosterRow, find_people
from workers.imports.verdicts import Context, Verdict

pytestmark = pytest.mark.django_db

OWN = ((520524000000, 520525000000),)


def samples() -> list[list[RosterRow]]:
    return [find_people(read_file(path)).rows for path in (SAMPLE_XLSX, SAMPLE_CSV)]


def judged_in_parts(people: list[RosterRow], context: Context, *, size: int) -> list[Verdict]:
    """As several processes would: each knows a part of the file and what is handed to it."""
    parts = [people[start : start + size] for start in range(0, len(people), size)]
    whole = outline_of()
    for part in parts:
        whole.extend(handed_over(outline_of(judged_alone(part, context))))
    compared = compare_akin(judged_alone([people[place] for place in akin(whole)], context), context)
    return [each for part in parts for each in with_others(judged_alone(part, context), handed_over(compared))]


def judged_alone(people: list[RosterRow], context: Context) -> list[Verdict]:
    rows._recalled.cache_clear()
    return [judge(row, context) for row in people]


def test_the_register_is_asked_for_a_part_as_for_the_whole():
    """Some of the people are on it, with their numbers or by their looks."""
    people, now = find_people(read_file(SAMPLE_XLSX)).rows[:60], datetime(2026, 11, 21, 12, tzinfo=UTC)
    import_roster(Roster(people[:30:2]), by=None, at=now)
    context = Context(TODAY)

    whole = compare_records(compared_with_register(judge_all(people, context), context))
    parts = [
        compared_with_register(judged_in_parts(people, context, size=10)[start : start + 10], context)
        for start in range(0, 60, 10)
    ]

    disputed = disputed_records(each for part in parts for each in numbers_added(part))
    assert (told(each for part in parts for each in part), disputed) == (told(whole), {})
    assert sum(verdict.existing is not None for verdict in whole) > 5


def handed_over(thing):
    return pickle.loads(pickle.dumps(thing))


def told(verdicts: Iterable[Verdict]) -> list[tuple]:
    return list(map(as_told, verdicts))


@pytest.mark.parametrize("strange", [0.03, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_it_makes_no_difference_in_how_many_parts_a_file_is_judged(seed, strange):
    people = strange_rows(seed, 300, strange=strange)
    context = Context(TODAY, ranges=OWN if seed % 2 else None, decisions=decisions_for(people, seed))

    whole = told(judge_all(people, context))

    for size in (40, 170):
        assert told(judged_in_parts(people, context, size=size)) == whole


def test_nor_does_it_for_the_samples():
    for people in samples():
        whole = told(judge_all(people, Context(TODAY)))

        assert told(judged_in_parts(people, Context(TODAY), size=50)) == whole


@pytest.mark.parametrize("context", [Context(TODAY), Context(TODAY, ranges=OWN)], ids=["all", "a county"])
def test_what_is_remembered_is_what_would_be_read(context, monkeypatch):
    people = [*strange_rows(3, 1000, strange=0.3), *strange_rows(6, 1000), *(row for some in samples() for row in some)]
    remembered = told(judge_all(people, context) and judge_all(people, context))

    monkeypatch.setattr(rows, "_recalled", rows._read)

    assert told(judge_all(people, context)) == remembered


def test_long_cells_are_read_and_not_remembered():
    rows._recalled.cache_clear()

    judge(a_row(remark="长" * rows.LONG), Context(TODAY))

    assert rows._recalled.cache_info().currsize == 0


def test_rows_that_have_nothing_in_common_are_not_compared():
    chance = random.Random(1)
    numbers = {a_number(chance) for _ in range(300)}
    people = [a_row(label=str(n), id_number=number, phone=f"138{n:08}") for n, number in enumerate(numbers)]
    stranger = a_row(label="x", name="李四", id_number="", sex="女", birth_date="1960-01-01", phone="")
    twin = a_row(label="y", id_number=people[7].cells["id_number"].text, phone="")

    assert akin(outline_of(judged_alone([*people, stranger], Context(TODAY)))) == []
    assert akin(outline_of(judged_alone([*people, stranger, twin], Context(TODAY)))) == [7, len(people) + 1]


def test_of_namesakes_only_those_are_compared_whom_a_row_without_number_may_mean():
    without = a_row(label="9", id_number="", sex="女", birth_date="1988-09-19", phone="")
    namesake = a_row(label="3", id_number="522425197001109000", phone="13800000009")
    people = [a_row(label="2", name=GOOD["name"]), namesake, without]

    assert akin(outline_of(judged_alone(people, Context(TODAY)))) == [0, 2]
