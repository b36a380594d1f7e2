"""The demo county's casework copied to other places, one statement a table: what a column becomes follows from its
own value, its person and its place. The journal alone is written with the people (`stories`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from areas.models import Area
from insights.population.copied import COPIED, ELSEWHERE_WRITTEN, KEYS_IN_JSON, MOVED, Copied
from notifications import copies
from staff.models import User
from workers.models import Worker

PEOPLE, PLACES, MOVE = "population_copy", "population_place", "population_moved"
MAKE = f"""
CREATE UNLOGGED TABLE {PEOPLE} (
    number int, told bigint, worker bigint, area bigint, cadre bigint, name text, told_name text,
    phone_blind bytea, phone_tail text, message_cipher bytea, letter_cipher bytea
);
CREATE UNLOGGED TABLE {PLACES} (
    number int PRIMARY KEY, county bigint, letters_before int, users jsonb, areas jsonb, words text[]
);
CREATE FUNCTION {MOVE}(value jsonb, path text[], distance bigint) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN coalesce(jsonb_set(value, path, to_jsonb((value #>> path)::bigint + distance), false), value);
END $$
"""
DROP = f"DROP TABLE IF EXISTS {PEOPLE}, {PLACES}; DROP FUNCTION IF EXISTS {MOVE}"
PEOPLE_COLUMNS = (
    *("number", "told", "worker", "area", "cadre", "name", "told_name"),
    *("phone_blind", "phone_tail", "message_cipher", "letter_cipher"),
)

IDS_OF_VERDICTS = """(SELECT jsonb_object_agg(verdict.key, (
    SELECT coalesce(jsonb_agg(id::bigint + {distance} ORDER BY n), '[]')
    FROM jsonb_array_elements_text(verdict.value) WITH ORDINALITY AS each (id, n)))
    FROM jsonb_each(old.verdicts) AS verdict)"""

OF_THE_PERSON = "CASE WHEN {old} IS NOT NULL THEN person.{column} END"
NUMBERED = "CASE WHEN {old} <> '' THEN {old} || '-' || place.number ELSE '' END"
OWN = {
    ("notifications.message", "body"): "replace({said}, person.told_name, person.name)",
    ("notifications.message", "phone_cipher"): OF_THE_PERSON.format(old="{old}", column="message_cipher"),
    ("notifications.message", "phone_blind"): OF_THE_PERSON.format(old="{old}", column="phone_blind"),
    ("notifications.message", "phone_tail"): "CASE WHEN {old} = '' THEN '' ELSE person.phone_tail END",
    ("notifications.message", copies.KEY): copies.KEY_OF_A_COPY,
    ("notifications.message", "gateway_ref"): NUMBERED,
    ("notifications.deliveryattempt", "gateway_ref"): NUMBERED,
    ("notifications.deliveryattempt", "token"): "gen_random_uuid()",
    ("cases.contactattempt", "phone_before"): "NULL",
    ("jobs.letter", "county_code"): "place.county",
    ("jobs.letter", "id_number_cipher"): "person.letter_cipher",
    ("jobs.letter", "number"): "{old} + place.letters_before",
    ("jobs.letter", "verify_code"): "translate(upper(substr(md5({old} || place.number), 1, 12)), '01', 'XY')",
}  # fmt: skip
"""What a column becomes that follows no rule."""

COUNTERS = """
INSERT INTO jobs_lettercounter (county_code, year, last_number)
SELECT county_code, year, max(number) FROM jobs_letter GROUP BY county_code, year
ON CONFLICT (county_code, year) DO UPDATE SET last_number = excluded.last_number
"""


def strides() -> dict[str, int]:
    """By how much the keys of each model move from one copy to the next: all that are given by now."""
    labels = [*(copied.model for copied in COPIED), *ELSEWHERE_WRITTEN]
    with connection.cursor() as cursor:
        return {label: _last_key(cursor, label) for label in labels}


def statements(strides: dict[str, int], words: list[str], county: int) -> dict[str, str]:
    """By model, for the copies from %(first)s to %(last)s. `words` are those of the demo county, and those of a place
    stand at the same numbers in its row."""
    return {copied.model: _Statement(copied, strides, words, county // 10**6).sql() for copied in COPIED}


def _last_key(cursor, label: str) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {apps.get_model(label)._meta.db_table}")
    return cursor.fetchone()[0]


@dataclass(frozen=True)
class _Statement:
    copied: Copied
    strides: dict[str, int]
    words: list[str]
    county: int

    def sql(self) -> str:
        model = apps.get_model(self.copied.model)
        table, columns = model._meta.db_table, [c for c in model._meta.concrete_fields if not c.generated]
        person = f"{self.copied.by} JOIN {PEOPLE} person ON person.told = {self.copied.worker}"
        return f"""
            INSERT INTO {table} ({", ".join(f'"{column.column}"' for column in columns)})
            SELECT {", ".join(self._copy_of(column) for column in columns)}
            FROM {table} old JOIN {PLACES} place ON place.number BETWEEN %(first)s AND %(last)s
            {f"{person} AND person.number = place.number" if self.copied.worker else ""}
            WHERE old.id <= {self.strides[self.copied.model]} ORDER BY place.number, old.id"""

    def _copy_of(self, column: models.Field) -> str:
        place, old = (self.copied.model, column.column), f'old."{column.column}"'
        if rule := OWN.get(place):
            return rule.format(old=old, said=self._said(column, old), about=self._about("old.about_id"))
        if place == ("fairs.referralbatch", "verdicts"):
            return IDS_OF_VERDICTS.format(distance=self._distance("cases.case"))
        if label := self.copied.model if column.primary_key else MOVED.get(place):
            return f"{old} + {self._distance(label)}"
        if column.is_relation:
            return self._related(column.related_model, old)
        if column.column in ("once", "about_id"):
            return "NULL" if column.column == "once" else self._about(old)
        return self._said(column, old)

    def _distance(self, label: str) -> str:
        return f"place.number * {self.strides[label]}::bigint"

    def _related(self, model: type[models.Model], old: str) -> str:
        if model is Worker:
            return "person.worker"
        if model is User:
            other = "person.cadre" if self.copied.worker else old
            return f"CASE WHEN {old} IS NOT NULL THEN coalesce((place.users ->> {old}::text)::bigint, {other}) END"
        if model is Area:
            there = "person.area" if self.copied.worker else "place.county"
            moved = f"coalesce((place.areas ->> {old}::text)::bigint, {there})"
            return f"CASE WHEN {old} / 1000000 = {self.county} THEN {moved} ELSE {old} END"
        label = model._meta.concrete_model._meta.label_lower
        return f"{old} + {self._distance(label)}" if label in self.strides else old

    def _about(self, old: str) -> str:
        """A key of the model that `about_type` names."""
        kinds = " ".join(f"WHEN '{label}' THEN {stride}" for label, stride in self.strides.items())
        return f"{old} + place.number * (CASE old.about_type {kinds} END)::bigint"

    def _said(self, column: models.Field, old: str) -> str:
        """As it was, but for words and keys that belong to the demo county."""
        is_json = isinstance(column, models.JSONField)
        if not (is_json or isinstance(column, models.CharField | models.TextField)):
            return old
        text = told = f"{old}::text" if is_json else old
        for number in _occurring(self.words, column):
            text = f"replace({text}, {_quoted(self.words[number])}, place.words[{number + 1}])"
        said = f"({text})::jsonb" if is_json and text != told else old if is_json else text
        for path, label in self._paths(column) if is_json else ():
            said = f"{MOVE}({said}, '{path}', {self._distance(label)})"
        return said

    def _paths(self, column: models.Field) -> Iterable[tuple[str, str]]:
        """Where keys of rows stand, also those of an item as it was before."""
        for name in [list(KEYS_IN_JSON)[n] for n in _occurring([f'"{name}"' for name in KEYS_IN_JSON], column)]:
            yield from ((f"{{{name}}}", KEYS_IN_JSON[name]), (f"{{item,data,{name}}}", KEYS_IN_JSON[name]))


def _occurring(words: list[str], column: models.Field) -> list[int]:
    """Which of the words stand somewhere in the rows that are told."""
    found = ", ".join(
        f'coalesce(bool_or(strpos("{column.column}"::text, {_quoted(word)}) > 0), false)' for word in words
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {found} FROM {column.model._meta.db_table}", [])
        return [number for number, occurs in enumerate(cursor.fetchone()) if occurs]


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''").replace("%", "%%") + "'"
