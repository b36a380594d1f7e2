"""What a list says against what the record says, in one place for one person and for thousands.

The newer day wins, field by field: what somebody said of a later day stands, and so does whatever was found right on a
later visit; a field of which nothing is known may be filled by a list of any day. A number at which the worker was
reached, or that a visit confirmed, is not replaced by a list's. A blank cell erases nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from kit.copying import NULL, copy_text
from kit.sealing import crypto
from kit.sealing.many import BlindIndex
from workers import identity
from workers.choices import Source, VerifiedHow
from workers.events import phones_doubted
from workers.models import Worker
from workers.services.standing import DATED, Facts, Register, Renewal, Standing

LISTS = frozenset({Source.IMPORT})
"""Sources of which nobody spoke to the worker."""
SPOKEN_WITH = [VerifiedHow.VISIT.value, VerifiedHow.CALL.value]
THE_SAME = object()
DAY = {name: place for place, name in enumerate(DATED)}

PROVEN = """
SELECT worker.id, said.phone_listed_at,
    (worker.last_verified_how = ANY(%s) AND worker.last_verified_at >= since.moment) OR EXISTS (
        SELECT 1 FROM workers_statusreport report
        WHERE report.worker_id = worker.id AND report.source = ANY(%s) AND report.happened_at >= since.moment
    )
FROM workers_worker worker LEFT JOIN workers_saidon said ON said.worker_id = worker.id
CROSS JOIN LATERAL (SELECT COALESCE(said.phone_listed_at, '-infinity') AS moment) since
WHERE worker.id = ANY(%s::bigint[]) AND worker.phone_blind IS NOT NULL
    AND worker.phone_blind IS DISTINCT FROM worker.wrong_phone_blind
"""
NOTE = f"""
WITH said AS (
    SELECT * FROM unnest(%s::bigint[], {", ".join(["%s::date[]"] * len(DATED))}, %s::boolean[], %s::timestamptz[])
    AS said (worker_id, {", ".join(DATED)}, has_new_phone, phone_listed_at)
), known AS (
    UPDATE workers_saidon old SET {", ".join(f"{name} = GREATEST(old.{name}, said.{name})" for name in DATED)},
        phone_listed_at = CASE WHEN said.has_new_phone THEN said.phone_listed_at ELSE old.phone_listed_at END
    FROM said WHERE old.worker_id = said.worker_id
    RETURNING old.worker_id
)
INSERT INTO workers_saidon (worker_id, {", ".join(DATED)}, phone_listed_at)
SELECT worker_id, {", ".join(DATED)}, phone_listed_at FROM said WHERE worker_id NOT IN (SELECT worker_id FROM known)
"""
OF_NEWCOMERS = f"COPY workers_saidon (worker_id, {', '.join(DATED)}, phone_listed_at) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Said:
    """Facts of one day. `listed_at` when a list brings another phone with them, and then `has_new_phone` too."""

    worker_id: int
    day: date
    names: Collection[str]
    has_new_phone: bool = False
    listed_at: datetime | None = None

    @property
    def columns(self) -> tuple:
        return self.worker_id, *(self.day if name in self.names else None for name in DATED)


class Comparison:
    """Of what lists say with what the record says."""

    def __init__(self):
        self._blind = BlindIndex(crypto.PHONE).of

    def weigh(self, changes: Mapping, standing: Standing, said_on: date | None) -> Facts:
        """`said_on` is None for what is said now. Raises InvalidPhone. Whether a phone is proven is asked for many at
        once, by `keep_proven`."""
        facts = Facts()
        for name, value in changes.items():
            if not value and value is not False:
                continue
            known_on = standing.said_on[DAY[name]]
            other = self._other(name, value, standing)
            if other is not THE_SAME:
                if self._stands(name, other, standing, known_on, said_on):
                    facts.kept.append(name)
                    continue
                facts.changed[name] = other
            if said_on is not None and (known_on is None or known_on < said_on):
                facts.noted.append(name)
        return facts

    def _other(self, name: str, value: object, standing: Standing) -> object:
        if name == "phone":
            return self._other_phone(value, standing)
        known = standing.area_id if name == "area" else getattr(standing, name)
        return THE_SAME if (value.pk if name == "area" else value) == known else value

    def _other_phone(self, written: str, standing: Standing) -> object:
        """It may be the same in another spelling."""
        if self._blind(written) == standing.phone_blind:
            return THE_SAME
        phone = identity.read_phone(written)
        return THE_SAME if self._blind(phone) == standing.phone_blind else phone

    def _stands(
        self, name: str, other: object, standing: Standing, known_on: date | None, said_on: date | None
    ) -> bool:
        """Something newer is known, or somebody else answered at the number."""
        if name == "phone" and self._blind(other) == standing.wrong_phone_blind:
            return True
        if said_on is None:
            return False
        if known_on is not None and known_on > said_on:
            return True
        return standing.verified_on is not None and standing.verified_on > said_on and _is_known(name, standing)


def _is_known(name: str, standing: Standing) -> bool:
    value = standing.phone_blind if name == "phone" else name == "area" or getattr(standing, name)
    return bool(value) or value is False


def tags_to_set(renewal: Renewal, register: Register) -> list[str]:
    """A list of an earlier day does not put anybody back into a group that they have left."""
    key, day = renewal.worker_id, renewal.said_on
    current, ended = register.tags.get(key, ()), register.ended
    return [
        tag for tag in dict.fromkeys(renewal.tags)
        if tag not in current and not (day and (key, tag) in ended and ended[key, tag] > day)
    ]  # fmt: skip


def keep_proven(facts: Mapping[int, Facts]) -> None:
    """By worker. Two queries for those who would have another phone."""
    doubted = [worker_id for worker_id, of_them in facts.items() if "phone" in of_them.changed]
    if not doubted:
        return
    with connection.cursor() as cursor:
        cursor.execute(PROVEN, [SPOKEN_WITH, SPOKEN_WITH, doubted])
        rows = cursor.fetchall()
    reached = {worker_id for worker_id, _since, is_proven in rows if is_proven}
    since = {worker_id: listed_at for worker_id, listed_at, is_proven in rows if not is_proven}
    phones_doubted.send(sender=Worker, since=since, reached=reached)
    for worker_id in reached:
        facts[worker_id].keep("phone")


def said_of(
    worker_id: int, names: Collection[str], day: date, changed: Collection[str], *, at: datetime, source: str
) -> Said:
    """`changed` are those of the facts that say something else than before."""
    has_new_phone = "phone" in changed
    return Said(worker_id, day, names, has_new_phone, at if has_new_phone and source in LISTS else None)


def note(said: Iterable[Said]) -> None:
    """Of people whose rows the caller holds, each once. A day that is older than the one noted changes nothing."""
    rows = [(*one.columns, one.has_new_phone, one.listed_at) for one in said if one.names]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [list(column) for column in zip(*rows, strict=True)])


def note_new(said: Iterable[Said]) -> None:
    """Of people who have just been put on the register."""
    copy_text(OF_NEWCOMERS, "".join(map(_row, said)))


def _row(said: Said) -> str:
    day, listed_at = said.day.isoformat(), said.listed_at.isoformat() if said.listed_at else NULL
    days = "\t".join([day if name in said.names else NULL for name in DATED])
    return f"{said.worker_id}\t{days}\t{listed_at}\n"
