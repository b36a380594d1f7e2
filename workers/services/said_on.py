"""What a list says against what the record says, in one place for one person and for thousands.

The newer day wins, field by field: what somebody said of a later day stands, and so does whatever was found right on a
later visit; a field of which nothing is known may be filled by a list of any day. A number at which the worker was
reached, or that a visit confirmed, is not replaced by a list's. With whom somebody lives, and as what, is one fact:
where a person said it no list says otherwise. A blank cell erases nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from kit.copying import array_of
from kit.sealing import crypto
from kit.sealing.many import BlindIndex
from workers import identity
from workers.choices import Source, VerifiedHow
from workers.events import phones_doubted
from workers.models import Household, Worker
from workers.services.standing import DATED, HOME, Facts, Register, Renewal, Standing, is_said

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
    SELECT * FROM unnest(%s::bigint[], {", ".join(["%s::date[]"] * len(DATED))}, %s::boolean[], %s::timestamptz[],
        %s::boolean[], %s::boolean[])
    AS said (worker_id, {", ".join(DATED)}, has_new_phone, phone_listed_at, has_new_home, household_listed)
), known AS (
    UPDATE workers_saidon old SET {", ".join(f"{name} = GREATEST(old.{name}, said.{name})" for name in DATED)},
        phone_listed_at = CASE WHEN said.has_new_phone THEN said.phone_listed_at ELSE old.phone_listed_at END,
        household_listed = CASE WHEN said.has_new_home THEN said.household_listed ELSE old.household_listed END
    FROM said WHERE old.worker_id = said.worker_id
    RETURNING old.worker_id
)
INSERT INTO workers_saidon (worker_id, {", ".join(DATED)}, phone_listed_at, household_listed)
SELECT worker_id, {", ".join(DATED)}, phone_listed_at, household_listed FROM said
WHERE worker_id NOT IN (SELECT worker_id FROM known)
"""


@dataclass(frozen=True, slots=True)
class Said:
    """Facts of one day. `listed_at` when a list brings another phone with them, and then `has_new_phone` too;
    `home_listed` when it brings another household, and then `has_new_home` too."""

    worker_id: int
    day: date
    names: Collection[str]
    has_new_phone: bool = False
    listed_at: datetime | None = None
    has_new_home: bool = False
    home_listed: bool = False

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
            if not is_said(value) or name in HOME:
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
        if home := changes.get("household"):
            _weigh_home(home, changes.get("household_role", ""), standing, said_on, facts)
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


def _weigh_home(home: Household, role: str, standing: Standing, said_on: date | None, facts: Facts) -> None:
    """As one fact. A household stands in one village."""
    known_on, moves = standing.said_on[DAY["household"]], home.pk != standing.household_id
    lives_in = facts.changed["area"].pk if "area" in facts.changed else standing.area_id
    if moves or role not in ("", standing.household_role):
        if (moves and lives_in != home.area_id) or _home_stands(standing, known_on, said_on, moves=moves):
            facts.kept.append("household")
            return
        facts.changed |= {"household": home} if moves else {}
        facts.changed |= {"household_role": role} if role != standing.household_role else {}
    if said_on is not None and (known_on is None or known_on < said_on):
        facts.noted.append("household")


def _home_stands(standing: Standing, known_on: date | None, said_on: date | None, *, moves: bool) -> bool:
    """Somebody said it who is no list, or something newer is known; a place in the household that nobody said may be
    filled. Of a household that is on record without a day nobody knows who said it."""
    has_home = standing.household_id is not None
    if not moves and not standing.household_role:
        return False
    if not standing.household_listed and (has_home or known_on is not None):
        return True
    if said_on is None:
        return False
    if known_on is not None and known_on > said_on:
        return True
    return has_home and standing.verified_on is not None and standing.verified_on > said_on


def _is_known(name: str, standing: Standing) -> bool:
    return name == "area" or is_said(standing.phone_blind if name == "phone" else getattr(standing, name))


def tags_to_set(renewal: Renewal, register: Register) -> list[str]:
    """A list of an earlier day does not put anybody back into a group that they have left."""
    key, day = renewal.worker_id, renewal.said_on
    current, ended = register.tags.get(key, ()), register.ended
    return [
        tag for tag in dict.fromkeys(renewal.tags)
        if tag not in current and not (day and (key, tag) in ended and ended[key, tag] > day)
    ]  # fmt: skip


def keep_proven(weighed: Sequence[tuple[int, Facts]]) -> None:
    """With the key of each worker. Two queries for those who would have another phone."""
    doubted = [worker_id for worker_id, facts in weighed if "phone" in facts.changed]
    if not doubted:
        return
    with connection.cursor() as cursor:
        cursor.execute(PROVEN, [SPOKEN_WITH, SPOKEN_WITH, array_of(doubted)])
        rows = cursor.fetchall()
    reached = {worker_id for worker_id, _since, is_proven in rows if is_proven}
    since = {worker_id: listed_at for worker_id, listed_at, is_proven in rows if not is_proven}
    phones_doubted.send(sender=Worker, since=since, reached=reached)
    for worker_id, facts in weighed:
        if worker_id in reached and "phone" in facts.changed:
            facts.keep("phone")


def said_of(
    worker_id: int, names: Collection[str], day: date, changed: Collection[str], *, at: datetime, source: str
) -> Said:
    """`changed` are those of the facts that say something else than before."""
    has_new_phone, has_new_home, is_list = "phone" in changed, not HOME.isdisjoint(changed), source in LISTS
    return Said(
        worker_id, day, {*names, "household"} if has_new_home else names,
        has_new_phone, at if has_new_phone and is_list else None, has_new_home, has_new_home and is_list,
    )  # fmt: skip


def note(said: Iterable[Said]) -> None:
    """Of people whose rows the caller holds, each once. A day that is older than the one noted changes nothing."""
    rows = [
        (*one.columns, one.has_new_phone, one.listed_at, one.has_new_home, one.home_listed)
        for one in said if one.names
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, list(map(array_of, zip(*rows, strict=True))))
