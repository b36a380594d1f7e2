"""What a wrong number does to the record, and how an undo takes that back."""

from datetime import datetime

from cases.choices import Outcome
from cases.contact.entry import Entry
from cases.models import Case, ContactAttempt
from cases.refusals import NumberChangedSince
from staff.models import User
from workers.choices import Source
from workers.models import Worker
from workers.sealing import crypto
from workers.services import mark_phone_wrong, undo_phone_wrong


def note(case: Case, attempt: ContactAttempt, entry: Entry, *, by: User | None, at: datetime) -> None:
    """The old number is never dialled again; the new one, if it was told, stands in its place."""
    worker = case.worker
    if entry.outcome != Outcome.WRONG_NUMBER:
        return
    if entry.phone_mark and entry.phone_mark != worker.phone_mark:
        raise NumberChangedSince
    if not worker.phone_blind:
        return
    old_phone = worker.phone
    attempt.before["marked"] = _digest(worker)
    mark_phone_wrong(worker=worker, new_phone=entry.new_phone, by=by, at=at, source=Source.CALL, said_in=case)
    if entry.new_phone:
        attempt.phone_before = crypto.seal(old_phone, **_place(attempt))
        attempt.before["told"] = _digest(worker)
    attempt.save(update_fields=["phone_before", "before"])


def take_back(case: Case, attempt: ContactAttempt, *, by: User, at: datetime) -> None:
    """A number that somebody else has put right since stays; right again is only what this entry called wrong."""
    if "marked" not in attempt.before or attempt.before["marked"] != _hex(case.worker.wrong_phone_blind):
        return
    is_as_told = attempt.phone_before and _digest(case.worker) == attempt.before.get("told")
    old_phone = crypto.unseal(attempt.phone_before, **_place(attempt)) if is_as_told else ""
    undo_phone_wrong(worker=case.worker, old_phone=old_phone, by=by, at=at, said_in=case)


def _place(attempt: ContactAttempt) -> dict:
    return {"purpose": crypto.column(ContactAttempt, "phone_before"), "row": attempt.pk}


def _digest(worker: Worker) -> str:
    return _hex(worker.phone_blind)


def _hex(blind) -> str:
    return bytes(blind or b"").hex()
