"""Lists page by page, what an address may say of them, and the status of a form's answer.

Whatever stands in an address was perhaps typed by hand: odd input is no error, it says nothing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import DateTimeField, IntegerField, Model, Q, QuerySet
from django.urls import reverse

from kit import locks
from kit.refusals import Refusal

LONGEST = 18  # digits: every such number fits a bigint
ANY_ROW = 10**LONGEST - 1  # stands for the number of a row in an address that is filled in later
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
NOT_AGAIN = {"csrfmiddlewaretoken", "language", "theme", "next", "again"}
"""What a form of the frame says for itself."""


def read_number(text: str | None) -> int | None:
    """None for what is no number of at most 18 digits: `isdigit` alone lets ² through, and int() has a limit too."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def typed(text: str | None) -> str:
    """What somebody typed, without blanks around it and without NUL, which PostgreSQL refuses."""
    return (text or "").replace("\0", "").strip()


def address(path: str, query: Mapping) -> str:
    """The path with all of the query that is not empty."""
    said = urlencode({name: value for name, value in query.items() if value not in ("", None)})
    return f"{path}?{said}" if said else path


def row_address(page: str, pk: int) -> str:
    """As `reverse` writes it, which looks through all patterns for each row of a list."""
    return _address_of_any(page).replace(str(ANY_ROW), str(pk))


@cache
def _address_of_any(page: str) -> str:
    return reverse(page, args=[ANY_ROW])


def sent(request):
    """What a form is bound to: an empty POST is an answer too, and a wrong one; a GET is none."""
    return request.POST if request.method == "POST" else None


def posted(request, **instead) -> list[tuple[str, str]]:
    """What was sent, for a switch that leads back to a look at what would come of it; `instead` takes the place of the
    field that says which button was pressed."""
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_AGAIN]
    return [*((name, value) for name, value in kept if name not in instead), *instead.items()]


def carry_out(form, deed: Callable[[dict], Any]) -> tuple[Any, Refusal | None]:
    """Do the deed with a valid answer: what it returned (True for nothing), and the refusal if a rule said no.

    Nothing is done, and both are None, when the form was not sent or has a wrong answer.
    """
    if not form.is_valid():
        return None, None
    try:
        with locks.busy():
            return deed(form.cleaned_data) or True, None
    except Refusal as refusal:
        return None, refusal


def status_of(*forms, refusal=None) -> int:
    """409 when a rule said no, 422 when one of the forms has a wrong answer, or else 200."""
    if refusal is not None:
        return 409
    return 422 if any(form is not None and form.is_bound and not form.is_valid() for form in forms) else 200


def cut(rows: QuerySet, size: int) -> tuple[list, bool]:
    """The first `size` rows, and whether there are more."""
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


class Keyset:
    """An order of rows in which a page begins after the last row of the page before, and not after so many rows.

    `order` names columns that are never null, the last of them unique; a minus turns one round. The key in the address
    holds their values in that row: whole numbers, moments since 1970, and at most one text, which comes first.
    """

    def __init__(self, *order: str):
        self.order = order
        self.names = [name.removeprefix("-") for name in order]

    def page(self, rows: QuerySet, after: str | None, size: int) -> tuple[list, str | None]:
        """The rows that follow the key, and the key of the next page, None on the last. What is no key begins anew."""
        values = self.read(rows.model, after)
        found, has_more = cut(self.behind(rows, values, size) if values else rows.order_by(*self.order), size)
        return found, self.key_of(found[-1]) if has_more else None

    def after(self, rows: QuerySet, text: str | None) -> QuerySet:
        """In order, without those up to the key."""
        values = self.read(rows.model, text)
        return rows.order_by(*self.order).filter(self._beyond(values) if values else Q())

    def key_of(self, row: Model) -> str:
        values = [getattr(row, name) for name in self.names]
        return ".".join(str((v - EPOCH) // TICK if isinstance(v, datetime) else v) for v in values)

    def read(self, model: type[Model], text: str | None) -> list | None:
        parts = (text or "").rsplit(".", len(self.names) - 1)
        if len(parts) != len(self.names):
            return None
        values = [_read(model, name, part) for name, part in zip(self.names, parts, strict=True)]
        return None if None in values else values

    def behind(self, rows: QuerySet, values: list, size: int) -> QuerySet:
        """Those behind a row, read stretch by stretch: each is one range of an index that holds the order, begins where
        it begins and is left after a page. A single condition would read on from the first column alone."""
        keys = [
            rows.order_by(*self.order).filter(stretch).values("pk")[: size + 1] for stretch in self._stretches(values)
        ]
        found = keys[0].union(*keys[1:]) if len(keys) > 1 else keys[0]
        return rows.filter(pk__in=found).order_by(*self.order)

    def _stretches(self, values: list) -> list[Q]:
        """Of (a, b, c) those with the same a and b, those with the same a, the rest."""
        places = range(len(self.names) - 1, -1, -1)
        same = [dict(zip(self.names[:place], values, strict=False)) for place in places]
        return [Q(**equal) & self._past(place, values[place]) for place, equal in zip(places, same, strict=True)]

    def _past(self, place: int, value) -> Q:
        way = "lt" if self.order[place].startswith("-") else "gt"
        return Q(**{f"{self.names[place]}__{way}": value})

    def _beyond(self, values: list) -> Q:
        """Written out: PostgreSQL takes a comparison of whole rows, (a, b) > (x, y), to leave one row, and plans badly.

        The first column also stands alone, so that an index begins there.
        """
        beyond = None
        for name, value in reversed(list(zip(self.order, values, strict=True))):
            column, way = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
            past = Q(**{f"{column}__{way}": value})
            beyond = Q(**{f"{column}__{way}e": value}) & (past | beyond) if beyond else past
        return beyond


class RowKeyset(Keyset):
    """The same for an order by what must not stand in an address, such as a name: the key is the row's own alone."""

    def key_of(self, row: Model) -> str:
        return str(row.pk)

    def read(self, model: type[Model], text: str | None) -> list | None:
        pk = read_number(text)
        row = None if pk is None else model._base_manager.filter(pk=pk).values_list(*self.names).first()
        return list(row) if row else None


def _read(model: type[Model], name: str, text: str):
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    field = getattr(field, "target_field", field)
    if isinstance(field, DateTimeField):
        return _moment(read_number(text))
    if isinstance(field, IntegerField):
        return read_number(text)
    return None if "\0" in text else text


def _moment(ticks: int | None) -> datetime | None:
    try:
        return None if ticks is None else EPOCH + ticks * TICK
    except OverflowError:
        return None
