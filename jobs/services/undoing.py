"""What was entered by mistake is taken back on the day it was made: an introduction and its answer, a placement, a
letter and its receipt."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import services as cases
from cases.locking import locked
from cases.models import Case
from cases.refusals import UndoImpossible
from jobs.locking import lock_letter
from jobs.models import Introduction, Letter, Placement
from jobs.refusals import LetterIsOut, LetterRevoked, LetterValidAlready, SaidByReceipt
from jobs.services.at_work import say_again
from jobs.services.placements import write_end
from kit import said
from kit.days import local_day
from notifications.services import withdraw_messages
from staff.models import User
from workers import journal

TAKEN_BACK = said.known(_("Taken back the same day"))


@transaction.atomic
def undo_introduction(*, introduction: Introduction, by: User, at: datetime) -> Introduction:
    with locked(introduction.case) as step:
        introduction = step.case.introductions.get(pk=introduction.pk)
        if introduction.result == Introduction.Result.TAKEN_BACK:
            return introduction
        made_by = introduction.introduced_by_id
        cases.undo_move(case=step.case, about=introduction, made_by=made_by, by=by, at=at)
        introduction.result = Introduction.Result.TAKEN_BACK
        introduction.result_at, introduction.result_by = at, by
        introduction.save(update_fields=["result", "result_at", "result_by"])
    return introduction


@transaction.atomic
def undo_answer(*, introduction: Introduction, by: User, at: datetime) -> Introduction:
    """The employer had not said no, and is asked again. What stands on a receipt is taken back with the receipt."""
    with locked(introduction.case) as step:
        introduction = step.case.introductions.get(pk=introduction.pk)
        if introduction.is_open:
            return introduction
        if _receipt_of(step.case, introduction.result_at) is not None:
            raise SaidByReceipt
        _take_back_answer(introduction, by=by, at=at)
    return introduction


@transaction.atomic
def undo_placement(*, placement: Placement, by: User, at: datetime) -> Placement:
    """The opening is free again, an introduction or a fair that it answered waits again, the status is as before.

    The text that congratulates is taken back if it has not left yet. What stands on a receipt is taken back with the
    receipt.
    """
    if _receipt_of(placement.case, placement.confirmed_at) is not None:
        raise SaidByReceipt
    return _take_back_placement(placement, by=by, at=at)


def _take_back_placement(placement: Placement, *, by: User, at: datetime) -> Placement:
    with locked(placement.case) as step:
        placement = step.case.placements.select_related("worker", "case").get(pk=placement.pk)
        if placement.ended_because == Placement.Ended.TAKEN_BACK:
            return placement
        cases.undo_move(case=step.case, about=placement, made_by=placement.confirmed_by_id, by=by, at=at)
        write_end(placement, because=Placement.Ended.TAKEN_BACK, ended_on=local_day(at), by=by, at=at)
        _reopen_introduction(placement)
        _restore_status(placement, by=by, at=at)
    return placement


@transaction.atomic
def undo_letter(*, letter: Letter, by: User, at: datetime) -> Letter:
    """Its number stays in the book. Once it is printed or answered it can only be revoked."""
    letter = lock_letter(letter)
    if letter.undone_at:
        return letter
    if letter.revoked_at:
        raise LetterRevoked
    cases.check_is_mine_of_today(made_by=letter.issued_by_id, made_at=letter.issued_at, by=by, at=at)
    if letter.print_count or letter.receipt:
        raise LetterIsOut
    letter.undone_at = letter.revoked_at = at
    letter.revoked_by, letter.revoked_because = by, said.stored(TAKEN_BACK)
    letter.save(update_fields=["undone_at", "revoked_at", "revoked_by", "revoked_because"])
    withdraw_messages(about=letter, by=by, at=at)
    journal.record(
        worker=letter.worker, what="letter_undone", about=letter, by=by, at=at, data={"serial": letter.serial}
    )
    return letter


@transaction.atomic
def undo_receipt(*, letter: Letter, by: User, at: datetime) -> Letter:
    """The paper is not back yet, and what the receipt led to has not happened; if more came of it, all of it stays."""
    letter = lock_letter(letter)
    if not letter.receipt:
        return letter
    cases.check_is_mine_of_today(made_by=letter.receipt_by_id, made_at=letter.receipt_at, by=by, at=at)
    if valid := Letter.objects.for_the_job_of(letter).exclude(pk=letter.pk).first():
        raise LetterValidAlready(valid)
    _take_back_what_it_led_to(letter, by=by, at=at)
    said = {"serial": letter.serial, "result": letter.receipt}
    letter.receipt, letter.receipt_note, letter.receipt_at, letter.receipt_by = "", "", None, None
    letter.save(update_fields=["receipt", "receipt_note", "receipt_at", "receipt_by"])
    journal.record(worker=letter.worker, what="receipt_undone", about=letter, by=by, at=at, data=said)
    return letter


def _take_back_what_it_led_to(letter: Letter, *, by: User, at: datetime) -> None:
    """It may have found the case further on, and led to nothing."""
    case, said_at = letter.case, letter.receipt_at
    placement = case.placements.select_related("case").filter(confirmed_at=said_at).first()
    answered = case.introductions.filter(result_at=said_at).first()
    if placement is not None:
        _take_back_placement(placement, by=by, at=at)
    elif answered is not None:
        _take_back_answer(answered, by=by, at=at)
    elif case.moves.filter(at=said_at).exists():
        raise UndoImpossible  # the employer said that there was no job, and a placement ended


def _take_back_answer(introduction: Introduction, *, by: User, at: datetime) -> None:
    made_by = introduction.result_by_id
    cases.undo_move(case=introduction.case, about=introduction, made_by=made_by, by=by, at=at)
    _await_again(introduction)


def _await_again(introduction: Introduction) -> None:
    introduction.result, introduction.note, introduction.result_at, introduction.result_by = "", "", None, None
    introduction.save(update_fields=["result", "note", "result_at", "result_by"])


def _receipt_of(case: Case, said_at: datetime) -> Letter | None:
    """The letter whose receipt was entered at that moment, and said it."""
    return case.letters.filter(receipt_at=said_at).first()


def _reopen_introduction(placement: Placement) -> None:
    answered = placement.case.introductions.filter(result_at=placement.confirmed_at).first()
    if answered is not None:
        _await_again(answered)


def _restore_status(placement: Placement, *, by: User, at: datetime) -> None:
    """If the placement's own report is still the newest."""
    reports = placement.worker.reports.newest_first()
    newest = reports.first()
    if newest is not None and newest.entered_at == placement.confirmed_at:
        before = reports.filter(entered_at__lt=placement.confirmed_at).first()
        say_again(before, placement.case, by=by, at=at)
