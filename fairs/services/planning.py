"""A fair is planned, changed, opened for referrals and started."""

from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from fairs import locking
from fairs.choices import FairState
from fairs.models import BoothVacancy, Fair
from fairs.refusals import AppliedInFuture, FairMovedOn, FairOver, NoBooths, TooEarlyToStart
from fairs.services import crowds
from fairs.services.licence import check_has_licence, check_licence_asked_for
from kit.days import local_day
from kit.replays import first_row
from staff.models import User

CHANGEABLE = (
    "title", "venue", "landmark", "starts_at", "ends_at", "expected", "licence_applied_on", "licence_no",
    "licence_papers",
)  # fmt: skip
TOLD = ("venue", "landmark", "starts_at")
"""What people need to know to get there: they are told when one of these changes."""


@transaction.atomic
def plan_fair(*, fields: dict, by: User, at: datetime, once: UUID | None = None) -> Fair:
    """`fields` are area and changeable columns, checked by the form. The same `once` gives the first fair."""
    if earlier := first_row(Fair, once):
        return earlier
    if fields["ends_at"] <= at:
        raise FairOver
    _check_applied(fields.get("licence_applied_on"), at)
    return Fair.objects.create(**fields, organiser=by, created_at=at, once=once)


@transaction.atomic
def change_fair(*, fair: Fair, fields: dict, by: User, at: datetime) -> Fair:
    """A fair that is over stays as it was. Whoever is invited is told of another time or place."""
    fair = locking.fair_alone(fair)
    if not fair.is_not_over:
        raise FairMovedOn
    before = {name: getattr(fair, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        setattr(fair, name, fields.get(name, before[name]))
    _check_times(fair, at)
    _check_applied(fair.licence_applied_on, at)
    _check_licence(fair)
    fair.save(update_fields=CHANGEABLE)
    _tell_the_invited(fair, before, by=by, at=at)
    return fair


@transaction.atomic
def open_fair(*, fair: Fair, by: User, at: datetime) -> Fair:
    """Let cadres refer people. Pressing twice is pressing once."""
    fair = locking.fair_alone(fair)
    if fair.state == FairState.OPEN:
        return fair
    if fair.state != FairState.PLANNED:
        raise FairMovedOn
    if fair.ends_at <= at:
        raise FairOver
    if not BoothVacancy.objects.filter(booth__fair=fair).exists():
        raise NoBooths
    check_licence_asked_for(fair)
    fair.open()
    fair.save(update_fields=["state"])
    return fair


@transaction.atomic
def start_fair(*, fair: Fair, by: User, at: datetime) -> Fair:
    """The doors open, on the day itself. Pressing twice is pressing once."""
    fair = locking.fair_alone(fair)
    if fair.state == FairState.RUNNING:
        return fair
    if fair.state != FairState.OPEN:
        raise FairMovedOn
    if local_day(at) < local_day(fair.starts_at):
        raise TooEarlyToStart
    check_has_licence(fair)
    fair.start()
    fair.save(update_fields=["state"])
    return fair


def _check_times(fair: Fair, at: datetime) -> None:
    """A plan may say anything; people are invited to what lies ahead, and open doors stand open today."""
    if fair.takes_referrals and fair.ends_at <= at:
        raise FairOver
    if fair.is_running and local_day(at) < local_day(fair.starts_at):
        raise TooEarlyToStart


def _check_applied(applied_on: date | None, at: datetime) -> None:
    if applied_on and applied_on > local_day(at):
        raise AppliedInFuture


def _check_licence(fair: Fair) -> None:
    """As strict as the state it is in: a plan may still be without."""
    if fair.state == FairState.OPEN:
        check_licence_asked_for(fair)
    if fair.state == FairState.RUNNING:
        check_has_licence(fair)


def _tell_the_invited(fair: Fair, before: dict, *, by: User, at: datetime) -> None:
    is_news = any(getattr(fair, name) != before[name] for name in TOLD)
    if not fair.takes_referrals or not (is_news or fair.ends_at != before["ends_at"]):
        return
    if is_news:
        fair.changed_at, fair.changed_from = at, before["starts_at"]
    else:
        fair.end_changed_at = at
    fair.save(update_fields=["changed_at", "changed_from", "end_changed_at"])
    tell = partial(crowds.tell_of_change, is_news=is_news, by=by, at=at)
    crowds.for_each(fair, fair.referrals.undecided(), tell)
