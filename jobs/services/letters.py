"""What happens to a letter once it has its number: printed, answered, revoked. The paper itself never changes."""

from datetime import datetime

from django.db import transaction

from jobs import tasks
from jobs.locking import lock_letter
from jobs.models import Introduction, Letter, Placement
from jobs.refusals import EvidenceMissing, LetterRevoked, NotPrintedYet, ReceiptRecorded
from jobs.sealed import kept_if_all_goes_well
from jobs.services.introductions import record_introduction_result
from jobs.services.placements import PLACEABLE, confirm_placement, end_placement
from jobs.services.terms import Terms
from kit.days import local_day
from kit.refusals import ReasonMissing
from notifications.services import withdraw_messages
from staff.models import AccessLog, User
from staff.services import log_access
from workers import journal

Receipt = Letter.Receipt
ANSWERS = {
    Receipt.HIRED: Introduction.Result.HIRED,
    Receipt.NOT_HIRED: Introduction.Result.NOT_HIRED,
    Receipt.NOT_REPORTED: Introduction.Result.NO_SHOW,
}


@transaction.atomic
def print_letter(*, letter: Letter, seen: int, by: User, at: datetime) -> Letter:
    """One print more. `seen` is the count on the page that was pressed: a second press of it prints nothing new."""
    letter = _lock(letter)
    if letter.print_count > seen:
        return letter
    letter.print_count += 1
    letter.save(update_fields=["print_count"])
    said = {"serial": letter.serial, "print": letter.print_count}
    what = "letter_printed" if letter.print_count == 1 else "letter_reprinted"
    journal.record(worker=letter.worker, what=what, about=letter, by=by, at=at, data=said)
    log_access(user=by, worker_id=letter.worker_id, what=AccessLog.What.PRINTED, at=at, reason=letter.serial)
    if not letter.is_rendered:
        tasks.render_after_commit(letter)
    return letter


@transaction.atomic
def revoke_letter(*, letter: Letter, because: str, by: User, at: datetime) -> Letter:
    """The verify page says so from now on. A letter revoked before stays as it was revoked."""
    if not because.strip():
        raise ReasonMissing
    letter = _lock(letter, revoked_too=True)
    if letter.revoked_at is not None:
        return letter
    letter.revoked_at, letter.revoked_by, letter.revoked_because = at, by, because.strip()
    letter.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    said = {"serial": letter.serial, "because": letter.revoked_because}
    withdraw_messages(about=letter, by=by, at=at)
    journal.record(worker=letter.worker, what="letter_revoked", about=letter, by=by, at=at, data=said)
    return letter


@kept_if_all_goes_well()
@transaction.atomic
def record_receipt(
    *, letter: Letter, result: str, by: User | None, at: datetime, note: str = "", terms: Terms | None = None
) -> Letter:
    """What the employer wrote on the receipt. Hired leads to a placement, the rest back to contacted.

    The case may have moved on meanwhile; then the receipt is only filed. The same receipt twice is one.
    """
    letter = _lock(letter)
    if letter.receipt:
        return _same(letter, result)
    if not letter.print_count:
        raise NotPrintedYet
    if result == Receipt.HIRED and terms is None and needs_terms(letter):
        raise EvidenceMissing
    letter.receipt, letter.receipt_note, letter.receipt_at, letter.receipt_by = result, note, at, by
    letter.save(update_fields=["receipt", "receipt_note", "receipt_at", "receipt_by"])
    said = {"serial": letter.serial, "result": result, "note": note}
    journal.record(worker=letter.worker, what="receipt_recorded", about=letter, by=by, at=at, data=said)
    _follow(letter, terms, by=by, at=at)
    return letter


def needs_terms(letter: Letter) -> bool:
    """Hired is news only while the case still looks for a job."""
    return letter.case.state in PLACEABLE


def _lock(letter: Letter, *, revoked_too: bool = False) -> Letter:
    letter = lock_letter(letter)
    if letter.revoked_at is not None and not revoked_too:
        raise LetterRevoked
    return letter


def _same(letter: Letter, result: str) -> Letter:
    if letter.receipt != result:
        raise ReceiptRecorded
    return letter


def _follow(letter: Letter, terms: Terms | None, *, by, at) -> None:
    if needs_terms(letter):
        _answer(letter, terms, by=by, at=at)
    elif letter.receipt != Receipt.HIRED:
        _end_what_it_was_for(letter, by=by, at=at)


def _answer(letter: Letter, terms: Terms | None, *, by, at) -> None:
    introduction = letter.case.introductions.open().filter(vacancy=letter.vacancy).first()
    if introduction is not None:
        record_introduction_result(
            introduction=introduction,
            result=ANSWERS[letter.receipt],
            by=by,
            at=at,
            note=letter.receipt_note,
            terms=terms,
        )
    elif letter.receipt == Receipt.HIRED:
        _place(letter, terms, by=by, at=at)


def _end_what_it_was_for(letter: Letter, *, by, at) -> None:
    """The letter was written for a job already confirmed, and the employer says there is none.

    Another post of the employer, or a job confirmed after the letter, is not what the receipt speaks of.
    """
    same = {"employer": letter.employer, "vacancy": letter.vacancy, "confirmed_at__lte": letter.issued_at}
    placement = letter.case.placements.current().filter(**same).first()
    if placement is not None:
        because = Placement.Ended.NEVER_STARTED
        end_placement(placement=placement, because=because, ended_on=local_day(at), by=by, at=at)


def _place(letter: Letter, terms: Terms, *, by, at) -> Placement:
    place = letter.vacancy.area if letter.vacancy else letter.employer.area
    return confirm_placement(
        case=letter.case,
        employer=letter.employer,
        vacancy=letter.vacancy,
        area=place,
        start_on=terms.start_on,
        wage=terms.wage,
        evidence=terms.evidence,
        evidence_note=terms.evidence_note,
        evidence_file=terms.evidence_file,
        needs_transport=terms.needs_transport,
        by=by,
        at=at,
        found_through=Placement.FoundThrough.INTRODUCTION,
    )
