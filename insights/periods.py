"""Which days a page counts. Both days are included."""

from dataclasses import dataclass
from datetime import date, timedelta

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
