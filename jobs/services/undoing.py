"""What was entered by mistake is taken back on the day it was made: an introduction, a placement, a letter."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import services as cases
from cases.locking import locked
from jobs.models import Introduction, Letter, Placement
from jobs.refusals import LetterIsOut, LetterRevoked
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
def undo_placement(*, placement: Placement, by: User, at: datetime) -> Placement:
    """The opening is free again, an introduction or a fair that it answered waits again, the status is as before.

    The text that congratulates is taken back if it has not left yet.
    """
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
    letter = Letter.objects.select_for_update(of=("self",)).select_related("worker").get(pk=letter.pk)
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


def _reopen_introduction(placement: Placement) -> None:
    answered = placement.case.introductions.filter(result_at=placement.confirmed_at).first()
    if answered is not None:
        answered.result, answered.result_at, answered.result_by = "", None, None
        answered.save(update_fields=["result", "result_at", "result_by"])


def _restore_status(placement: Placement, *, by: User, at: datetime) -> None:
    """If the placement's own report is still the newest."""
    reports = placement.worker.reports.newest_first()
    newest = reports.first()
    if newest is not None and newest.entered_at == placement.confirmed_at:
        before = reports.filter(entered_at__lt=placement.confirmed_at).first()
        say_again(before, placement.case, by=by, at=at)
