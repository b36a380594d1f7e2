"""Which days a page counts. Both days are included."""

from dataclasses import dataclass
from datetime import date, timedelta

from cases.views.addresses import read_day

USUAL = 30
OFFERED = (7, 30, 90)


@dataclass(frozen=True)
class Period:
    """`was_understood` is False when the days asked for made no sense and the usual ones stand in for them."""

    first: date
    last: date
    was_understood: bool = True

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def query(self) -> dict[str, str]:
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def last_days(n: int, today: date) -> Period:
    """Today is the last of them."""
    return Period(today - timedelta(days=n - 1), today)


def read_period(first: str | None, last: str | None, today: date) -> Period:
    """The last 30 days unless both days were given, in order."""
    if not first and not last:
        return last_days(USUAL, today)
    start, end = read_day(first), read_day(last)
    if start and end and start <= end:
        return Period(start, end)
    usual = last_days(USUAL, today)
    return Period(usual.first, usual.last, was_understood=False)
