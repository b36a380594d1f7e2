"""Postings given and ended: checked, done, written down, announced."""

from datetime import date, datetime

from django.db import transaction

from areas.models import Area
from kit.days import local_day
from staff import policies, services
from staff.appointing import handing_over
from staff.appointing.changes import What, check_begins_near, check_held_at, locked, not_over, write_down
from staff.events import posting_ended
from staff.models import Posting, User
from staff.refusals import PostingIsOver


@transaction.atomic
def appoint(
    *, user: User, role: str, area: Area, starts_on: date, ends_on: date | None = None, by: User, at: datetime
) -> Posting:
    """Give a role in an area from a day on. The same given twice is one posting and one line."""
    user, by = locked(user, by)
    policies.check_can_give(by, user, role, area)
    check_held_at(role, area)
    check_begins_near(starts_on, local_day(at))
    asked = {"role": role, "area": area, "starts_on": starts_on, "ends_on": ends_on}
    if again := user.postings.filter(**asked).first():
        return again
    posting = services.open_posting(user=user, **asked)
    write_down(user, What.POSTED, by=by, at=at, posting=posting, day=starts_on)
    _end_link_of_less(user, at)
    return posting


def _end_link_of_less(user: User, at: datetime) -> None:
    """A link that nobody has used yet was given for what the account was then: whoever still has it, and could give
    none for what it is now, would come in as more than they may decide on."""
    given = user.changes.filter(what=What.LINK_GIVEN).select_related("by").order_by("at", "pk").last()
    if given and not user.has_usable_password() and not policies.can_switch(given.by, user, not_over(user, at)):
        services.demand_new_password(user=user)


@transaction.atomic
def end_appointment(
    *, posting: Posting, ends_on: date | None, by: User, at: datetime, successor: User | None = None
) -> Posting:
    """`ends_on` is the last day, None takes back one that was set. It may be moved as long as the posting is
    not over; with the same day again only another successor is kept, until the night that hands over.

    What is in hand goes to `successor` where they serve, else to whoever serves there; after a last day ahead at night.
    """
    user, by = locked(posting.user, by)
    policies.check_can_give(by, user, posting.role, posting.area)
    posting.refresh_from_db(fields=["ends_on"])
    if posting.ends_on == ends_on:
        Posting.objects.filter(pk=posting.pk, handed_on_at=None).update(successor=successor)
        posting.refresh_from_db(fields=["successor"])
        return posting
    if posting.ends_on and posting.ends_on < local_day(at):
        raise PostingIsOver
    services.end_posting(posting=posting, ends_on=ends_on)
    if ends_on is None:
        return _goes_on(posting, by=by, at=at)
    posting.successor, posting.handed_on_at = successor, None
    if ends_on < local_day(at):
        kept = handing_over.kept_without(posting, ends_on)
        handing_over.hand_on(posting.user, kept, to=successor, by=by, at=at)
        posting.handed_on_at = at
    posting.save(update_fields=["successor", "handed_on_at"])
    write_down(posting.user, What.POSTING_ENDED, by=by, at=at, posting=posting, day=ends_on)
    posting_ended.send(sender=Posting, posting=posting, by=by, at=at)
    return posting


def _goes_on(posting: Posting, *, by: User, at: datetime) -> Posting:
    posting.successor = posting.handed_on_at = None
    posting.save(update_fields=["successor", "handed_on_at"])
    write_down(posting.user, What.POSTING_GOES_ON, by=by, at=at, posting=posting, day=posting.starts_on)
    return posting
