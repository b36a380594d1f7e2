"""The tables of the migrations, declared as an engine that distributes rows by county would have them.

Every distributed table gets its county, which a trigger finds by the row's own area or by the row it hangs on; its
primary key and every unique rule begin with the county, and foreign keys between two of them name it too. A rule that
cannot have it is dropped and told. What serves the whole province, and what one machine keeps for itself, stays.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

COUNTY = 1_000_000
"""Codes of a county's area."""
NOBODY = 0
"""The county of what is about nobody: no row may be without one."""
AREA = "area_code"
GROUPING = "allows_group_by_selected_pks_on_model"
"""What Django asks of a database before it groups rows by their key alone."""
DISTRIBUTED: dict[str, tuple[str, str]] = {
    "workers_household": (AREA, ""),
    "workers_worker": (AREA, ""),
    **dict.fromkeys(
        ("workers_flag", "workers_journalhead", "workers_journalline", "workers_saidon", "workers_statusreport",
         "workers_workertag"),
        ("worker_id", "workers_worker"),
    ),
    "cases_case": (AREA, ""),
    "cases_workitem": (AREA, ""),
    **dict.fromkeys(
        ("cases_casemove", "cases_contactattempt", "cases_followup", "cases_followupentry", "fairs_fairreferral",
         "jobs_introduction", "jobs_letter", "jobs_placement", "transport_booking", "transport_standby"),
        ("case_id", "cases_case"),
    ),
    "fairs_wish": ("referral_id", "fairs_fairreferral"),
    "fairs_fair": (AREA, ""),
    **dict.fromkeys(("fairs_booth", "fairs_referralbatch"), ("fair_id", "fairs_fair")),
    "fairs_boothvacancy": ("booth_id", "fairs_booth"),
    "transport_trip": (AREA, ""),
    **dict.fromkeys(("transport_seat", "transport_stop"), ("trip_id", "transport_trip")),
    "notifications_message": (AREA, ""),
    "notifications_deliveryattempt": ("message_id", "notifications_message"),
    "notifications_inboundmessage": ("worker_id", "workers_worker"),
    "notifications_replystep": ("reply_id", "notifications_inboundmessage"),
}  # fmt: skip
"""By what column each finds its county: its own area, or the row of another table that it hangs on."""
ELSEWHERE = {
    ("fairs_fairreferral", "fairs_fair"): "people of one county go to a fair of another",
    ("fairs_fairreferral", "fairs_referralbatch"): "with the fair",
    ("fairs_wish", "fairs_boothvacancy"): "with the fair",
    ("transport_booking", "transport_trip"): "a trip picks up in two counties",
    ("transport_booking", "transport_seat"): "with the trip",
    ("transport_booking", "transport_stop"): "with the trip",
    ("transport_standby", "transport_trip"): "with the trip",
    ("notifications_inboundmessage", "notifications_message"): "a number may have been of somebody else",
    ("workers_worker", "workers_household"): "somebody moves and the household stays",
}
"""Foreign keys whose two rows may be of two counties, and why."""
BEYOND = {
    "workers_worker_id_number_blind_key": "somebody is on the register once in the province",
    "jobs_letter_serial_key": "whoever holds the paper names no county",
    "jobs_letter_verify_code_key": "whoever holds the paper names no county",
    "letter_serial_given_once": "counted by the office that issues it",
    "notifications_message_dedupe_key_key": "a text goes once, wherever its reader lives by then",
    "attempt_by_reference": "the network names no county",
    "notifications_deliveryattempt_token_key": "the network names no county",
    "inbound_once": "the network names no county",
    "transport_trip_code_key": "said aloud at the gate of another county",
    "one_person_a_seat": "people of two counties on one trip",
    "boarding_code_once_a_trip": "people of two counties on one trip",
    "a_code_opens_one_door": "people of two counties at one fair",
}
"""Unique rules that hold less when each county holds its own, and why. The others are about one person, case, fair or
trip, or have random keys."""

BROKEN = {
    "test_a_known_id_number_elsewhere_reveals_nothing": "numbers are unique within a county only",
}
"""Tests of who sees whom that have to fail on such tables."""

KEYS = """
SELECT rel.relname, con.conname, con.contype::text, pg_get_constraintdef(con.oid), target.relname,
       ARRAY(SELECT attname FROM unnest(con.conkey) WITH ORDINALITY key(no, place)
             JOIN pg_attribute ON attrelid = con.conrelid AND attnum = key.no ORDER BY place)
FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid LEFT JOIN pg_class target ON target.oid = confrelid
WHERE con.contype IN ('p', 'u', 'x', 'f') AND con.connamespace = 'public'::regnamespace AND con.conparentid = 0
ORDER BY 1, 2
"""
INDEXES = """
SELECT rel.relname, idx.relname, pg_get_indexdef(idx.oid),
       coalesce((SELECT array_agg(attname) FROM pg_attribute
                 WHERE attrelid = rel.oid AND attnum = ANY (ind.indkey)), '{}')
FROM pg_index ind JOIN pg_class idx ON idx.oid = indexrelid JOIN pg_class rel ON rel.oid = indrelid
WHERE ind.indisunique AND rel.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = idx.oid AND contype IN ('p', 'u', 'x'))
ORDER BY 1, 2
"""
BEGIN_OTHERWISE = """
SELECT idx.relname FROM pg_index JOIN pg_class idx ON idx.oid = indexrelid JOIN pg_class rel ON rel.oid = indrelid
LEFT JOIN pg_attribute ON attrelid = rel.oid AND attnum = indkey[0]
WHERE indisunique AND rel.relname = ANY (%s) AND attname IS DISTINCT FROM 'county' ORDER BY 1
"""
FIND = """
CREATE FUNCTION by_county.{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.county := coalesce({county}, {nobody}); RETURN NEW; END $$;
CREATE TRIGGER a_county BEFORE INSERT OR UPDATE OF "{column}" ON "{table}"
FOR EACH ROW EXECUTE FUNCTION by_county.{table}()
"""


@dataclass
class Told:
    """What the declaration came upon, as (table, rule or columns, what there is to say of it)."""

    moved: list[tuple[str, str, str]] = field(default_factory=list)
    widened: list[tuple[str, str, str]] = field(default_factory=list)
    crossing: list[tuple[str, str, str]] = field(default_factory=list)
    excluded: list[tuple[str, str, str]] = field(default_factory=list)


def declare() -> Told:
    """In the database as migrations left it, with nothing of people in it."""
    told = Told()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA by_county")
        for table, (column, parent) in DISTRIBUTED.items():
            _give_county(cursor, table, column, parent)
        cursor.execute(KEYS)
        rules = cursor.fetchall()
        _drop_foreign_keys(cursor, rules)
        for table, name, kind, definition, _target, columns in rules:
            if table in DISTRIBUTED and kind != "f":
                _widen(cursor, told, table, name, kind, definition, columns)
        _widen_indexes(cursor, told)
        for table, name, kind, definition, target, columns in rules:
            if kind == "f" and target in DISTRIBUTED:
                _name_county(cursor, told, table, name, definition, target, columns)
    return told


def is_grouped_by_its_key(model) -> bool:
    """In place of Django's answer: where the key has two columns, one of them does not tell the others of a row, so
    what is counted beside rows has to be grouped by all of these."""
    return model._meta.managed and model._meta.db_table not in DISTRIBUTED


def _give_county(cursor, table: str, column: str, parent: str) -> None:
    found = f"(SELECT county FROM {parent} WHERE id = NEW.{column})" if parent else f"NEW.{column} / {COUNTY}"
    key = "worker_id" if parent == "workers_journalhead" else column
    cursor.execute(f'ALTER TABLE "{table}" ADD COLUMN county integer NOT NULL')
    cursor.execute(FIND.format(table=table, column=key, county=found, nobody=NOBODY))


def _drop_foreign_keys(cursor, rules: list[tuple]) -> None:
    for table, name, kind, _definition, target, _columns in rules:
        if kind == "f" and target in DISTRIBUTED:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def _widen(cursor, told: Told, table: str, name: str, kind: str, definition: str, columns: list[str]) -> None:
    cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    if kind == "x":
        told.excluded.append((table, name, "an index of ranges cannot begin with the county without an extension"))
        return
    words = "PRIMARY KEY (" if kind == "p" else "("
    changed = definition.replace(words, f"{words}county, ", 1)
    cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {changed}')
    if kind != "p":
        _tell(told, table, name, columns)


def _widen_indexes(cursor, told: Told) -> None:
    cursor.execute(INDEXES)
    for table, name, definition, columns in cursor.fetchall():
        if table in DISTRIBUTED:
            cursor.execute(f'DROP INDEX "{name}"')
            cursor.execute(definition.replace("USING btree (", "USING btree (county, ", 1))
            _tell(told, table, name, columns)


def _tell(told: Told, table: str, name: str, columns: list[str]) -> None:
    if name in BEYOND:
        told.moved.append((table, name, f"{', '.join(columns)}: {BEYOND[name]}"))
    else:
        told.widened.append((table, name, ", ".join(columns)))


def _name_county(cursor, told: Told, table: str, name: str, definition: str, target: str, columns: list[str]) -> None:
    why = ELSEWHERE.get((table, target), "" if table in DISTRIBUTED else "this table is not distributed")
    if why:
        told.crossing.append((table, ", ".join(columns), f"{target}: {why}"))
        return
    changed = definition.replace("FOREIGN KEY (", "FOREIGN KEY (county, ", 1)
    changed = changed.replace(f"REFERENCES {target}(", f"REFERENCES {target}(county, ", 1)
    cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {changed}')


def without_county() -> Iterator[str]:
    """Unique rules of distributed tables that do not begin with the county: there should be none."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_OTHERWISE, [list(DISTRIBUTED)])
        yield from (name for (name,) in cursor.fetchall())


HEADS = {
    "moved": ("Unique beyond a county", "rule", "columns, and why"),
    "excluded": ("Exclusions", "rule", "why"),
    "crossing": ("Foreign keys given up", "columns", "to, and why"),
}


def as_markdown(told: Told) -> str:
    """The tables of docs/scale.md."""
    tables = []
    for name, (words, rule, last) in HEADS.items():
        lines = [f"| `{table}` | `{which}` | {more} |" for table, which, more in getattr(told, name)]
        tables.append("\n".join([f"| {words} | {rule} | {last} |", "|---|---|---|", *lines]))
    rules = defaultdict(list)
    for table, which, columns in told.widened:
        rules[table].append(f"`{which}` ({columns})")
    lines = [f"| `{table}` | {', '.join(names)} |" for table, names in sorted(rules.items())]
    head = ["| Unique within a county | rules, with the county before their columns |", "|---|---|"]
    return "\n\n".join([*tables, "\n".join([*head, *lines])])
