"""Whatever statement changes the rows: what a tally tells is what a count of them finds."""

import pytest
from django.db import connection, transaction

from kit.tallies import Difference, Rollup, Tally, differences, fold, making, removing, repair

pytestmark = pytest.mark.django_db

FRUIT = Tally(
    "fruit_tally",
    "fruit",
    {"kind": ("text", "kind"), "weight": ("integer", "grams / 100")},
    (
        Rollup("fruit_tally_fine", {"kind": "kind", "weight": "weight"}),
        Rollup("fruit_tally_coarse", {"weight": "weight / 3"}),
    ),
    condition="NOT eaten",
)
TABLE = """
CREATE TABLE fruit (id integer PRIMARY KEY, kind text NOT NULL, grams integer NOT NULL, eaten boolean DEFAULT false)
"""


@pytest.fixture(autouse=True)
def fruit(db):
    run(TABLE + ";" + "INSERT INTO fruit VALUES (1, 'pear', 150), (2, 'plum', 30);" + making(FRUIT))


def run(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def told(rollup: Rollup = FRUIT.rollups[0]) -> set[tuple]:
    names = rollup.names
    return set(run(f"SELECT {names}, sum(n)::int FROM ({FRUIT.told(rollup)}) t GROUP BY {names} HAVING sum(n) <> 0"))


def deltas() -> set[tuple]:
    return set(run(f"SELECT kind, weight, n FROM {FRUIT.deltas}"))


def test_what_stood_before_the_tally_is_counted():
    assert (told(), deltas()) == ({("pear", 1, 1), ("plum", 0, 1)}, set())


STATEMENTS = [
    "INSERT INTO fruit VALUES (3, 'pear', 160), (4, 'pear', 170), (5, 'plum', 350)",
    "UPDATE fruit SET grams = grams + 100",
    "UPDATE fruit SET eaten = true WHERE id = 1",
    "DELETE FROM fruit WHERE id = 2",
    "TRUNCATE fruit",
    "INSERT INTO fruit VALUES (1, 'fig', 20), (9, 'fig', 20) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind",
    "MERGE INTO fruit USING (VALUES (1, 'fig'), (2, ''), (9, 'fig')) AS new (id, kind) ON fruit.id = new.id "
    "WHEN MATCHED AND new.kind = '' THEN DELETE WHEN MATCHED THEN UPDATE SET kind = new.kind "
    "WHEN NOT MATCHED THEN INSERT VALUES (new.id, new.kind, 10)",
    "WITH gone AS (DELETE FROM fruit RETURNING *) INSERT INTO fruit SELECT id + 10, kind, 900 FROM gone",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("is_folded", [False, True])
def test_whatever_changes_the_rows(statement, is_folded):
    before = told()

    run(statement)
    if is_folded:
        fold(FRUIT)

    assert told() != before
    assert differences([FRUIT]) == []


def test_rows_that_come_by_copy():
    with connection.cursor() as cursor, cursor.copy("COPY fruit (id, kind, grams) FROM STDIN") as copy:
        for n in range(10, 60):
            copy.write_row((n, "kiwi", n * 10))

    assert differences([FRUIT]) == []
    assert sum(n for kind, _, n in told() if kind == "kiwi") == 50


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fruit SET grams = grams + 1",
        "UPDATE fruit SET eaten = eaten",
        "UPDATE fruit SET kind = CASE kind WHEN 'pear' THEN 'plum' ELSE 'pear' END, grams = 180 - grams",
        "INSERT INTO fruit VALUES (3, 'pear', 160, true)",
        "DELETE FROM fruit WHERE id = 3",
    ],
)
def test_what_changes_no_count_notes_nothing(statement):
    run(statement)

    assert deltas() == set()


def test_a_statement_notes_a_row_for_each_count_it_changes_and_not_for_each_row():
    run("INSERT INTO fruit SELECT n, 'grape', 5 FROM generate_series(10, 1000) n")
    run("UPDATE fruit SET kind = 'raisin' WHERE kind = 'grape' AND id < 20")

    assert deltas() == {("grape", 0, 991), ("grape", 0, -10), ("raisin", 0, 10)}


def test_folding_takes_every_delta_once_however_few_at_a_time():
    for n in range(10, 17):
        run(f"INSERT INTO fruit VALUES ({n}, 'pear', 150)")

    folded = [fold(FRUIT, at_once=3), fold(FRUIT, at_once=3)]

    assert (folded, deltas()) == ([7, 0], set())
    assert run("SELECT kind, weight, n FROM fruit_tally_fine WHERE kind = 'pear'") == [("pear", 1, 8)]
    assert differences([FRUIT]) == []


def test_a_count_that_comes_to_nothing_leaves_no_row():
    run("DELETE FROM fruit WHERE kind = 'pear'")

    fold(FRUIT)

    assert run("SELECT kind FROM fruit_tally_fine") == [("plum",)]
    assert run("SELECT weight, n FROM fruit_tally_coarse") == [(0, 1)]


def test_a_fold_that_is_cut_off_has_done_nothing():
    run("INSERT INTO fruit VALUES (3, 'pear', 160)")

    with transaction.atomic():
        fold(FRUIT)
        transaction.set_rollback(True)

    assert deltas() == {("pear", 1, 1)}
    assert differences([FRUIT]) == []


def test_a_change_that_is_taken_back_leaves_no_delta():
    with transaction.atomic():
        run("INSERT INTO fruit VALUES (3, 'pear', 160)")
        transaction.set_rollback(True)

    assert deltas() == set()


def test_every_difference_is_named_with_its_dimensions_and_repaired():
    run("DELETE FROM fruit WHERE id = 2")
    run("UPDATE fruit_tally_fine SET n = 5 WHERE kind = 'pear'; INSERT INTO fruit_tally_coarse VALUES (3, 7)")
    run("INSERT INTO fruit_tally_delta (kind, weight, n) VALUES ('kaki', 0, 1)")

    assert differences([FRUIT]) == [
        Difference("fruit_tally_coarse", {"weight": 0}, 2, 1),
        Difference("fruit_tally_coarse", {"weight": 3}, 7, 0),
        Difference("fruit_tally_fine", {"kind": "kaki", "weight": 0}, 1, 0),
        Difference("fruit_tally_fine", {"kind": "pear", "weight": 1}, 5, 1),
    ]
    repair(FRUIT)
    assert differences([FRUIT]) == []
    fold(FRUIT)
    assert (told(), differences([FRUIT])) == ({("pear", 1, 1)}, [])


def test_a_tally_can_be_taken_away():
    run(removing(FRUIT))
    run("INSERT INTO fruit VALUES (3, 'pear', 160)")

    assert run("SELECT relname FROM pg_class WHERE relname LIKE 'fruit_tally%'") == []
