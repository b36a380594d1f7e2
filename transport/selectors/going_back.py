"""Trips for somebody who goes back to the job they had."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case
from kit.dates import clock, day_week
from staff.models import User
from transport.models import Trip
from transport.selectors.case_travel import TripChoice, trip_choices
from workers.models import StatusReport

OFFERED = 3


def offered_trips(case_id: int, user: User) -> list[str]:
    """The first of those that the next page has."""
    case = Case.objects.select_related("worker").get(pk=case_id)
    job = last_job(case)
    choices = trips_that_suit(case, user, timezone.now(), job.destination_id if job else None)
    return [_words(choice) for choice in choices[:OFFERED]]


def trips_that_suit(
    case: Case, user: User, now: datetime, work: int | None, chosen: Trip | None = None
) -> list[TripChoice]:
    """With a stop where the person can be in time, and one at their work if known: those with a free seat for which
    nobody waits, then those where they would wait for one.

    One that was `chosen` in spite of that stays among them.
    """
    choices = trip_choices(case=case, user=user, now=now, work=work)
    return [choice for choice in choices if choice.fit.suits or choice.trip == chosen]


def last_job(case: Case) -> StatusReport | None:
    """What they said of it when it was last spoken of."""
    return case.worker.reports.exclude(employer_name="").order_by("-happened_at", "-pk").first()


def _words(choice: TripChoice) -> str:
    """With where and when their own stop gathers: that is what the person has to know."""
    stop, free = choice.fit.pickup.stop, choice.free
    when = f"{day_week(stop.gather_at)} {clock(stop.gather_at)}"
    facts = {"when": when, "stop": stop.name, "title": choice.trip.title, "n": free}
    if not choice.has_room:
        return _("%(when)s at %(stop)s, %(title)s, standby list only") % facts
    words = ngettext(
        "%(when)s at %(stop)s, %(title)s, %(n)d seat free", "%(when)s at %(stop)s, %(title)s, %(n)d seats free", free
    )
    return words % facts
