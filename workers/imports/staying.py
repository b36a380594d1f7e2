"""Who of a roster cannot be given back how they stood before it: somebody has worked on them since.

That is any line in their journal after those of the roster but those of time itself; another roster that said anything
of them later (also the same once more, which leaves no line); and what an app says of itself that leaves no line
(`register`).
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from areas.ranges import Range
from areas.selectors import full_name
from kit.copying import array_of
from workers.models import Worker

WORKED_ON, FOLLOWED, ELSEWHERE = "worked_on", "followed", "elsewhere"
WHY = {
    WORKED_ON: _("Somebody has worked on them since."),
    FOLLOWED: _("Something followed by itself: for their case, or because they moved."),
    ELSEWHERE: _("They live where you do not serve."),
}
BROUGHT = ("tag_set", "status_reported", "older_status_reported", "worker_flagged", "case_opened")
"""Lines about a row that came with them."""
BY_TIME = ("case_escalated",)
"""What nobody does: a case that fell due goes up. The database knows it too (migration 23)."""
AT_HOME = ("household_without_work", "household_has_work")
"""Of a household it is reckoned anew when somebody of it is taken back."""
OWN = ("worker_registered", "worker_corrected", "name_kept", "roster_taken_back", *BROUGHT, *AT_HOME, *BY_TIME)
"""What a roster brings of one person, and can be taken back of them alone."""
PAGE = 50

_without_line: list[str] = []

STANDING = """
SELECT trace.id, trace.worker_id, trace.first, trace.last, trace.earlier_cipher, CASE
    WHEN head.seq <> trace.last AND EXISTS (
        SELECT FROM workers_journalline since WHERE since.worker_id = trace.worker_id
            AND since.seq > trace.last AND since.what <> ALL(%(by_time)s)
    ) OR {worked_on} OR EXISTS (
        SELECT FROM workers_rostertrace later WHERE later.worker_id = trace.worker_id
            AND (later.left_at, later.upload_id) > (trace.left_at, trace.upload_id)
    ) THEN '{WORKED_ON}'
    WHEN EXISTS (
        SELECT FROM workers_journalline line WHERE line.worker_id = trace.worker_id
            AND line.seq BETWEEN trace.first AND trace.last
            AND (line.what <> ALL(%(own)s) OR line.data -> 'changed' ? 'area')
    ) THEN '{FOLLOWED}'
    WHEN NOT (%(everywhere)s OR EXISTS (
        SELECT FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS served (low, high)
        WHERE worker.area_code >= low AND worker.area_code < high
    )) THEN '{ELSEWHERE}'
    ELSE '' END AS why
FROM workers_rostertrace trace
JOIN workers_journalhead head ON head.worker_id = trace.worker_id
JOIN workers_worker worker ON worker.id = trace.worker_id
WHERE trace.upload_id = %(upload)s{only}
"""
NOT_GONE = """NOT EXISTS (
    SELECT FROM workers_journalline back WHERE back.worker_id = line.worker_id AND back.what = 'roster_taken_back'
        AND back.about_id <> %(upload)s
        AND line.seq BETWEEN (back.data ->> 'first')::integer AND (back.data ->> 'last')::integer
)"""
"""A line of another roster, which was taken back since: what it is about is there no more."""
COUNTS = """
WITH standing AS MATERIALIZED ({standing})
SELECT count(*) FILTER (WHERE why = '' AND first = 1), count(*) FILTER (WHERE why = '' AND first > 1),
    count(*) FILTER (WHERE why <> ''), (
        SELECT count(*) FROM standing JOIN workers_journalline line ON line.worker_id = standing.worker_id
        WHERE why = '' AND line.seq BETWEEN first AND last AND line.what = 'case_opened'
            AND {not_gone}
    )
FROM standing
"""
STAYING = """
SELECT worker_id, why FROM ({standing}) AS standing WHERE why <> '' AND worker_id > %(after)s
ORDER BY worker_id LIMIT %(most)s
"""


def register(model: type[models.Model], moment: str) -> None:
    """Rows of a model with a key `worker` that leave no line in the journal; `moment` is the field that says when."""
    table, column = model._meta.db_table, model._meta.get_field(moment).column
    _without_line.append(
        f"EXISTS (SELECT FROM {table} work WHERE work.worker_id = trace.worker_id AND work.{column} >= trace.left_at)"
    )


@dataclass(frozen=True)
class Standing:
    """What a roster left of one person; `why` they stay as they are, "" when it can be taken back."""

    trace_id: int
    worker_id: int
    first: int
    last: int
    earlier_cipher: bytes | None
    why: str

    @property
    def is_new(self) -> bool:
        """They came onto the register with it, and leave with it."""
        return self.first == 1


@dataclass(frozen=True)
class Counts:
    """People: who leaves the register, who gets their earlier record back, who stays as they are; and cases that go."""

    leave: int
    restored: int
    stay: int
    cases: int


@dataclass(frozen=True)
class Staying:
    """`worker` is None where the reader may not see who it is."""

    why: str
    worker: Worker | None

    @property
    def place(self) -> str:
        return full_name(self.worker.area_id) if self.worker else ""


@dataclass(frozen=True)
class Scope:
    """Of which roster, and where whoever takes it back serves; `ranges` is None for everywhere."""

    upload_id: int
    ranges: tuple[Range, ...] | None

    def _asked(self, statement: str, only: str = "", **more: object) -> list[tuple]:
        served = self.ranges or ()
        said = {
            "upload": self.upload_id, "own": list(OWN), "by_time": list(BY_TIME), "everywhere": self.ranges is None,
            "lows": [low for low, _high in served], "highs": [high for _low, high in served], **more,
        }  # fmt: skip
        worked_on = " OR ".join(["false", *_without_line])
        standing = STANDING.format(
            worked_on=worked_on, only=only, WORKED_ON=WORKED_ON, FOLLOWED=FOLLOWED, ELSEWHERE=ELSEWHERE
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.format(standing=standing, not_gone=NOT_GONE), said)
            return cursor.fetchall()

    def counts(self) -> Counts:
        """One query, over everybody of the roster."""
        return Counts(*self._asked(COUNTS)[0])

    def standing(self, worker_ids: Collection[int]) -> list[Standing]:
        """Of these people, as far as the roster left something of them."""
        only = " AND trace.worker_id = ANY(%(among)s::bigint[])"
        return [Standing(*row) for row in self._asked("{standing}", only, among=array_of(worker_ids))]

    def staying(self, *, reader, after: int = 0) -> tuple[list[Staying], int | None]:
        """A page of who stays as they are, and the key after which the next one begins."""
        found = self._asked(STAYING, after=after, most=PAGE + 1)
        rows = found[:PAGE]
        seen = Worker.objects.visible_to(reader).only("name", "area_id").in_bulk([key for key, _why in rows])
        staying = [Staying(str(WHY[why]), seen.get(key)) for key, why in rows]
        return staying, rows[-1][0] if len(found) > PAGE else None
