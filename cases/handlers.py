"""What casework does when something happens to a worker, or to a colleague who has cases in hand."""

from django.dispatch import receiver

from cases import services
from cases.choices import CloseReason
from cases.contact_routes import BEFORE_WORK
from cases.models import Case
from staff.events import posting_ended, user_deactivated
from workers.choices import EMPLOYED, Source, Status
from workers.events import status_reported, worker_about_to_change, worker_corrected, worker_flagged

# news that did not come through a cadre's entry on the case
NEWS = frozenset({Source.SELF, Source.IMPORT})


@receiver(worker_about_to_change, dispatch_uid="cases.lock_case_before_worker")
def lock_case_before_worker(sender, *, worker, **_):
    """The order of locks is case, then worker, for whoever comes from either side."""
    services.hold_open_case_of(worker.pk)


@receiver(worker_flagged, dispatch_uid="cases.open_case_for_flagged")
def open_case_for_flagged_worker(sender, *, worker, flag, by, at, **_):
    services.open_case(worker=worker, flag=flag, by=by, at=at)


@receiver(worker_corrected, dispatch_uid="cases.follow_worker")
def follow_worker_to_new_area(sender, *, worker, changed, by, at, **_):
    if "area" in changed:
        services.follow_worker(worker=worker, by=by, at=at)


@receiver(status_reported, dispatch_uid="cases.close_when_news_says_so")
def close_when_news_says_so(sender, *, worker, report, by, at, **_):
    """The worker, or the registry, says there is a job: nobody has to call and ask."""
    reason = CloseReason.SELF_FOUND if report.status in EMPLOYED else None
    if report.status == Status.DECEASED:
        reason = CloseReason.DECEASED
    if reason is None or report.source not in NEWS:
        return
    case = Case.objects.filter(worker=worker, state__in=BEFORE_WORK).first()
    if case is not None:
        services.close_on_news(case=case, reason=reason, happened_at=report.happened_at, at=at)


@receiver(posting_ended, dispatch_uid="cases.release_after_posting")
def release_after_posting(sender, *, posting, by, at, **_):
    """Nothing yet while the last day lies ahead: from the day after, lists show what is left to the township."""
    services.release_left_behind(owner=posting.user, by=by, at=at)


@receiver(user_deactivated, dispatch_uid="cases.release_after_deactivation")
def release_after_deactivation(sender, *, user, by, at, **_):
    services.release_left_behind(owner=user, by=by, at=at)
