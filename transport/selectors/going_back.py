"""Trips for somebody who goes back to the job they had."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import ngettext

from cases.models import Case
from kit.dates import clock, day_week
from staff.models import User
from transport.selectors.case_travel import TripChoice, trip_choices
from workers.models import StatusReport

OFFERED = 3


def offered_trips(case_id: int, user: User) -> list[str]:
    """The first of those that the next page has."""
    case = Case.objects.select_related("worker").get(pk=case_id)
    return [_words(choice) for choice in trips_that_suit(case, user, timezone.now())[:OFFERED]]


def trips_that_suit(case: Case, user: User, now: datetime) -> list[TripChoice]:
    """With a free seat, and a stop where the person can be in time."""
    return [choice for choice in trip_choices(case=case, user=user, now=now) if choice.fit.suits and choice.free > 0]


def last_job(case: Case) -> StatusReport | None:
    """What they said of it when it was last spoken of."""
    return case.worker.reports.exclude(employer_name="").order_by("-happened_at", "-pk").first()


def _words(choice: TripChoice) -> str:
    trip, free = choice.trip, choice.free
    words = ngettext("%(when)s, %(title)s, %(n)d seat free", "%(when)s, %(title)s, %(n)d seats free", free)
    return words % {"when": f"{day_week(trip.departs_at)} {clock(trip.departs_at)}", "title": trip.title, "n": free}
