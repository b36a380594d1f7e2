from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from kit import sql
from kit.copying import NEXT_KEYS
from kit.pages import RowKeyset, read_number
from kit.sql import any_of
from staff.querysets import Scoped
from workers.rules import names, search


class HouseholdQuerySet(Scoped, QuerySet):
    pass


class WorkerQuerySet(Scoped, QuerySet):
    def find(self, text: str, today=None) -> "WorkerQuerySet":
        """Name, pinyin initials, tail or whole of phone or ID number: the kind is detected from the text.

        Always narrowed by an index; an empty text finds nobody. With `today`, 王芳 39 also means her age.
        """
        return self.filter(search.condition(search.detect(text), today)).order_by("name", "pk")

    def find_page(self, text: str, today: date, *, after: str, size: int) -> "tuple[list, str | None]":
        """The people of `find` page by page, and the key of the next page, None on the last: in the order of the index
        that finds them, so that the first of half a million costs what the only one does."""
        ways = search.ways(search.detect(text), today)
        number, _dot, key = after.partition(".")
        first = read_number(number) or 0
        found: list = []
        for place, way in enumerate(ways[first:], first):
            order = RowKeyset(way.column, "area_id", "pk")
            people, more = order.page(self.filter(way.condition), key if place == first else "", size - len(found))
            found += people
            if more:
                return found, f"{place}.{more}"
            if len(found) == size and place + 1 < len(ways):
                return found, self._of_the_next(ways, place + 1)
        return found, None

    def _of_the_next(self, ways: list[search.Way], place: int) -> str | None:
        """The key before the first of the ways that finds anybody."""
        left = (at for at, way in enumerate(ways[place:], place) if self.filter(way.condition).exists())
        return next((f"{at}." for at in left), None)

    def next_keys(self, count: int) -> list[int]:
        """Keys for so many new rows, in one statement: numbers of people are sealed for a row before it is saved."""
        return [key for (key,) in sql.ask_all(NEXT_KEYS, ["workers_worker", "id", count])]

    def named_like(self, said: Collection[str]) -> "WorkerQuerySet":
        """Latin names by the index of their letters; Chinese ones by how they are written, because many sound alike."""
        latin = [names.pinyin_of(name).whole for name in said if names.is_latin(name)]
        spelt = {each for name in said if not names.is_latin(name) for each in names.spellings(name)}
        condition = any_of("name", spelt)
        return self.filter(Q(any_of("name_pinyin", latin)) | Q(condition) if latin else condition)


class WorkerTagQuerySet(QuerySet):
    def current(self) -> "WorkerTagQuerySet":
        return self.filter(valid_to=None)


class StatusReportQuerySet(QuerySet):
    def newest_first(self) -> "StatusReportQuerySet":
        """By when it happened; of two on the same moment the one entered later."""
        return self.order_by("-happened_at", "-pk")

    def overtaken(self) -> "StatusReportQuerySet":
        """Something that happened later is known of the worker."""
        later = self.model.objects.filter(worker=OuterRef("worker"), happened_at__gt=OuterRef("happened_at"))
        return self.filter(Exists(later))


class FlagQuerySet(QuerySet):
    def open(self) -> "FlagQuerySet":
        return self.filter(cleared_at=None)


class JournalLineQuerySet(QuerySet):
    def newest_first(self) -> "JournalLineQuerySet":
        return self.order_by("-seq")

    def in_order(self) -> "JournalLineQuerySet":
        return self.order_by("seq")
