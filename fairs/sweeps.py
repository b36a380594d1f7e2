"""Work the clock brings round. Each sweep is safe to run twice."""

from datetime import datetime, timedelta

from django.utils import timezone

from fairs import services
from fairs.models import Fair, FairReferral

REPORT_TIME = timedelta(hours=3)
"""After closing, the organiser has this long to enter results before the fair closes itself."""


def remind_of_tomorrow(*, at: datetime) -> int:
    """One reminder for everyone expected tomorrow. Returns how many people were gone through."""
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    people = FairReferral.objects.waiting().filter(
        fair__in=Fair.objects.taking_referrals(at).on(tomorrow), result=""
    )
    for referral in people.select_related("fair", "worker").iterator():
        services.remind_of_fair(referral=referral, at=at)
    return people.count()


def finish_past_fairs(*, at: datetime) -> int:
    """Close fairs nobody closed, so that no one waits for a result that will not come."""
    past = Fair.objects.filter(state__in=("open", "running"), ends_at__lt=at - REPORT_TIME)
    for fair in past:
        services.finish_fair(fair=fair, by=None, at=at)
    return len(past)
