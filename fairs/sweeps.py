"""What time brings round. Each sweep is safe to run twice."""

from datetime import datetime, timedelta

from areas.refusals import Refusal
from cases.local_time import local_day
from fairs import services
from fairs.models import Fair

REPORT_TIME = timedelta(hours=3)
"""After closing, the organiser has this long to enter results before the fair closes itself."""


def remind_of_tomorrow(*, at: datetime) -> int:
    """How many people were looked at."""
    return services.remind_of(day=local_day(at) + timedelta(days=1), at=at)


def close_past_fairs(*, at: datetime) -> int:
    """Close fairs nobody closed, so that no one waits for a result that will not come. How many it closed."""
    return sum(_close(fair, at) for fair in Fair.objects.left_open(at - REPORT_TIME))


def catch_up(*, at: datetime) -> int:
    """Fairs whose task was lost, or met somebody busy. How many people were looked at."""
    return sum(services.catch_up(fair_id=fair.pk, at=at) for fair in Fair.objects.behind())


def _close(fair: Fair, at: datetime) -> bool:
    """Somebody is changing it at this moment: the next round looks again."""
    try:
        services.finish_fair(fair=fair, by=None, at=at)
    except Refusal:
        return False
    return True
