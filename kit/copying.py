"""Many new rows by COPY: what `bulk_create` writes, at a fraction of its price."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault, Value

NULL, HEX = "\\N", "\\\\x"
SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"})
NEXT_KEYS = """
SELECT nextval(sequence) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence OFFSET 0) named,
generate_series(1, %s::int)
"""  # the sequence is looked up once, which takes longer than to draw a key from it
DRAWN = 2500
"""Keys drawn at once by who does not know how many are needed; what is left over is lost."""


def copy_in(rows: Iterable[models.Model]) -> list:
    """Write new rows of one model; those without a key get the next ones, in their order. Returns them.

    Raises IntegrityError as any insert does. No signals are sent, and no column may hold an expression.
    """
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    names, line_of = _writing(model)
    give_keys(rows)
    quote = connection.ops.quote_name
    into = f"COPY {quote(model._meta.db_table)} ({', '.join(map(quote, names))}) FROM STDIN"
    copy_text(into, "".join(map(line_of, rows)))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def copy_values(model: type[models.Model], rows: list[Mapping[str, object]]) -> list[int]:
    """Write new rows of which only values are at hand, without an instance of each; returns their keys.

    All have the same columns, by attribute; what is left out has the default of its field.
    """
    if not rows:
        return []
    keys = next_keys(model, len(rows))
    fields = [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]
    usual = "\t".join([escaped(field.get_default()) for field in fields if field.attname not in rows[0]])
    said = [field.attname for field in fields if field.attname in rows[0]]
    left_out = [field.column for field in fields if field.attname not in rows[0]]
    columns = [model._meta.pk.column, *[model._meta.get_field(name).column for name in said], *left_out]
    text = [
        "\t".join([str(key), *[escaped(row[name]) for name in said]]) + (f"\t{usual}\n" if usual else "\n")
        for key, row in zip(keys, rows, strict=True)
    ]
    quote = connection.ops.quote_name
    copy_text(f"COPY {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) FROM STDIN", "".join(text))
    return keys


def give_keys(rows: list[models.Model]) -> None:
    """To those that have none yet."""
    without = [row for row in rows if row.pk is None]
    if not without:
        return
    for row, key in zip(without, next_keys(type(without[0]), len(without)), strict=True):
        row.pk = key


def next_keys(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_KEYS, [model._meta.db_table, model._meta.pk.column, count])
        return [key for (key,) in cursor.fetchall()]


def keys_of(model: type[models.Model], at_once: int) -> Iterator[int]:
    """The next keys of a model without end, at most so many drawn in one statement."""
    while True:
        yield from next_keys(model, min(max(at_once, 1), DRAWN))


class Pattern:
    """Rows of one model that differ in a few columns, as text for COPY, without an instance for each.

    `row` has whatever they all say. `line` takes the values of `columns` (names of attributes, in the order of the
    model) as they stand in such a text: `escaped`, where they may hold anything.
    """

    def __init__(self, row: models.Model, *columns: str):
        self._rows: list[str] = []
        quote, meta = connection.ops.quote_name, type(row)._meta
        fields = [field for field in meta.concrete_fields if not field.generated]
        if [field.attname for field in fields if field.attname in columns] != list(columns):
            raise ValueError(f"not columns of {meta.label}, or not in its order: {', '.join(columns)}")
        cells = ["%s" if f.attname in columns else _cell(f)(row).replace("%", "%%") for f in fields]
        self._line = "\t".join(cells) + "\n"
        self._into = f"COPY {quote(meta.db_table)} ({', '.join(quote(field.column) for field in fields)}) FROM STDIN"

    def add(self, *values: object) -> None:
        self._rows.append(self._line % values)

    def write(self) -> None:
        """What was added since the last time."""
        rows, self._rows = self._rows, []
        if rows:
            copy_text(self._into, "".join(rows))


def copy_text(into: str, text: str) -> None:
    """Rows ready as text, through this thread's connection; database errors are Django's."""
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(into) as copy:
        copy.write(text)


def escaped(value: object) -> str:
    """One value as COPY text; None is NULL. JSON and whatever a field makes of its values come as text already."""
    if type(value) is str:  # most are
        return value.translate(SPECIAL)
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes | memoryview):
        return f"{HEX}{bytes(value).hex()}"
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    return str(value).translate(SPECIAL)


def array_of(values: Iterable) -> str:
    """One column of many rows as the text of an array, for `unnest(%s::type[])`: psycopg takes ten times as long."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes | memoryview):
        return f'"{HEX}{bytes(value).hex()}"'
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def _writing(model: type[models.Model]) -> tuple[list[str], Callable[[models.Model], str]]:
    """The columns, and what makes a line of a row."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    cells = [_cell(field) for field in fields]

    def line_of(row: models.Model) -> str:
        return "\t".join([cell(row) for cell in cells]) + "\n"

    return [field.column for field in fields], line_of


def _cell(field: models.Field) -> Callable[[models.Model], str]:
    """How the value of one column becomes text, by what its field does to values."""
    name = field.attname
    if isinstance(field, models.JSONField):
        return lambda row: _json(getattr(row, name), field)
    if type(field).pre_save is not models.Field.pre_save:
        return lambda row: escaped(field.get_prep_value(field.pre_save(row, True)))
    if type(field).get_prep_value in AS_THEY_ARE:
        return lambda row: escaped(_no_expression(getattr(row, name)))
    return lambda row: escaped(field.get_prep_value(_no_expression(getattr(row, name))))


def _json(value: object, field: models.JSONField) -> str:
    return NULL if value is None else json.dumps(value, cls=field.encoder, ensure_ascii=False).translate(SPECIAL)


def _no_expression(value: object) -> object:
    """A column left to its default in the database has that value."""
    if isinstance(value, DatabaseDefault) and isinstance(value.expression, Value):
        return value.expression.value
    if hasattr(value, "resolve_expression"):
        raise TypeError("a row to be copied holds values, not expressions")
    return value


AS_THEY_ARE = {
    field.get_prep_value
    for field in (models.Field, models.CharField, models.TextField, models.DateTimeField, models.DateField,
                  models.BigIntegerField, models.ForeignKey, models.BooleanField, models.BinaryField, models.UUIDField)
}  # fmt: skip
"""Of fields that only see to the type of what they are given."""
