"""Conditions of querysets that Django does not have."""

from collections.abc import Iterable

from django.db.models import F, Lookup

ARRAYS = {"varchar": "text"}
"""What an array of them is called, where it is called otherwise."""


class _AnyOf(Lookup):
    lookup_name, prepare_rhs = "any_of", False

    def as_sql(self, compiler, connection):
        column, before = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection).partition("(")[0]
        return f"{column} = ANY(%s::{ARRAYS.get(kind, kind)}[])", [*before, list(self.rhs)]


def any_of(column: str, values: Iterable) -> Lookup:
    """As `column__in`, for thousands of values as the database has them: they are one parameter, and no text is written
    and looked through for each."""
    return _AnyOf(F(column), list(values))
