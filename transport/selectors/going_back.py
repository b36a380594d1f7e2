"""Trips for somebody who goes back to the job they had."""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext

from cases.models import Case
from kit.dates import clock, day_week
from staff.models import User
from transport.models import Trip
from workers.models import StatusReport

OFFERED = 3


def offered_trips(case_id: int, user: User) -> list[str]:
    """The next ones with a free seat. One query."""
    trips = Trip.objects.visible_to(user).bookable(timezone.now()).with_counts().order_by("departs_at")
    return [_words(trip) for trip in trips.filter(seats_taken__lt=F("capacity"))[:OFFERED]]


def last_job(case: Case) -> StatusReport | None:
    """What they said of it when it was last spoken of."""
    return case.worker.reports.exclude(employer_name="").order_by("-happened_at", "-pk").first()


def _words(trip: Trip) -> str:
    free = trip.capacity - trip.seats_taken
    words = ngettext("%(when)s, %(title)s, %(n)d seat free", "%(when)s, %(title)s, %(n)d seats free", free)
    return words % {"when": f"{day_week(trip.departs_at)} {clock(trip.departs_at)}", "title": trip.title, "n": free}
