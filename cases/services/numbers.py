"""What a wrong number, or a new one told on the way, does to the record, and how an undo takes that back."""

from datetime import datetime

from cases.choices import Channel, Outcome
from cases.contact.entry import Entry
from cases.models import Case, ContactAttempt
from cases.refusals import NumberChangedSince
from kit.sealing import crypto
from staff.models import User
from workers.choices import Source
from workers.models import Worker
from workers.services import mark_phone_wrong, undo_phone_wrong, update_worker


def note(case: Case, attempt: ContactAttempt, entry: Entry, *, by: User | None, at: datetime) -> None:
    """A wrong number is never dialled again; the new one, if it was told, stands in its place."""
    worker = case.worker
    if entry.outcome != Outcome.WRONG_NUMBER:
        if entry.new_phone:
            _put_right(worker, attempt, entry, by=by, at=at)
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


def _put_right(worker: Worker, attempt: ContactAttempt, entry: Entry, *, by: User | None, at: datetime) -> None:
    """Told by the worker or the family: what somebody was sent to ask for."""
    old_phone, was_wrong = worker.phone, worker.has_wrong_phone
    source = Source.VISIT if entry.channel == Channel.VISIT else Source.CALL
    update_worker(worker=worker, changes={"phone": entry.new_phone}, by=by, at=at, source=source)
    if old_phone:
        attempt.phone_before = crypto.seal(old_phone, **_place(attempt))
    attempt.before |= {"told": _digest(worker), "put_right": "wrong" if was_wrong else "other"}
    attempt.save(update_fields=["phone_before", "before"])


def take_back(case: Case, attempt: ContactAttempt, *, by: User, at: datetime) -> None:
    """A number that somebody else has put right since stays; right again is only what this entry called wrong."""
    put_right = attempt.before.get("put_right")
    if put_right and _digest(case.worker) == attempt.before["told"]:
        phone = crypto.unseal(attempt.phone_before, **_place(attempt)) if attempt.phone_before else ""
        update_worker(worker=case.worker, changes={"phone": phone}, by=by, at=at, source=Source.SYSTEM)
        if put_right == "wrong":
            mark_phone_wrong(worker=case.worker, by=by, at=at, source=Source.SYSTEM, said_in=case)
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
