from collections.abc import Collection

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

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

    def next_keys(self, count: int) -> list[int]:
        """Keys for so many new rows, in one statement: numbers of people are sealed for a row before it is saved."""
        draw = "SELECT nextval(pg_get_serial_sequence('workers_worker', 'id')) FROM generate_series(1, %s)"
        with connection.cursor() as cursor:
            cursor.execute(draw, [count])
            return [key for (key,) in cursor]

    def named_like(self, said: Collection[str]) -> "WorkerQuerySet":
        """Latin names by the index of their letters; Chinese ones by how they are written, because many sound alike."""
        latin = [names.pinyin_of(name).whole for name in said if names.is_latin(name)]
        spelt = {each for name in said if not names.is_latin(name) for each in names.spellings(name)}
        return self.filter(Q(name_pinyin__in=latin) | Q(name__in=spelt))


class WorkerTagQuerySet(QuerySet):
    def current(self) -> "WorkerTagQuerySet":
        return self.filter(valid_to=None)


class StatusReportQuerySet(QuerySet):
    def newest_first(self) -> "StatusReportQuerySet":
        """By when it happened; of two on the same moment the one entered later."""
        return self.order_by("-happened_at", "-pk")

    def not_overtaken(self) -> "StatusReportQuerySet":
        """Nothing that happened later is known of the worker."""
        later = self.model.objects.filter(worker=OuterRef("worker"), happened_at__gt=OuterRef("happened_at"))
        return self.filter(~Exists(later))


class FlagQuerySet(QuerySet):
    def open(self) -> "FlagQuerySet":
        return self.filter(cleared_at=None)


class JournalLineQuerySet(QuerySet):
    def newest_first(self) -> "JournalLineQuerySet":
        return self.order_by("-seq")

    def in_order(self) -> "JournalLineQuerySet":
        return self.order_by("seq")
