"""What a cadre enters about a call or a visit, and what no entry may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from cases.choices import OUTCOMES_OF, TWO_WAY_OUTCOMES
from cases.refusals import (
    CaseEnded,
    CaseMovedOn,
    HappenedBeforeOpening,
    HappenedInTheFuture,
    NextAttemptInThePast,
    OutcomeDoesNotFit,
)
from kit.days import local_day, start_of_day

if TYPE_CHECKING:
    from areas.models import Area
    from cases.models import Case, WorkItem


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`happened_at` is when it was done, which may be days before it was written down.

    `status` and what follows it are what the worker said; `next_at` replaces the suggested next attempt, and needs
    `put_off_because` when it is later than the clock allows. `new_phone` was told by the worker, the family or
    whoever answers at a wrong number.
    `phone_mark` says which number the sheet was opened with.
    `seat` is "yes" or "no" for somebody going back to work, `started_on` the first day of a job they have. `item` is
    the key of the work item that the sheet was opened for: when that is done already, somebody else was faster.
    """

    channel: str
    outcome: str
    happened_at: datetime
    note: str = ""
    next_at: datetime | None = None
    put_off_because: str = ""
    status: str | None = None
    reask_on: date | None = None
    new_phone: str = ""
    phone_mark: str = ""
    seat: str = ""
    started_on: date | None = None
    employer_name: str = ""
    destination: Area | None = None
    wage: int | None = None
    lon: Decimal | None = None
    lat: Decimal | None = None
    once: UUID | None = None
    item: int | None = None

    @property
    def is_two_way(self) -> bool:
        return self.outcome in TWO_WAY_OUTCOMES

    def columns(self) -> dict:
        """The part that the attempt itself keeps."""
        kept = ("channel", "outcome", "happened_at", "note", "next_at", "put_off_because", "lon", "lat", "once")
        status = (self.status or None) if self.is_two_way else None
        return {name: getattr(self, name) for name in kept} | {"status": status}


def check_entry(entry: Entry, case: Case, item: WorkItem | None, *, at: datetime) -> None:
    """An entry may be older than the opening by hours, since a flag is often raised after the talk, not by days."""
    if not case.is_open or item is None:
        raise CaseEnded
    if entry.item is not None and entry.item != item.pk:
        raise CaseMovedOn
    if entry.outcome not in OUTCOMES_OF.get(entry.channel, ()):
        raise OutcomeDoesNotFit
    if entry.happened_at > at:
        raise HappenedInTheFuture
    if entry.happened_at < start_of_day(local_day(case.opened_at)):
        raise HappenedBeforeOpening
    if entry.next_at is not None and entry.next_at <= at:
        raise NextAttemptInThePast
