"""What supervisors and administrators do to the people under them: checked, done, written down, announced."""

from datetime import date, datetime

from django.db import transaction

from areas.models import Area
from kit.days import local_day
from staff import policies, services
from staff.events import posting_ended, user_deactivated
from staff.models import Posting, StaffChange, User
from staff.refusals import PostingIsOver

What = StaffChange.What


@transaction.atomic
def appoint(
    *, user: User, role: str, area: Area, starts_on: date, ends_on: date | None = None, by: User, at: datetime
) -> Posting:
    """Give a role in an area from a day on. The same given twice is one posting and one line."""
    user, by = _locked(user, by)
    policies.check_can_give(by, user, role, area)
    asked = {"role": role, "area": area, "starts_on": starts_on, "ends_on": ends_on}
    if again := user.postings.filter(**asked).first():
        return again
    posting = services.open_posting(user=user, **asked)
    _write_down(user, What.POSTED, by=by, at=at, posting=posting, day=starts_on)
    return posting


@transaction.atomic
def end_appointment(*, posting: Posting, ends_on: date, by: User, at: datetime) -> Posting:
    """`ends_on` is the last day. It may be moved as long as the posting is not over; the same day again is nothing."""
    user, by = _locked(posting.user, by)
    policies.check_can_give(by, user, posting.role, posting.area)
    posting.refresh_from_db(fields=["ends_on"])
    if posting.ends_on == ends_on:
        return posting
    if posting.ends_on and posting.ends_on < local_day(at):
        raise PostingIsOver
    services.end_posting(posting=posting, ends_on=ends_on)
    _write_down(posting.user, What.POSTING_ENDED, by=by, at=at, posting=posting, day=ends_on)
    posting_ended.send(sender=Posting, posting=posting, by=by, at=at)
    return posting


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> User:
    """Shut out at once, whatever is open in a browser. Postings stay as they are, for the day they come back."""
    return _switch(user, is_active=False, by=by, at=at)


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> User:
    """Signs in with the old password, and serves wherever a posting still runs."""
    return _switch(user, is_active=True, by=by, at=at)


def _switch(user: User, *, is_active: bool, by: User, at: datetime) -> User:
    user, by = _locked(user, by)
    policies.check_can_switch(by, user, _not_over(user, at))
    if user.is_active == is_active:
        return user
    if is_active:
        services.reactivate_user(user=user)
        _write_down(user, What.REACTIVATED, by=by, at=at)
    else:
        services.deactivate_user(user=user)
        _write_down(user, What.DEACTIVATED, by=by, at=at)
        user_deactivated.send(sender=User, user=user, by=by, at=at)
    return user


def _not_over(user: User, at: datetime) -> list[Posting]:
    return list(user.postings.not_over(local_day(at)).select_related("area"))


def _locked(user: User, by: User) -> tuple[User, User]:
    """Both as they are now. Two who change the same person at once take turns, so that each change is written down
    once; two who shut each other out do too, and the second has nothing left to give or to take.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in={user.pk, by.pk}).order_by("pk")
    people = {person.pk: person for person in rows}
    return people[user.pk], people[by.pk]


def _write_down(user: User, what: str, *, by: User, at: datetime, posting: Posting | None = None, day=None) -> None:
    StaffChange.objects.create(user=user, what=what, by=by, at=at, posting=posting, day=day)
