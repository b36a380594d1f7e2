"""Files that whoever runs the server names: a first load of a county, with millions of rows and several processes."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from staff.models import User
from workers.imports import cutting, engine
from workers.imports.reading import UnreadableRoster, worksheets_in_file
from workers.models import RosterUpload
from workers.rules import masks

REHEARSED = b"looked at only"
HAND = "--hand"
LONGEST_END = 60
"""Seconds that a process which finds nothing more to do may take to end."""


class NothingToResume(UnreadableRoster):
    message = _("This file was not begun, or has been imported to its end.")
    way_out = _("Import it without --resume.")


def begin(
    path: Path, *, by: User | None, at: datetime, only_look: bool, resume: bool, chunk: int = cutting.CHUNK
) -> RosterUpload:
    """The roster of this file, cut into chunks, begun now or by whoever was broken off; both may go on with it at once.

    Raises a kind of UnreadableRoster, and then nothing was begun.
    """
    digest = _digest(path, only_look)
    waiting = RosterUpload.objects.filter(by=by, digest=digest, saved_at=None)
    if resume and not waiting.exists():
        raise NothingToResume
    with transaction.atomic():
        upload, _is_new = RosterUpload.objects.get_or_create(
            by=by, digest=digest, saved_at=None,
            defaults={"file_name": masks.scrub(path.name)[-120:], "sent_at": at, "is_on_disk": True},
        )  # fmt: skip
        upload = RosterUpload.objects.select_for_update(of=("self",)).select_related("by").get(pk=upload.pk)
        if upload.cut_at is None:
            cutting.cut(upload, worksheets_in_file(path), takes_hidden=False, at=at, size=chunk)
        _start(upload, at, only_look)
    return upload


def _start(upload: RosterUpload, at: datetime, only_look: bool) -> None:
    if not only_look and not upload.is_saved:
        upload.started_at, upload.failed_at, upload.paused_at = upload.started_at or at, None, None
    upload.moved_at = at
    upload.save(update_fields=["started_at", "failed_at", "paused_at", "moved_at"])


def _digest(path: Path, only_look: bool) -> bytes:
    """What is only looked at is never taken for the beginning of an import."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").digest()
    except OSError:
        raise UnreadableRoster(_("The file cannot be opened."), way_out=_("Check its name and folder.")) from None
    return hashlib.sha256(REHEARSED + found).digest() if only_look else found


@contextmanager
def hands(
    upload: RosterUpload, more: int, *, deed: tuple[str, ...] = ("import_workers", HAND)
) -> Iterator[list[subprocess.Popen]]:
    """So many more processes take up its chunks. One that dies leaves its chunk to the others; nobody waits for it.
    `deed` is the command that such a process runs with the number of the roster."""
    more = min(more, upload.chunks.count() - 1)
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *deed, str(upload.pk)]
    processes = [subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL) for _hand in range(more)]
    try:
        yield processes
        for process in processes:
            process.wait(LONGEST_END)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def take_a_hand(upload_id: int, *, now: engine.Clock) -> None:
    engine.work(upload_id, now=now, waits=LONGEST_END)
