from datetime import date

from django.db.models import Manager, Q, QuerySet

from areas.ranges import Range, in_ranges
from kit import sql


class AreaQuerySet(QuerySet):
    def within(self, area) -> "AreaQuerySet":
        """The area itself and everything under it."""
        return self.in_ranges([(area.low, area.high)])

    def in_ranges(self, ranges: list[Range]) -> "AreaQuerySet":
        return self.filter(in_ranges("code", ranges))

    def children_of(self, area) -> "AreaQuerySet":
        return self.filter(parent_id=area.pk)

    def at_level(self, level: str) -> "AreaQuerySet":
        return self.filter(level=level)

    def current(self, today: date) -> "AreaQuerySet":
        """Divisions that exist on that day."""
        begun = Q(valid_from=None) | Q(valid_from__lte=today)
        not_over = Q(valid_to=None) | Q(valid_to__gt=today)
        return self.filter(begun & not_over)


class HolidayManager(Manager):
    def as_calendar(self) -> frozenset[tuple[date, bool]]:
        """What `areas.working_days` counts with: (day, is it worked). Load once, count often."""
        return frozenset(sql.ask_all("SELECT date, is_working_day FROM areas_holiday"))
