"""Where a page of rows left off, as text for a link. A key that was tampered with is no key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cases.models import WorkItem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LONGEST = 16  # digits: until the year 2286, and any key of a table


@dataclass(frozen=True)
class PageKey:
    """Place of one work item in page order, and the group of Today it stood in."""

    priority: int
    due_at: datetime
    pk: int
    group: str = ""

    def __str__(self):
        return f"{self.group}.{self.priority}.{(self.due_at - EPOCH) // TICK}.{self.pk}"


def first_key(group: str) -> PageKey:
    """Before every row of the group."""
    return PageKey(0, EPOCH, 0, group)


def key_of(item: WorkItem, group: str = "") -> PageKey:
    return PageKey(item.priority, item.due_at, item.pk, group)


def read_key(text: str | None) -> PageKey | None:
    group, *numbers = (text or "").split(".")
    if len(numbers) != 3 or not all(number.isascii() and number.isdigit() for number in numbers):
        return None
    if any(len(number) > LONGEST for number in numbers):
        return None
    priority, ticks, pk = (int(number) for number in numbers)
    return PageKey(priority, EPOCH + ticks * TICK, pk, group)
