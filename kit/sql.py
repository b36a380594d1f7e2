"""Queries of every step, put together once a process.

Django takes ten times as long to write a join of five tables as PostgreSQL takes to answer it, and most of that time
the interpreter is locked: eight threads then wait for each other's query sets and not for the database. What is asked
here is read and written exactly as the models say; only signals are not sent, and no rule of this house hangs on them.

The one place that leans on Django's insides, which no release promises to keep: look through it before raising
`CHECKED_WITH`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from operator import itemgetter
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

CHECKED_WITH = (5, 2)  # Django
STAND_IN = -2_000_000_011  # the key of no row, in 32 bits, and easy to find again among the parameters


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

    `build` makes it and puts the key it is handed where the keys belong. Related rows come along as
    `select_related` says; annotations do not.
    """

    def __init__(self, build: Callable[[int], QuerySet]):
        self._build = build

    def first(self, key: int) -> Model | None:
        """One row, whichever comes first; for query sets that can find one row only. Locks need a transaction."""
        plan = self._plan
        if " FOR " in plan.statement and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a row is locked inside a transaction only")
        with connection.cursor() as cursor:
            cursor.execute(plan.statement, [key if param == STAND_IN else param for param in plan.params])
            row = cursor.fetchone()
        return None if row is None else self._instance(plan, list(row))

    @cached_property
    def _plan(self) -> Plan:
        rows = self._build(STAND_IN)
        compiler = rows.query.get_compiler(using=rows.db)
        statement, params = compiler.as_sql()
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
    """Write a new row and give it its key. False when one with the same value of the unique column stands there."""
    statement, fields = _writing(type(row), unless)
    with connection.cursor() as cursor:
        cursor.execute(statement, [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])
        written = cursor.fetchone()
    if written is None:
        return False
    (row.pk,) = written
    row._state.adding, row._state.db = False, connection.alias
    return True


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
def _writing(model: type[Model], unless: str) -> tuple:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    refrain = f"ON CONFLICT ({quote(unless)}) DO NOTHING " if unless else ""
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))}) "
        f"{refrain}RETURNING {quote(model._meta.pk.column)}"
    )
    return statement, fields
