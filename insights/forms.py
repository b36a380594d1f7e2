from dataclasses import replace
from datetime import date

from insights.periods import USUAL, Period, last_days
from kit.filters import FilterDayField, FilterForm, NumberField


class OverviewFilter(FilterForm):
    names = {"first": "from", "last": "to"}

    area = NumberField()
    first = FilterDayField()
    last = FilterDayField()

    def period(self, today: date) -> Period:
        """The last 30 days unless both days were given, in order."""
        first, last = self.chosen.get("first"), self.chosen.get("last")
        if first and last and first <= last:
            return Period(first, last)
        is_asked = self.data.get("from") or self.data.get("to")
        return replace(last_days(USUAL, today), was_understood=not is_asked)
