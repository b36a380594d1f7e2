"""Queries of every step, put together once a process and planned once a connection.

Django takes ten times as long to write a join of five tables as PostgreSQL takes to answer it, and most of that time
the interpreter is locked: eight threads then wait for each other's query sets and not for the database. PostgreSQL for
its part takes longer to read and plan such a statement than to carry it out. What is asked here is read and written
exactly as the models say; only signals are not sent, and no rule of this house hangs on them.

The one place that leans on Django's insides, which no release promises to keep: look through it before raising
`CHECKED_WITH`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Field, JSONField, Lookup, Model, QuerySet
from django.db.models.query import get_related_populators
from django.utils.functional import Promise
from psycopg import Binary
from psycopg.sql import Literal
from psycopg.types.json import Jsonb

from kit.columns import KeptByDatabase
from kit.copying import AS_THEY_ARE, array_of

CHECKED_WITH = (5, 2)  # Django
STAND_IN = -2_000_000_011  # the key of no row, in 32 bits, and easy to find again among the parameters
STAND_IN_DAY = date(1600, 2, 29)  # the same for a day
ANY_COLUMN = "*"


def ask(statement: str, params: Iterable = ()) -> tuple | None:
    """The first row of a statement that PostgreSQL plans once a connection; None when it returns none.

    For statements of one text each, asked again and again. Parameters go without a type, so each is read as the column
    it meets: where it meets none (in a list of SELECT) the statement says the type, as in `%s::date`.
    """
    cursor = _planned_once()
    cursor.execute(statement, [_untyped(param) for param in params])
    return cursor.fetchone() if cursor.pgresult.nfields else None


def ask_all(statement: str, params: Iterable = ()) -> list[tuple]:
    """All rows of such a statement."""
    cursor = _planned_once()
    cursor.execute(statement, [_untyped(param) for param in params])
    return cursor.fetchall()


class Plan(NamedTuple):
    """What Django found out about a query set: the statement, and how a row of it becomes instances."""

    statement: str
    params: tuple
    model: type[Model]
    names: list[str]
    columns: slice
    converters: dict
    related: list


class Compiled:
    """A query set asked again and again with another key.

    `build` makes it and puts the key it is handed where the keys belong; for keys that are no numbers, or for several,
    `stand_ins` are values that none of them ever has. Everything else that the query set compares with stands in the
    statement itself, for PostgreSQL to find a partial index by. Related rows come along as `select_related` says;
    annotations do not.
    """

    def __init__(self, build: Callable[..., QuerySet], *stand_ins):
        self._build, self._stand_ins = build, stand_ins or (STAND_IN,)

    def first(self, *keys) -> Model | None:
        """One row, whichever comes first; for query sets that can find one row only. Locks need a transaction."""
        row = ask(self._statement, self._params(keys))
        return None if row is None else self._instance(self._plan, list(row))

    def all(self, *keys) -> list[Model]:
        return [self._instance(self._plan, list(row)) for row in ask_all(self._statement, self._params(keys))]

    def read_anew(self, row: Model, *keys) -> None:
        """This very instance as it stands now, as `refresh_from_db` does; the query set finds this one row."""
        fresh = self.first(*keys)
        if fresh is None:
            raise type(row).DoesNotExist
        for field in row._meta.concrete_fields:
            setattr(row, field.attname, getattr(fresh, field.attname))
        row._state.fields_cache.clear()
        row._prefetched_objects_cache = {}

    @property
    def _statement(self) -> str:
        statement = self._plan.statement
        if " FOR " in statement and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a row is locked inside a transaction only")
        return statement

    def _params(self, keys: tuple) -> list:
        found = dict(zip(self._stand_ins, keys, strict=True))
        return [found[param] for param in self._plan.params]

    @cached_property
    def _plan(self) -> Plan:
        rows = self._build(*self._stand_ins)
        compiler = rows.query.get_compiler(using=rows.db)
        statement, params = self._spelled_out(*compiler.as_sql())
        places = compiler.klass_info["select_fields"]
        columns = slice(places[0], places[-1] + 1)
        return Plan(
            statement,
            params,
            compiler.klass_info["model"],
            [column.target.attname for column, *_ in compiler.select[columns]],
            columns,
            compiler.get_converters([column for column, *_ in compiler.select]),
            get_related_populators(compiler.klass_info, compiler.select, rows.db),
        )

    def _spelled_out(self, statement: str, params: tuple) -> tuple[str, tuple]:
        """With a place for each key and no other."""
        connection.ensure_connection()
        before, *texts = statement.split("%s")
        for param, text in zip(params, texts, strict=True):
            before += ("%s" if param in self._stand_ins else _literal(param)) + text
        return before, tuple(param for param in params if param in self._stand_ins)

    @staticmethod
    def _instance(plan: Plan, row: list) -> Model:
        for place, (converters, column) in plan.converters.items():
            for convert in converters:
                row[place] = convert(row[place], column, connection)
        found = plan.model.from_db(connection.alias, plan.names, row[plan.columns])
        for populator in plan.related:
            populator.populate(row, found)
        return found


def fetch(model: type[Model], statement: str, params: Sequence | Mapping) -> list:
    """Instances of one model from a statement, one text for all calls; it must select all columns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
        if not rows:
            return []
        reading = _READINGS.get(statement) or _READINGS.setdefault(statement, _reading(model, cursor.description))
    return [_read(model, reading, row) for row in rows]


def insert(row: Model, *, unless: str = "") -> bool:
    """Write a new row and give it its key, unless it has one. False when one with the same value of the unique column
    stands there; of any unique column with `unless=ANY_COLUMN`."""
    statement, fields = _writing(type(row), row.pk is not None, unless)
    written = ask(statement, values(row, fields))
    if written is None:
        return False
    (row.pk,) = written
    row._state.adding, row._state.db = False, connection.alias
    return True


def update(row: Model, *names: str) -> None:
    """Write these fields of a row that stands there; without names all but what the database keeps."""
    statement, fields = _changing(type(row), names)
    ask(statement, [*values(row, fields), row.pk])


def values(row: Model, fields: Iterable[Field]) -> list:
    """As they go into the columns."""
    here = connections[DEFAULT_DB_ALIAS]
    return [_value(field, getattr(row, field.attname), here) for field in fields]


def _value(field: Field, value, here):
    return value if _is_kept_as_it_is(type(field)) else field.get_db_prep_save(value, here)


@cache
def _is_kept_as_it_is(kind: type[Field]) -> bool:
    return kind.get_prep_value in AS_THEY_ARE and not issubclass(kind, JSONField)


def written_fields(model: type[Model], *, but: Iterable[str] = ()) -> list[Field]:
    """In the order of the model, without the key."""
    return [field for field in model._meta.concrete_fields if not field.primary_key and field.name not in but]


def changed_fields(model: type[Model]) -> list[Field]:
    """All but what the database keeps."""
    return [field for field in written_fields(model) if not isinstance(field, KeptByDatabase)]


def columns(fields: Iterable[Field]) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


def places(fields: Sequence[Field]) -> str:
    return ", ".join(["%s"] * len(fields))


def assignments(fields: Iterable[Field]) -> str:
    return ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)


class _Prepared(ServerBindingCursor):
    """Remembers the statement for Django's log of queries, as cursors do that send it each time."""

    def _send_query_prepared(self, name, pgq, **more):
        self._query = pgq
        super()._send_query_prepared(name, pgq, **more)


def _planned_once() -> CursorWrapper:
    """The connection's one cursor that prepares what it carries out; all others put the values into the text.

    Nobody reads from it later, so one is enough; and it remembers how to read what it has read before.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    cursor = getattr(here, "planned_once", None)
    if cursor is None or cursor.connection is not here.connection:
        cursor = here.planned_once = _Prepared(here.connection)
    return here._prepare_cursor(cursor)


def _untyped(value):
    """As text: then the same statement has the same types whatever is null or small in it, and one plan."""
    known = type(value)
    if known is str or value is None:
        return value
    if known in _AS_TEXT:
        return _AS_TEXT[known](value)
    return next(as_text(value) for kind, as_text in _AS_TEXT.items() if isinstance(value, kind))


def _literal(value) -> str:
    """Members of an enumeration are what they stand for."""
    bare = str.__str__(value) if isinstance(value, str) else value
    return Literal(bare).as_string(connection.connection).replace("%", "%%")


def _hex(value: bytes | memoryview) -> str:
    return "\\x" + value.hex()


_AS_TEXT = {
    bool: str,
    int: int.__repr__,
    str: str.__str__,
    datetime: datetime.isoformat,
    date: date.isoformat,
    bytes: _hex,
    memoryview: _hex,
    Binary: lambda value: _hex(value.obj),
    Jsonb: lambda value: value.dumps(value.obj),
    UUID: str,
    Decimal: str,
    Promise: str,
}
_READINGS: dict[str, tuple] = {}  # by statement: asking psycopg for names of columns takes longer than reading a row


def _read(model: type[Model], reading: tuple, row: tuple) -> Model:
    names, in_order, converters = reading
    values = list(in_order(row))
    for place, column, convert in converters:
        values[place] = convert(values[place], column, connection)
    return model.from_db(connection.alias, names, values)


def _reading(model: type[Model], description: Sequence) -> tuple:
    """Names of fields, how a row is put into their order, and what becomes of a value on the way."""
    fields = model._meta.concrete_fields
    names = [column.name for column in description]
    in_order = itemgetter(*[names.index(field.column) for field in fields])
    columns = [field.get_col(model._meta.db_table) for field in fields]
    converters = [
        (place, column, convert)
        for place, column in enumerate(columns)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]
    return [field.attname for field in fields], in_order, converters


@cache
def _writing(model: type[Model], has_key: bool, unless: str) -> tuple:
    fields = [*([model._meta.pk] if has_key else []), *written_fields(model)]
    refrain = {"": "", ANY_COLUMN: "ON CONFLICT DO NOTHING "}.get(unless)
    if refrain is None:
        refrain = f"ON CONFLICT ({connection.ops.quote_name(unless)}) DO NOTHING "
    statement = (
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns(fields)}) VALUES ({places(fields)}) "
        f"{refrain}RETURNING {connection.ops.quote_name(model._meta.pk.column)}"
    )
    return statement, fields


@cache
def _changing(model: type[Model], names: tuple[str, ...]) -> tuple:
    fields = [model._meta.get_field(name) for name in names] or changed_fields(model)
    table, key = map(connection.ops.quote_name, (model._meta.db_table, model._meta.pk.column))
    return f"UPDATE {table} SET {assignments(fields)} WHERE {key} = %s", fields


ARRAYS = {"varchar": "text"}
"""What an array of them is called, where it is called otherwise."""


class _AnyOf(Lookup):
    lookup_name, prepare_rhs = "any_of", False

    def as_sql(self, compiler, connection):
        column, before = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection).partition("(")[0]
        return f"{column} = ANY(%s::{ARRAYS.get(kind, kind)}[])", [*before, array_of(self.rhs)]


def any_of(column: str, values: Iterable) -> Lookup:
    """As `column__in`, for thousands of values as the database has them: they are one parameter, and no text is written
    and looked through for each."""
    return _AnyOf(F(column), list(values))
