"""A roster that comes through the web: received, looked at, saved by worker processes, forgotten."""

import hashlib
from datetime import datetime, timedelta

from celery import signature
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal
from staff.models import User
from workers.imports import cutting, engine, meanings, rests
from workers.imports.meanings import Column
from workers.imports.progress import is_checked
from workers.imports.questions import BIRTH, HIDDEN, THE_FILE, takes_hidden
from workers.imports.reading import TooBig, worksheets_in
from workers.imports.tables import NoHeading
from workers.models import RosterChunk, RosterUpload
from workers.rules import masks

LARGEST_UPLOAD = 10 * 1024 * 1024
State = RosterChunk.State
SAVE = "workers.tasks.import_upload"  # by name, because the task calls this module
KEPT_UNSAVED = timedelta(days=1)
LONGEST_WAIT = timedelta(minutes=10)
HANDS = 2
"""Worker processes that are asked to take up a large roster."""
AT_A_STRETCH = 5
"""Seconds that one of them gives to it before others have their turn."""
REFRESHED = 1000
"""Rows of a roster that is judged anew each time its page is opened."""


class TooLateToDecide(Refusal):
    message = _("This roster is being saved already.")
    way_out = _("Rows that ask you something stay on its page when the others are saved.")


class AlreadySaved(Refusal):
    message = _("This roster has been saved.")
    way_out = _("Its page says what became of every row, and has those that still ask you something.")


class AnsweredElsewhere(Refusal):
    message = _("Another answer is just being kept.")
    way_out = _("Answer once more.")


class AnswerUnreadable(Refusal):
    message = _("The answer did not arrive as the page sent it; nothing was kept.")
    way_out = _("Open the roster again and answer once more.")


class NotLookedAtYet(Refusal):
    message = _("This roster is still being compared with the register.")
    way_out = _("Save it when its page shows every row.")


class RosterGone(Refusal):
    message = _("This roster was not saved in time, and its file has been deleted.")
    way_out = _("Send it again.")


@transaction.atomic
def receive_roster(*, content: bytes, file_name: str, by: User, at: datetime) -> RosterUpload:
    """Keep the file for a day, sealed, if it can be read at all; UnreadableRoster if not.

    The same file sent again while it waits is the same roster. A small one is judged at once, a large one by worker
    processes.
    """
    if len(content) > LARGEST_UPLOAD:
        raise TooBig()
    forget_unsaved(at=at)
    sent = RosterUpload(file_name=masks.scrub(file_name)[-120:], sent_at=at)
    sent.seal(content)
    upload, is_new = RosterUpload.objects.get_or_create(
        by=by, digest=hashlib.sha256(content).digest(), saved_at=None,
        defaults={"file_name": sent.file_name, "sent_at": at, "content_cipher": sent.content_cipher},
    )  # fmt: skip
    if is_new and cut_if_understood(upload, at):
        _look(upload, at)
    return upload


def cut_if_understood(upload: RosterUpload, at: datetime) -> bool:
    """Where no headings are found the file waits until somebody says what its columns are, if it has any."""
    try:
        _cut_anew(upload, at)
    except NoHeading:
        if not meanings.has_columns(upload):
            raise
        return False
    return True


@transaction.atomic
def say_columns(*, upload: RosterUpload, by: User, columns: list[Column], fields: dict[int, str], at: datetime) -> None:
    """Keep what the columns stand for, for this and all coming rosters of the sender's area, and read the file anew."""
    waiting = _mine(upload, by)
    if refusal := _too_late(waiting):
        raise refusal
    meanings.keep(columns, fields, by=by, at=at)
    if cut_if_understood(waiting, at):
        _look(waiting, at)


def _look(upload: RosterUpload, at: datetime) -> None:
    """Have every row judged, for the page."""
    engine.prepare(upload, at=at)
    if upload.rows > engine.SMALL:
        _hand_over(upload, at)


@transaction.atomic
def decide(*, upload: RosterUpload, by: User, row: str, question: str, choice: str, at: datetime) -> None:
    """Keep what the sender answers for a row; an empty choice takes the answer back. Nothing is saved by that yet.

    Rows that it may concern are judged anew. Whoever works on the roster holds its row only for moments, and nobody
    waits for that here.
    """
    mine = RosterUpload.objects.filter(pk=upload.pk, by=by)
    waiting = mine.select_for_update(skip_locked=True).first()
    if refusal := _too_late(waiting or mine.first()):
        raise refusal
    if waiting is None:
        raise AnsweredElsewhere
    answers = {name: said for name, said in waiting.decisions.get(row, {}).items() if name != question}
    waiting.decisions[row] = answers | ({question: choice} if choice else {})
    waiting.save(update_fields=["decisions"])
    _follow_answer(waiting, row, question, at)


def _follow_answer(upload: RosterUpload, row: str, question: str, at: datetime) -> None:
    if question == HIDDEN:
        _cut_anew(upload, at)
    else:
        concerned = ~Q(asks=None, answered=None) if row == THE_FILE else Q(label=row)
        is_outlined = question != BIRTH  # by which rows are told apart
        engine.look_again_at(upload, concerned, state=State.OUTLINED if is_outlined else State.CUT)
        if upload.compared_at:
            engine.compare_again(upload, at=at)
    _look(upload, at)


def _cut_anew(upload: RosterUpload, at: datetime) -> None:
    if upload.is_rest:
        cutting.cut_rows(upload, rests.rows_in(upload), at=at)
    else:
        cutting.cut(upload, worksheets_in(upload.content), takes_hidden=takes_hidden(upload.decisions), at=at)


@transaction.atomic
def refresh(upload: RosterUpload, *, at: datetime, is_asked: bool = False) -> None:
    """Judge a waiting roster by what the register says now: a small one whenever it is looked at, a larger one when
    somebody asks for it. One that a version before this one received is cut first."""
    waiting = RosterUpload.objects.select_for_update(skip_locked=True).filter(pk=upload.pk, saved_at=None).first()
    if waiting is None or waiting.started_at:
        return
    if waiting.cut_at is None:
        if not cut_if_understood(waiting, at):
            return
    elif is_asked or waiting.rows <= REFRESHED:
        waiting.chunks.filter(state=State.CHECKED).update(state=State.OUTLINED)
        if waiting.compared_at:
            engine.compare_again(waiting, at=at)
    elif waiting.chunks.exclude(state=State.CHECKED).exists():
        return
    _look(waiting, at)


def _too_late(upload: RosterUpload | None) -> Refusal | None:
    if upload is None:
        return RosterGone()
    if upload.is_saved:
        return AlreadySaved()
    return TooLateToDecide() if upload.started_at else None


@transaction.atomic
def start_import(*, upload: RosterUpload, by: User, at: datetime) -> RosterUpload:
    """Hand the roster to worker processes. Pressed twice, or after it was saved, it starts nothing again.

    A roster whose tasks got lost may be started anew; one that failed goes on where it stopped.
    """
    free = _mine(upload, by)
    if free.is_saved or (free.is_being_saved and not is_stuck(free, at)):
        return free
    if free.started_at is None and not is_checked(free):
        raise NotLookedAtYet
    free.started_at, free.failed_at, free.paused_at = free.started_at or at, None, None
    free.save(update_fields=["started_at", "failed_at", "paused_at"])
    _hand_over(free, at)
    return free


@transaction.atomic
def pause(*, upload: RosterUpload, by: User, at: datetime) -> RosterUpload:
    """What is in hand this moment is still saved."""
    mine = _mine(upload, by)
    if mine.is_being_saved and not mine.cancelled_at:
        mine.paused_at = mine.paused_at or at
        mine.save(update_fields=["paused_at"])
    return mine


@transaction.atomic
def resume(*, upload: RosterUpload, by: User, at: datetime) -> RosterUpload:
    mine = _mine(upload, by)
    if mine.is_paused and not mine.cancelled_at:
        mine.paused_at = None
        mine.save(update_fields=["paused_at"])
        _hand_over(mine, at)
    return mine


@transaction.atomic
def cancel(*, upload: RosterUpload, by: User, at: datetime) -> RosterUpload:
    """Nothing more is saved of it; what is saved stays, and can be taken back as a whole."""
    mine = _mine(upload, by)
    if mine.started_at and not mine.is_saved:
        mine.cancelled_at, mine.failed_at = mine.cancelled_at or at, None
        mine.save(update_fields=["cancelled_at", "failed_at"])
        _hand_over(mine, at)
    return mine


def _mine(upload: RosterUpload, by: User) -> RosterUpload:
    """Locked; whoever works on a chunk does not hold it."""
    mine = RosterUpload.objects.select_for_update().filter(pk=upload.pk, by=by).first()
    if mine is None:
        raise RosterGone
    return mine


def restart_lost(*, at: datetime) -> int:
    """Rosters whose tasks died on the way: nobody has to come back and press."""
    lost = RosterUpload.objects.filter(_IS_LEFT, moved_at__lt=at - LONGEST_WAIT, is_on_disk=False)
    return sum(_restart(key, at) for key in list(lost.values_list("pk", flat=True)))


_IS_LEFT = Q(saved_at=None, failed_at=None) & (
    Q(started_at__isnull=False, paused_at=None)
    | Q(started_at__isnull=False, cancelled_at__isnull=False)
    | Q(started_at=None, cut_at__isnull=False)
)


@transaction.atomic
def _restart(upload_id: int, at: datetime) -> bool:
    upload = RosterUpload.objects.select_for_update(skip_locked=True).filter(pk=upload_id).first()
    if upload is None or upload.moved_at >= at - LONGEST_WAIT:
        return False
    if upload.started_at is None and is_checked(upload):
        return False
    _hand_over(upload, at)
    return True


def _hand_over(upload: RosterUpload, at: datetime) -> None:
    """After commit. With the broker away the clock does so again; no page waits for that."""
    upload.moved_at = at
    upload.save(update_fields=["moved_at"])
    hands = HANDS if upload.rows > cutting.CHUNK else 1
    for _hand in range(hands):
        transaction.on_commit(lambda: _send(upload.pk), robust=True)


def _send(upload_id: int) -> None:
    signature(SAVE, kwargs={"upload_id": upload_id}).apply_async(retry=False)


def is_stuck(upload: RosterUpload, at: datetime) -> bool:
    """Nothing was done for it so long that its tasks were probably lost; starting them again does no harm."""
    is_wanted = upload.is_being_saved and not upload.is_paused
    return is_wanted and (upload.moved_at or upload.started_at) < at - LONGEST_WAIT


def carry_out(*, upload_id: int, now: engine.Clock) -> None:
    """Work on it for a while, and have somebody go on. If it breaks, what is saved stays and the page says so."""
    try:
        is_left = engine.work(upload_id, now=now, seconds=AT_A_STRETCH, waits=AT_A_STRETCH)
    except Exception:
        RosterUpload.objects.filter(pk=upload_id, saved_at=None, started_at__isnull=False).update(failed_at=now())
        raise
    if is_left:
        _send(upload_id)


def forget_unsaved(*, at: datetime) -> int:
    """Delete rosters nobody saved, with their files, and rests nobody answered for.

    One that is being saved stays, unless nothing was done for it for a day; so does one that is saved in part.
    """
    is_old = Q(rest_of=None, sent_at__lt=at - KEPT_UNSAVED) | Q(sent_at__lt=at - rests.KEPT)
    unsaved = RosterUpload.objects.filter(is_old, saved_at=None).exclude(chunks__state=State.SAVED)
    unsaved = unsaved.exclude(started_at__isnull=False, moved_at__gte=at - KEPT_UNSAVED, failed_at=None)
    return unsaved.delete()[0]
