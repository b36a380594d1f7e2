"""A roster on its way: its chunks are taken up by any number of processes, one transaction each.

Claim, work and mark of a chunk are one transaction, so that a process that dies leaves nothing half done and needs no
lease: the next one finds the chunk as it was. In this order: every chunk leaves its outline; the rows that have
something in common are compared; each chunk is checked against the register, for the page; and saved once somebody said
so. What is saved is judged anew by the register of that moment.
"""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from kit.refusals import Refusal
from staff.models import User
from workers.imports import cutting, homes, judging, rests, saving
from workers.imports.issues import STANDS, Issue
from workers.imports.progress import progress_of
from workers.imports.traces import Traces
from workers.imports.verdicts import Verdict
from workers.models import RosterChunk, RosterUpload
from workers.services import ALONE, Renewed

State = RosterChunk.State
SMALL = cutting.CHUNK
"""Rows that nobody has to wait for."""
PAUSE = 0.1
"""Seconds between two looks while other processes have what is left."""
Clock = Callable[[], datetime]


def work(upload_id: int, *, now: Clock, seconds: float = float("inf"), waits: float = 0) -> bool:
    """Take up chunk after chunk; returns whether something is left to do that nobody has in hand.

    `seconds` is how long to go on; `waits` how long to wait for others in the end, who may leave something to do.
    """
    until, idle_until = time.monotonic() + seconds, time.monotonic() + waits
    while time.monotonic() < until:
        if take_up_one(upload_id, at=now(), now=now):
            idle_until = time.monotonic() + waits
        elif time.monotonic() >= idle_until or not is_under_way(upload_id):
            return False
        else:
            time.sleep(PAUSE)
    return True


def is_under_way(upload_id: int) -> bool:
    """Something is left to do of it, by whomever: it is not closed while somebody saves, compares or closes it."""
    upload = RosterUpload.objects.filter(pk=upload_id).first()
    if upload is None or not _wanted(upload):
        return False
    if upload.started_at:
        return True
    return upload.chunks.filter(state__in=_wanted(upload)).exists() or _is_held(upload_id)


@transaction.atomic
def _is_held(upload_id: int) -> bool:
    return _held(upload_id) is None


def take_up_one(upload_id: int, *, at: datetime, now: Clock | None = None) -> bool:
    """The next piece of work, whatever it is; False when there is none, or others have all of it in hand.

    That it moved is said when the chunk is let go: who answers a question holds the roster and asks for chunks. `now`
    says when that is; the rows a second of the page are reckoned up to then.
    """
    is_done = _take_up(upload_id, at)
    if is_done:
        RosterUpload.objects.filter(pk=upload_id).update(moved_at=now() if now else at)
    return is_done


@cutting.nothing_collected()
@transaction.atomic
def _take_up(upload_id: int, at: datetime) -> bool:
    upload = RosterUpload.objects.select_related("by").filter(pk=upload_id, saved_at=None).first()
    if upload is None or upload.cut_at is None:
        return False
    if chunk := _claimed(upload, State.CUT):
        cutting.outline(chunk, cutting.context_of(upload, at))
    elif upload.compared_at is None:
        return _compare(upload_id, at)
    elif chunk := _claimed(upload, *_wanted(upload)):
        _work_on(upload, chunk, at)
    elif upload.started_at is None:
        return _settle_disputes(upload_id)
    else:
        return _finish(upload_id, at)
    return True


def _wanted(upload: RosterUpload) -> tuple[str, ...]:
    """States of chunks that somebody should take up now."""
    if upload.is_saved or upload.cut_at is None:
        return ()
    if upload.started_at is None:
        return State.CUT, State.OUTLINED
    if upload.failed_at or upload.paused_at or upload.cancelled_at:
        return ()
    return State.CUT, State.OUTLINED, State.CHECKED


def _claimed(upload: RosterUpload, *states: str) -> RosterChunk | None:
    """The first one that nobody works on. One whose rows are forgotten is of a roster that was just broken off."""
    waiting = upload.chunks.filter(state__in=states, content_cipher__isnull=False) if states else upload.chunks.none()
    return waiting.select_for_update(skip_locked=True).order_by("no").first()


def _compare(upload_id: int, at: datetime) -> bool:
    """Once all outlines are there; by one process."""
    upload = _held(upload_id)
    if upload is None or upload.compared_at or upload.chunks.filter(state=State.CUT).exists():
        return False
    compare_again(upload, at=at)
    upload.compared_at = at
    upload.save(update_fields=["compared_at"])
    return True


def _held(upload_id: int) -> RosterUpload | None:
    """Nobody waits for whoever has it."""
    uploads = RosterUpload.objects.select_for_update(of=("self",), skip_locked=True)
    return uploads.select_related("by").filter(pk=upload_id, saved_at=None).first()


def _work_on(upload: RosterUpload, chunk: RosterChunk, at: datetime) -> None:
    if upload.started_at is None:
        judging.check(upload, chunk, cutting.context_of(upload, at))
    else:
        save_chunk(upload, chunk, at)


def _settle_disputes(upload_id: int) -> bool:
    """Once all rows are checked: two that would give one record different numbers are looked at once more."""
    upload = _held(upload_id)
    if upload is None or upload.chunks.exclude(state=State.CHECKED).exists():
        return False
    disputed = judging.disputes_of(upload)
    if disputed == upload.disputed:
        return False
    changed = {label for label in {*disputed, *upload.disputed} if disputed.get(label) != upload.disputed.get(label)}
    upload.disputed = disputed
    upload.save(update_fields=["disputed"])
    look_again_at(upload, Q(label__in=changed))
    return True


def look_again_at(upload: RosterUpload, verdicts: Q, *, state: str = State.OUTLINED) -> None:
    """Check the chunks of these rows anew; judge them anew from the beginning when they are only CUT."""
    chunks = list(upload.chunks.order_by("first").values_list("first", flat=True))
    numbers = upload.verdicts.filter(verdicts).values_list("no", flat=True)
    found = {chunks[bisect_right(chunks, no) - 1] for no in numbers}
    upload.chunks.filter(first__in=found).update(state=state)
    if found and state == State.CUT:
        upload.compared_at = None
        upload.save(update_fields=["compared_at"])


def compare_again(upload: RosterUpload, *, at: datetime) -> None:
    """Set rows against each other; chunks for which that adds something else than before are checked anew."""
    changed = cutting.compare(upload, cutting.context_of(upload, at))
    upload.chunks.filter(no__in=changed, state=State.CHECKED).update(state=State.OUTLINED)


def save_chunk(upload: RosterUpload, chunk: RosterChunk, at: datetime) -> None:
    """Rows that ask stay in it, and of the others the verdicts."""
    checked, traces = judging.judged(upload, chunk, cutting.context_of(upload, at)), Traces(upload.pk, at)
    checked, households = homes.find_homes(upload, checked, at)
    verdicts, new = save_rows(checked, households=households, by=upload.by, at=at, traces=traces)
    traces.keep({verdict.saved_as for verdict in verdicts if verdict.saved_as})
    judging.keep(chunk, verdicts, is_waiting=False, new=new)
    asking = [verdict.row for verdict in verdicts if verdict.question]
    chunk.content_cipher = rests.sealed_rest(chunk, asking)
    chunk.outline_cipher, chunk.judged_cipher, chunk.compared = None, None, {}
    chunk.state, chunk.done_at = State.SAVED, at
    chunk.save()


def save_rows(
    checked: list[Verdict], *, households: homes.Homes, by: User | None, at: datetime, traces: Traces | None = None
) -> tuple[list[Verdict], frozenset[int]]:
    """Newcomers all at once and people known already too, but for those of whose case or household something follows.
    Returns the verdicts, and the keys of who is new. `traces` look at people before something of them is written."""
    homes.hold(checked, households)
    newcomers = [verdict for verdict in checked if verdict.is_saved and not verdict.existing]
    answers = saving.enrol(newcomers, homes=households, by=by, at=at) if newcomers else []
    is_late = answers is None
    told = [] if is_late else [pair for pair in zip(newcomers, answers, strict=True) if pair[1] is not ALONE]
    done = {id(verdict): _answered(verdict, answer) for verdict, answer in told}
    left = [verdict for verdict in checked if verdict.is_saved and id(verdict) not in done]
    areas = saving.find_areas(verdict.person for verdict in left)
    how = {"areas": areas, "homes": households, "by": by, "at": at, "traces": traces}
    familiar = [] if is_late else [verdict for verdict in left if verdict.existing]
    renewed = zip(familiar, saving.renew(familiar, **how), strict=True)
    done |= {id(verdict): _renewed(verdict, answer) for verdict, answer in renewed if answer is not ALONE}
    verdicts = [done.get(id(verdict)) or _save(verdict, **how) for verdict in checked]
    return verdicts, _new_among(verdicts)


def _new_among(verdicts: Iterable[Verdict]) -> frozenset[int]:
    return frozenset(verdict.saved_as for verdict in verdicts if verdict.saved_as and not verdict.existing)


def _answered(verdict: Verdict, answer: int | Refusal) -> Verdict:
    return _refused(verdict, answer) if isinstance(answer, Refusal) else replace(verdict, saved_as=answer)


def _renewed(verdict: Verdict, answer: Renewed | Refusal) -> Verdict:
    if isinstance(answer, Refusal):
        return _refused(verdict, answer)
    for name in answer.kept:
        verdict = verdict.with_issue(*STANDS[name])
    return replace(verdict, saved_as=answer.worker_id) if answer.is_news else verdict


def _save(
    verdict: Verdict, *, areas: dict, homes: homes.Homes, by: User | None, at: datetime, traces: Traces | None
) -> Verdict:
    """A row the register refuses is a verdict like any other; the rows beside it are not touched."""
    if not verdict.is_saved:
        return verdict
    if verdict.existing and traces:
        traces.remember_one(verdict.existing.worker_id)
    try:
        with transaction.atomic():
            saved = saving.save(verdict, areas=areas, homes=homes, by=by, at=at)
    except Refusal as refusal:
        return _refused(verdict, refusal)
    return _renewed(verdict, saved)


def _refused(verdict: Verdict, refusal: Refusal) -> Verdict:
    refused = Issue("not_registered", verdict.row.heading("name"), (("why", str(refusal)),))
    return replace(verdict, issues=(*verdict.issues, refused))


def _finish(upload_id: int, at: datetime) -> bool:
    """When nothing is left to save, or nothing more shall be."""
    upload = _held(upload_id)
    if upload is None or upload.started_at is None:
        return False
    unsaved = upload.chunks.exclude(state=State.SAVED)
    if (upload.cancelled_at is None and unsaved.exists()) or _are_worked_on(unsaved):
        return False
    if upload.cancelled_at:
        _say_unsaved(upload, unsaved)
        _close(upload, at)
    else:
        left, decisions = rests.left_in(upload), upload.decisions
        _close(upload, at)
        if left:
            prepare(rests.keep(upload, left, decisions, at=at), at=at)
        else:
            homes.forget(upload)
    return True


def _close(upload: RosterUpload, at: datetime) -> None:
    """What was sealed is forgotten, and whose row it was."""
    told = progress_of(upload)
    upload.counts, upload.rows_saved, upload.saved_at = told.counts, told.saved, at
    upload.content_cipher, upload.decisions = None, {}
    upload.save()
    upload.chunks.update(content_cipher=None, outline_cipher=None, judged_cipher=None, compared={})
    waiting = upload.verdicts.exclude(name="", asks=None, answered=None)
    waiting.update(name="", asks=None, answered=None)


def _say_unsaved(upload: RosterUpload, chunks: QuerySet) -> None:
    for first, rows in chunks.values_list("first", "rows"):
        upload.verdicts.filter(no__gte=first, no__lt=first + rows).update(is_saved=False)


def _are_worked_on(chunks: QuerySet) -> bool:
    free = chunks.select_for_update(skip_locked=True).values_list("pk", flat=True)
    return len(free) < chunks.count()


def prepare(upload: RosterUpload, *, at: datetime) -> None:
    """Judge a small roster here and now, up to what its page shows."""
    while upload.rows <= SMALL and take_up_one(upload.pk, at=at):
        pass
