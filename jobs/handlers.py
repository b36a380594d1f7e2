"""What happens to a placement or an introduction when its case moves by another road."""

from django.dispatch import receiver

from cases.choices import FollowUpResult, State
from cases.events import (
    case_closed,
    case_moved,
    case_reopened,
    follow_up_recorded,
    move_to_be_undone,
    placement_fell_through,
)
from jobs.models import Placement
from jobs.refusals import LetterOnIt
from jobs.services.at_work import report_at_work, report_out_of_work
from jobs.services.introductions import let_lapse, take_up_lapsed
from jobs.services.placements import write_end
from kit.days import local_day
from workers.choices import Source

Ended = Placement.Ended
REASONS = {"left_job": Ended.LEFT, "fell_through": Ended.NEVER_STARTED, "wage_trouble": Ended.WAGE_TROUBLE}


@receiver(placement_fell_through, dispatch_uid="jobs.end_placement_that_fell_through")
def end_placement_that_fell_through(sender, *, case, why, by, at, **_):
    """A follow-up said: left. Whoever was at work is out of work now."""
    placement = _end_current(case, REASONS.get(why, Ended.LEFT), by=by, at=at)
    if placement is not None:
        report_out_of_work(placement, by=by, at=at)


@receiver(case_closed, dispatch_uid="jobs.end_placement_of_closed_case")
def end_placement_of_closed_case(sender, *, case, by, at, **_):
    _end_current(case, Ended.CASE_CLOSED, by=by, at=at)


@receiver(case_reopened, dispatch_uid="jobs.end_placement_of_reopened_case")
def end_placement_of_reopened_case(sender, *, case, by, at, **_):
    """Settled once, out of work again: the job on the books is over."""
    _end_current(case, Ended.LEFT, by=by, at=at)


@receiver(case_moved, dispatch_uid="jobs.let_introductions_lapse")
def let_introductions_lapse(sender, *, case, from_state, to_state, by, at, **_):
    if from_state == State.REFERRED and to_state != State.PLACED:
        let_lapse(case=case, by=by, at=at)


@receiver(case_moved, dispatch_uid="jobs.take_up_lapsed_introduction")
def take_up_lapsed_introduction(sender, *, case, to_state, undoes, **_):
    """The case was closed by mistake: the employer is asked again."""
    if undoes is not None and to_state == State.REFERRED:
        take_up_lapsed(case=case)


@receiver(follow_up_recorded, dispatch_uid="jobs.report_still_working")
def report_still_working(sender, *, case, follow_up, by, at, **_):
    """The first follow-up is often the first proof that work has begun."""
    if follow_up.result != FollowUpResult.STILL_WORKING:
        return
    placement = case.placements.current().select_related("worker", "area").first()
    if placement is not None and not placement.worker.is_employed:
        report_at_work(placement, by=by, at=at, source=Source.CALL)


@receiver(move_to_be_undone, dispatch_uid="jobs.keep_what_a_letter_says")
def keep_what_a_letter_says(sender, *, case, **_):
    """A letter issued since the move speaks of it. The database refuses it too."""
    if case.letters.filter(revoked_at=None, issued_at__gte=case.state_since).exists():
        raise LetterOnIt


def _end_current(case, because, *, by, at) -> Placement | None:
    placement = case.placements.current().select_related("worker", "case").select_for_update(of=("self",)).first()
    if placement is not None:
        write_end(placement, because=because, ended_on=local_day(at), by=by, at=at)
    return placement
