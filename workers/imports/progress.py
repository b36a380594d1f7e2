"""How far a roster has come, in rows: read from its chunks, so it is true whoever works on them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext, ngettext

from workers.imports.issues import VERDICTS
from workers.models import RosterChunk, RosterUpload

State = RosterChunk.State
AHEAD = {State.CUT: 0, State.OUTLINED: 1, State.CHECKED: 2, State.SAVED: 2}
STEPS = 2
"""Rows are compared with each other and then with the register before anything of them is shown."""


@dataclass(frozen=True)
class Progress:
    """`counts` are rows by verdict, gravest first, of all that were judged. `began_at` is when saving began; without it
    rows are being judged."""

    rows: int
    judged: int
    done: int
    saved: int
    asking: int
    counts: dict[str, int]
    began_at: datetime | None
    moved_at: datetime | None

    @property
    def share(self) -> int:
        """Percent of what there is to do now, never 100 before it is done."""
        done, whole = (self.done, self.rows) if self.began_at else (self.judged, self.rows)
        return min(int(100 * done / whole), 100) if whole else 0

    @property
    def refused(self) -> int:
        """Rows that were taken up and not saved."""
        return self.done - self.saved

    @cached_property
    def rate(self) -> float:
        """Rows saved or refused a second, over all the time since saving began; 0 before the first chunk."""
        if not (self.began_at and self.moved_at and self.done):
            return 0
        return self.done / max((self.moved_at - self.began_at).total_seconds(), 0.1)

    @property
    def time_left(self) -> str:
        """In words; nothing while nobody can know."""
        if not self.rate:
            return ""
        minutes = round((self.rows - self.done) / self.rate / 60)
        words = ngettext("about %(n)d minute", "about %(n)d minutes", minutes)
        return words % {"n": minutes} if minutes else gettext("less than a minute")


def progress_of(upload: RosterUpload) -> Progress:
    """One query."""
    counts: Counter = Counter()
    judged = done = saved = asking = 0
    told = upload.chunks.values_list("state", "rows", "rows_saved", "asking", "counts")
    for state, rows, rows_saved, rows_asking, verdicts in told:
        judged += rows * AHEAD[state] / STEPS
        counts.update(verdicts)
        asking += rows_asking
        if state == State.SAVED:
            done, saved = done + rows, saved + rows_saved
        elif upload.started_at is None:
            saved += rows_saved
    gravest_first = {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}
    return Progress(
        upload.rows, int(judged), done, saved, asking, gravest_first, upload.started_at, upload.moved_at
    )  # fmt: skip


def is_checked(upload: RosterUpload) -> bool:
    """Every row has been compared with the others and the register."""
    if upload.cut_at is None:
        return False
    return not upload.chunks.filter(state__in=[State.CUT, State.OUTLINED]).exists()
