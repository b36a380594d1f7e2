"""A roster that comes through the web: received, looked at, saved by a worker process, forgotten."""

import hashlib
from datetime import datetime, timedelta

from celery import signature
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal
from staff.models import User
from workers.imports import report, rests
from workers.imports.importing import check_roster, import_roster
from workers.imports.reading import TooBig, read_content
from workers.models import RosterUpload
from workers.rules import masks

LARGEST_UPLOAD = 10 * 1024 * 1024
SAVE = "workers.tasks.import_upload"  # by name, because the task calls this module
KEPT_UNSAVED = timedelta(days=1)
LONGEST_WAIT = timedelta(minutes=10)


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


class RosterGone(Refusal):
    message = _("This roster was not saved in time, and its file has been deleted.")
    way_out = _("Send it again.")


@transaction.atomic
def receive_roster(*, content: bytes, file_name: str, by: User, at: datetime) -> RosterUpload:
    """Keep the file for a day, sealed, if it can be read at all; UnreadableRoster if not.

    The same file sent again while it waits is the same roster.
    """
    if len(content) > LARGEST_UPLOAD:
        raise TooBig()
    check_roster(read_content(content), by=by, at=at)
    forget_unsaved(at=at)
    waiting = RosterUpload(file_name=masks.scrub(file_name)[-120:], sent_at=at)
    waiting.seal(content)
    upload, _is_new = RosterUpload.objects.get_or_create(
        by=by, digest=hashlib.sha256(content).digest(), saved_at=None,
        defaults={"file_name": waiting.file_name, "sent_at": at, "content_cipher": waiting.content_cipher},
    )  # fmt: skip
    return upload


@transaction.atomic
def decide(*, upload: RosterUpload, by: User, row: str, question: str, choice: str) -> None:
    """Keep what the sender answers for a row; an empty choice takes the answer back. Nothing is saved by that yet.

    The task that saves the roster holds its row for long: nobody waits for it here.
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


def _too_late(upload: RosterUpload | None) -> Refusal | None:
    if upload is None:
        return RosterGone()
    if upload.is_saved:
        return AlreadySaved()
    return TooLateToDecide() if upload.is_being_saved else None


@transaction.atomic
def start_import(*, upload: RosterUpload, by: User, at: datetime) -> RosterUpload:
    """Hand the roster to a worker process. Pressed twice, or after it was saved, it starts nothing again.

    A roster whose task got lost may be started anew; one that is being saved this moment is locked by that, and
    nobody waits for it here.
    """
    mine = RosterUpload.objects.filter(pk=upload.pk, by=by)
    free = mine.select_for_update(skip_locked=True).first()
    if free is None:
        if not mine.exists():
            raise RosterGone
        return upload
    if free.is_saved or (free.is_being_saved and not is_stuck(free, at)):
        return free
    _hand_over(free, at)
    return free


def restart_lost(*, at: datetime) -> int:
    """Rosters whose task died on the way: nobody has to come back and press. One being saved is locked by that."""
    lost = RosterUpload.objects.filter(saved_at=None, failed_at=None, started_at__lt=at - LONGEST_WAIT)
    return sum(_restart(key, at) for key in list(lost.values_list("pk", flat=True)))


@transaction.atomic
def _restart(upload_id: int, at: datetime) -> bool:
    upload = RosterUpload.objects.select_for_update(skip_locked=True).filter(pk=upload_id).first()
    if upload is None or not is_stuck(upload, at):
        return False
    _hand_over(upload, at)
    return True


def _hand_over(upload: RosterUpload, at: datetime) -> None:
    """After commit. With the broker away the clock does so again; no page waits for that."""
    upload.started_at, upload.failed_at = at, None
    upload.save(update_fields=["started_at", "failed_at"])
    key = {"upload_id": upload.pk}
    transaction.on_commit(lambda: signature(SAVE, kwargs=key).apply_async(retry=False), robust=True)


def is_stuck(upload: RosterUpload, at: datetime) -> bool:
    """Started so long ago that its task was probably lost; starting it again does no harm if it was not."""
    return upload.is_being_saved and upload.started_at < at - LONGEST_WAIT


def carry_out(*, upload_id: int, at: datetime) -> None:
    """Save the roster. Run again, it finds it saved; if it breaks, nothing is saved and the page says so."""
    try:
        _carry_out(upload_id, at)
    except Exception:
        RosterUpload.objects.filter(pk=upload_id, saved_at=None).update(failed_at=at)
        raise


@transaction.atomic
def _carry_out(upload_id: int, at: datetime) -> None:
    upload = RosterUpload.objects.select_for_update(of=("self",)).select_related("by").filter(pk=upload_id).first()
    if upload is None or not upload.is_being_saved:
        return
    summary = import_roster(rests.roster_in(upload), by=upload.by, at=at, decisions=upload.decisions)
    rests.keep(upload, summary.verdicts, at=at)
    upload.counts, upload.report = summary.counts, report.kept(summary)
    upload.rows_saved, upload.people = summary.saved, summary.people
    upload.saved_at, upload.content_cipher, upload.decisions = at, None, {}
    upload.save()


def forget_unsaved(*, at: datetime) -> int:
    """Delete rosters nobody saved, with their files, and rests nobody answered for.

    One that is being saved stays, unless its task has been lost for a day.
    """
    is_old = Q(rest_of=None, sent_at__lt=at - KEPT_UNSAVED) | Q(sent_at__lt=at - rests.KEPT)
    unsaved = RosterUpload.objects.filter(is_old, saved_at=None)
    return unsaved.exclude(started_at__gte=at - KEPT_UNSAVED, failed_at=None).delete()[0]
