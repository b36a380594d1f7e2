"""A roster that was saved is taken back: its newcomers leave the register, whoever was known stands as before.

Somebody of whom more was said since stays as they are, and is shown before anybody presses. It goes chunk by chunk, by
any number of processes, and claim, work and mark of a chunk are one transaction, as in `engine`: one that dies leaves
nobody half taken back. Each journal gets one line more and keeps all others.
"""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from celery import signature
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kit.copying import array_of
from kit.refusals import Refusal
from kit.sealing import crypto
from kit.sql import any_of
from staff.models import User
from staff.roles import ABOVE_VILLAGE
from workers.events import rows_taken_back
from workers.imports import traces
from workers.imports.engine import Clock
from workers.imports.staying import BROUGHT, BY_TIME, NOT_GONE, Counts, Scope, Standing
from workers.imports.uploads import AT_A_STRETCH, HANDS, LONGEST_WAIT, RosterGone
from workers.journal.copying import canonical
from workers.journal.many import KnownChains
from workers.journal.verifying import TAKEN_BACK
from workers.locking import lock_workers
from workers.models import (
    Flag,
    Household,
    RosterChunk,
    RosterHousehold,
    RosterTrace,
    RosterUpload,
    SaidOn,
    StatusReport,
    Worker,
    WorkerTag,
)
from workers.services.homes_of_many import Homes
from workers.services.households import recompute_zero_employment

TASK = "workers.tasks.take_back_roster"  # by name, because the task calls this module
OWN_ROWS = (WorkerTag, Flag)
"""Of the register, beside reports and people, which the database lets go by a function of its own."""
LEFT, RESTORED, CASES = "left", "restored", "cases"
SEALED = {"id_number": ("id_number_cipher", "id_number_blind"), "phone": ("phone_cipher", "phone_blind")}
PEOPLE = """
SELECT DISTINCT worker_id FROM workers_rosterverdict
WHERE upload_id = %s AND no >= %s AND no < %s AND is_saved AND worker_id IS NOT NULL
"""
ROWS = f"""
SELECT line.about_type, array_agg(line.about_id)
FROM unnest(%(workers)s::bigint[], %(firsts)s::integer[], %(lasts)s::integer[]) AS taken (worker_id, first, last)
JOIN workers_journalline line ON line.worker_id = taken.worker_id AND line.seq BETWEEN taken.first AND taken.last
WHERE line.what = ANY(%(brought)s) AND {NOT_GONE} GROUP BY 1
"""
# Who had come with another roster, or was renewed by one, stands as that one left them again.
ENDS_HERE_AGAIN = """
UPDATE workers_rostertrace earlier SET last = head.seq
FROM unnest(%s::bigint[], %s::integer[]) AS taken (worker_id, first)
JOIN workers_journalhead head ON head.worker_id = taken.worker_id
WHERE earlier.worker_id = taken.worker_id AND earlier.last < taken.first AND earlier.upload_id <> %s
    AND NOT EXISTS (
        SELECT FROM workers_journalline line WHERE line.worker_id = earlier.worker_id
            AND line.seq > earlier.last AND line.seq < taken.first AND line.what <> ALL(%s)
    )
"""
BLINDS = "SELECT id, id_number_blind, phone_blind FROM workers_worker WHERE id = ANY(%s::bigint[])"
AS_BEFORE = """
UPDATE {table} AS standing SET ({columns}) = (
    SELECT {columns} FROM jsonb_populate_record(standing, earlier.record)
)
FROM unnest(%s::bigint[], %s::jsonb[]) AS earlier (worker_id, record) WHERE standing.{key} = earlier.worker_id
"""


class NotSavedYet(Refusal):
    message = _("This roster is not saved.")
    way_out = _("Nothing of it is on the register: break it off, or let it be forgotten.")


class TooLateToTakeBack(Refusal):
    message = _("This roster was saved too long ago to be taken back.")
    way_out = _("Put right what is wrong on the records themselves.")


class NothingToTakeBack(Refusal):
    message = _("Nothing of this roster can be taken back.")
    way_out = _("Its people stand as somebody has worked on them since.")


class WorkedOnMeanwhile(Refusal):
    message = _("Since you looked, somebody has worked on more people of this roster.")
    way_out = _("Look at who stays as they are, and take it back again.")


@dataclass(frozen=True)
class Undone:
    """How far a roster is taken back, in rows; `left` and `restored` are people, `cases` those that went with them."""

    rows: int
    done: int
    left: int
    restored: int
    cases: int

    @property
    def share(self) -> int:
        """Percent."""
        return int(100 * self.done / self.rows) if self.rows else 100


def scope_of(upload: RosterUpload, by: User | None) -> Scope:
    return Scope(upload.pk, by and by.ranges_as(*ABOVE_VILLAGE))


def kept_until(upload: RosterUpload) -> datetime:
    """Of one that is saved."""
    return upload.started_at + traces.kept_for()


def check_can_be_taken_back(upload: RosterUpload, *, at: datetime) -> None:
    if not upload.is_saved:
        raise NotSavedYet
    if at > kept_until(upload):
        raise TooLateToTakeBack


def can_be_taken_back(upload: RosterUpload, *, at: datetime) -> bool:
    """As far as its own row says: whoever was worked on is looked for when somebody asks."""
    return upload.is_saved and upload.taking_back_at is None and at <= kept_until(upload)


@transaction.atomic
def begin(*, upload: RosterUpload, by: User | None, staying: int, at: datetime) -> RosterUpload:
    """Have it taken back, but for `staying` people, as many as were shown. Begun twice it is once."""
    roster = RosterUpload.objects.select_for_update().filter(pk=upload.pk).first()
    if roster is None:
        raise RosterGone
    if roster.taking_back_at:
        return roster
    check_can_be_taken_back(roster, at=at)
    _check_as_shown(scope_of(roster, by).counts(), staying)
    roster.taking_back_at, roster.taken_back_by = at, by
    roster.save(update_fields=["taking_back_at", "taken_back_by"])
    return roster


@transaction.atomic
def take_back(*, upload: RosterUpload, by: User, staying: int, at: datetime) -> RosterUpload:
    """By whoever sent it."""
    if upload.by_id != by.pk:
        raise RosterGone
    roster = begin(upload=upload, by=by, staying=staying, at=at)
    if roster.is_being_taken_back:
        _hand_over(roster, at)
    return roster


def _check_as_shown(found: Counts, staying: int) -> None:
    if not (found.leave or found.restored):
        raise NothingToTakeBack
    if found.stay > staying:
        raise WorkedOnMeanwhile


def undone_of(upload: RosterUpload) -> Undone:
    """One query."""
    counted, rows, done = Counter(), 0, 0
    saved = upload.chunks.filter(state=RosterChunk.State.SAVED)
    for count, undone_at, undone in saved.values_list("rows", "undone_at", "undone"):
        rows += count
        if undone_at:
            done += count
            counted.update(undone)
    return Undone(rows, done, counted[LEFT], counted[RESTORED], counted[CASES])


def work(upload_id: int, *, now: Clock, seconds: float = float("inf")) -> bool:
    """Take back chunk after chunk; returns whether something is left that nobody has in hand. `seconds` is how long to
    go on."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not take_up_one(upload_id, at=now()):
            return False
    return True


def carry_out(*, upload_id: int, now: Clock) -> None:
    if work(upload_id, now=now, seconds=AT_A_STRETCH):
        _send(upload_id)


def take_up_one(upload_id: int, *, at: datetime) -> bool:
    """The next piece of work; False when there is none, or others have what is left in hand."""
    is_done = _take_up(upload_id, at)
    if is_done:
        RosterUpload.objects.filter(pk=upload_id).update(moved_at=at)
    return is_done


@transaction.atomic
def _take_up(upload_id: int, at: datetime) -> bool:
    being_taken_back = RosterUpload.objects.filter(taking_back_at__isnull=False, taken_back_at=None)
    upload = being_taken_back.select_related("taken_back_by").filter(pk=upload_id).first()
    if upload is None:
        return False
    waiting = upload.chunks.filter(state=RosterChunk.State.SAVED, undone_at=None)
    chunk = waiting.select_for_update(skip_locked=True).order_by("no").first()
    if chunk is None:
        return _finish(upload_id, waiting, at)
    chunk.undone = _take_back(upload, _people_of(chunk), at)
    chunk.undone_at = at
    chunk.save(update_fields=["undone", "undone_at"])
    return True


def _finish(upload_id: int, waiting, at: datetime) -> bool:
    if waiting.exists():
        return False
    finished = RosterUpload.objects.filter(pk=upload_id, taken_back_at=None)
    return bool(finished.update(taken_back_at=at))


def _people_of(chunk: RosterChunk) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [chunk.upload_id, chunk.first, chunk.first + chunk.rows])
        return sorted(key for (key,) in cursor.fetchall())


def _take_back(upload: RosterUpload, worker_ids: list[int], at: datetime) -> dict[str, int]:
    """Looked at under the locks of their cases, rows and chains. The lines come first: by them the database sees what
    may go."""
    by = upload.taken_back_by
    lock_workers(worker_ids, homes=_homes_of(worker_ids))
    _keep_others_off(worker_ids)
    book = KnownChains(worker_ids, by=by and by.pk, at=at, at_once=len(worker_ids))
    taken = [one for one in scope_of(upload, by).standing(worker_ids) if not one.why]
    for one in taken:
        if one.last >= one.first:
            told = canonical({"first": one.first, "last": one.last})
            book.add(one.worker_id, TAKEN_BACK, told, about=(upload._meta.label_lower, upload.pk))
    book.write()
    rows = _rows_of(upload, taken)
    _restore([one for one in taken if not one.is_new])
    leaving = [one.worker_id for one in taken if one.is_new]
    homes = _homes_of([one.worker_id for one in taken])
    _let_go(rows, leaving)
    _settle(homes, by=by, at=at)
    _forget(upload, taken)
    left = sum(one.is_new for one in taken)
    return {LEFT: left, RESTORED: len(taken) - left, CASES: len(rows.get("cases.case", ()))}


def _forget(upload: RosterUpload, taken: list[Standing]) -> None:
    traced = RosterTrace.objects.filter(any_of("id", [one.trace_id for one in taken]))
    traced._raw_delete(traced.db)
    known = [one for one in taken if not one.is_new]
    with connection.cursor() as cursor:
        columns = array_of(one.worker_id for one in known), array_of(one.first for one in known)
        cursor.execute(ENDS_HERE_AGAIN, [*columns, upload.pk, list(BY_TIME)])


def _keep_others_off(worker_ids: list[int]) -> None:
    """Also those who only write something about them, which the rows of the people themselves do not show."""
    rows = Worker.objects.select_for_update().filter(any_of("id", worker_ids)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _rows_of(upload: RosterUpload, taken: list[Standing]) -> dict[str, list[int]]:
    """Keys of what their lines are about, by model."""
    lines = {
        "workers": array_of(one.worker_id for one in taken),
        "firsts": array_of(one.first for one in taken),
        "lasts": array_of(one.last for one in taken),
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS, lines | {"upload": upload.pk, "brought": list(BROUGHT)})
        return dict(cursor.fetchall())


def _let_go(rows: dict[str, list[int]], people: list[int]) -> None:
    """Later stages first: a case holds the flag that opened it."""
    rows_taken_back.send(sender=RosterUpload, rows=rows)
    for model in OWN_ROWS:
        own = model.objects.filter(any_of("id", rows.get(model._meta.label_lower, ())))
        own._raw_delete(own.db)
    said = SaidOn.objects.filter(any_of("worker_id", people))
    said._raw_delete(said.db)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workers_let_go(%s::bigint[], %s::bigint[])",
            [array_of(people), array_of(rows.get(StatusReport._meta.label_lower, ()))],
        )


def _homes_of(worker_ids: list[int]) -> list[int]:
    housed = Worker.objects.filter(any_of("id", worker_ids), household__isnull=False)
    return sorted(set(housed.values_list("household_id", flat=True)))


def _settle(homes: list[int], *, by: User | None, at: datetime) -> None:
    """Households that newcomers left: nobody lives in most of them now, and they go. Who stays in one, because
    somebody has worked on them since, may be the last, or no longer be; and with an earlier status of somebody known a
    household may lose the last who has work."""
    empty = Household.objects.filter(any_of("id", homes), members=None)
    gone = sorted(empty.values_list("pk", flat=True))
    for model, column in ((RosterHousehold, "household_id"), (Household, "id")):
        rows = model.objects.filter(any_of(column, gone))
        rows._raw_delete(rows.db)
    standing = Homes({*homes} - {*gone})
    for home in sorted(filter(standing.changes, standing.zero)):
        recompute_zero_employment(household=Household(pk=home), by=by, at=at)


def _restore(taken: list[Standing]) -> None:
    """The record of somebody known as it stood before."""
    earlier = {one.worker_id: traces.opened(one.trace_id, one.earlier_cipher) for one in taken}
    _seal_again(earlier)
    _write_as_before(Worker, {key: told["worker"] for key, told in earlier.items()})
    _write_as_before(SaidOn, {key: told["said"] for key, told in earlier.items() if told["said"]})
    unsaid = SaidOn.objects.filter(any_of("worker_id", [key for key, told in earlier.items() if not told["said"]]))
    unsaid._raw_delete(unsaid.db)


def _seal_again(earlier: dict[int, dict]) -> None:
    """Numbers that changed; of the others the row keeps what is sealed there."""
    with connection.cursor() as cursor:
        cursor.execute(BLINDS, [array_of(earlier)])
        found = {key: blinds for key, *blinds in cursor.fetchall()}
    for key, told in earlier.items():
        for (name, (cipher, blind)), stands in zip(SEALED.items(), found[key], strict=True):
            if told["worker"][blind] != _hex(stands):
                number = told["numbers"][name]
                sealed = crypto.seal(number, purpose=crypto.column(Worker, cipher), row=key) if number else None
                told["worker"][cipher] = _hex(sealed)


def _hex(blob: bytes | None) -> str | None:
    """As the database writes it in JSON."""
    return None if blob is None else f"\\x{bytes(blob).hex()}"


def _write_as_before(model, records: dict[int, dict]) -> None:
    """Columns of which a record says nothing stay as they are."""
    meta = model._meta
    columns = ", ".join(f'"{field.column}"' for field in meta.concrete_fields if not field.primary_key)
    statement = AS_BEFORE.format(table=meta.db_table, columns=columns, key=meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(statement, [array_of(records), array_of(map(canonical, records.values()))])


def restart_lost(*, at: datetime) -> int:
    """Those whose tasks died on the way."""
    lost = RosterUpload.objects.filter(
        taking_back_at__isnull=False, taken_back_at=None, is_on_disk=False, moved_at__lt=at - LONGEST_WAIT
    )
    for upload in lost:
        with transaction.atomic():
            _hand_over(upload, at)
    return len(lost)


def is_stuck(upload: RosterUpload, at: datetime) -> bool:
    return upload.is_being_taken_back and (upload.moved_at or upload.taking_back_at) < at - LONGEST_WAIT


def _hand_over(upload: RosterUpload, at: datetime) -> None:
    """After commit. With the broker away the clock does so again."""
    RosterUpload.objects.filter(pk=upload.pk).update(moved_at=at)
    hands = HANDS if upload.chunks.count() > 1 else 1
    for _hand in range(hands):
        transaction.on_commit(lambda: _send(upload.pk), robust=True)


def _send(upload_id: int) -> None:
    signature(TASK, kwargs={"upload_id": upload_id}).apply_async(retry=False)
