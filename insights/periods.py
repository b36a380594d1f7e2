"""Which days a page counts. Both days are included."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateparse import parse_date

USUAL = timedelta(days=29)


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def query(self) -> dict[str, str]:
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def read_period(first: str | None, last: str | None, today: date) -> Period:
    """The last 30 days unless both days were given, in order."""
    start, end = _day(first), _day(last)
    return Period(start, end) if start and end and start <= end else Period(today - USUAL, today)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
