"""Two people held still while one changes the other, and the line that says so."""

from datetime import date, datetime, timedelta

from areas.models import Area
from kit.days import local_day
from staff.models import Posting, StaffChange, User
from staff.refusals import RoleNotThere, StartsTooFarAway
from staff.roles import HELD_AT

What = StaffChange.What
BEGINS_WITHIN = timedelta(days=366)


def locked(user: User, by: User) -> tuple[User, User]:
    """Both as they are now. Two who change the same person at once take turns, so that each change is written down
    once; two who shut each other out do too, and the second has nothing left to give or to take.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in={user.pk, by.pk}).order_by("pk")
    people = {person.pk: person for person in rows}
    return people[user.pk], people[by.pk]


def check_begins_near(starts_on: date, today: date) -> None:
    """StartsTooFarAway for a day that somebody has mistyped."""
    if abs(starts_on - today) > BEGINS_WITHIN:
        raise StartsTooFarAway


def check_held_at(role: str, area: Area) -> None:
    """Asked when a posting is given; one that runs may be ended wherever it is."""
    if HELD_AT.get(role, area.level) != area.level:
        raise RoleNotThere


def write_down(user: User, what: str, *, by: User, at: datetime, posting: Posting | None = None, day=None) -> None:
    StaffChange.objects.create(user=user, what=what, by=by, at=at, posting=posting, day=day)


def not_over(user: User, at: datetime) -> list[Posting]:
    return list(user.postings.not_over(local_day(at)).select_related("area"))
