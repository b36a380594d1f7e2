"""What the tallies note is a heap without key and index, and a move that changes nothing about how far is passed by.

Who writes pays for each delta, and nobody ever looks for one: the fold takes whichever stand there. And each step of a
case looked for moves to "referred" and "transported" by a join, also where there were none.
"""

from django.db import migrations

# nobody writes and nobody folds meanwhile
HEAP = """
LOCK TABLE {source} IN SHARE ROW EXCLUSIVE MODE;
SELECT pg_advisory_xact_lock(7203004, hashtext('{tally}'));
CREATE TEMPORARY TABLE noted AS SELECT {names}, n FROM {tally}_delta;
DROP TABLE {tally}_delta;
CREATE TABLE {tally}_delta (
    {columns},
    n integer NOT NULL
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0);
INSERT INTO {tally}_delta ({names}, n) SELECT {names}, n FROM noted;
DROP TABLE noted;
"""
KEYED = """
ALTER TABLE {tally}_delta ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
"""
CASES = {
    "area": "bigint",
    "state": "text",
    "service_group": "text",
    "is_owned": "boolean",
    "opened_on": "date",
    "was_contacted": "boolean",
    "was_referred": "boolean",
    "was_placed": "boolean",
    "has_travelled": "boolean",
    "is_settled": "boolean",
}
OPEN_ITEMS = {
    "area": "bigint",
    "step": "text",
    "priority": "smallint",
    "is_owned": "boolean",
    "due_on": "date",
    "comes_on": "date",
    "escalation_level": "smallint",
}

HOW_FAR = """
CREATE OR REPLACE FUNCTION cases_note_how_far_it_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM moved WHERE to_state IN ('referred', 'transported')) THEN
        RETURN NULL;
    END IF;
{update}
    RETURN NULL;
END $$;
"""
HOW_FAR_WITHOUT_A_LOOK = """
CREATE OR REPLACE FUNCTION cases_note_how_far_it_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{update}
    RETURN NULL;
END $$;
"""
UPDATE = """
    UPDATE cases_case SET
        has_been_referred = has_been_referred OR came.referred,
        has_travelled = has_travelled OR came.travelled
    FROM (
        SELECT case_id, bool_or(to_state = 'referred') AS referred, bool_or(to_state = 'transported') AS travelled
        FROM moved WHERE to_state IN ('referred', 'transported') GROUP BY case_id
    ) AS came
    WHERE cases_case.id = came.case_id
        AND (came.referred AND NOT has_been_referred OR came.travelled AND NOT has_travelled);
"""


def as_heap(tally: str, source: str, columns: dict[str, str]) -> migrations.RunSQL:
    lines = ",\n    ".join(f"{name} {of} NOT NULL" for name, of in columns.items())
    words = {"tally": tally, "source": source, "columns": lines, "names": ", ".join(columns)}
    return migrations.RunSQL(HEAP.format(**words), KEYED.format(tally=tally))


class Migration(migrations.Migration):
    dependencies = [("cases", "0024_who_is_late_of_those_who_came_so_far")]

    operations = [
        as_heap("cases_case_tally", "cases_case", CASES),
        as_heap("cases_item_tally", "cases_workitem", OPEN_ITEMS),
        migrations.RunSQL(HOW_FAR.format(update=UPDATE), HOW_FAR_WITHOUT_A_LOOK.format(update=UPDATE)),
    ]
