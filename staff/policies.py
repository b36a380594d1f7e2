"""May this person? `check_*` raises NotAllowed; the plain question is for showing or hiding a button."""

from areas.models import Area
from areas.ranges import Range
from staff.models import Posting, User
from staff.refusals import NotAllowed, NotOneself, NotYoursToGive
from staff.roles import GIVES, SEES_FULL_IDS, SEES_PHONES, Role


def check_has_role(user: User, *roles: str) -> None:
    if not user.has_role(*roles):
        raise NotAllowed


def check_sees_full_ids(user: User) -> None:
    check_has_role(user, *SEES_FULL_IDS)


def check_sees_phones(user: User) -> None:
    check_has_role(user, *SEES_PHONES)


def ranges_managed_by(user: User) -> tuple[Range, ...]:
    """Where this person decides who serves: other postings let them look, not appoint."""
    return tuple((p.area.low, p.area.high) for p in user.current_postings if p.role in GIVES)


def roles_given_by(user: User) -> list[Role]:
    """In the order of the list of roles."""
    return [role for role in Role if any(role in GIVES.get(p.role, ()) for p in user.current_postings)]


def may_give(by: User, role: str, area: Area) -> bool:
    """A role no higher than one's own, in one's own area or under it."""
    return any(role in GIVES.get(p.role, ()) and p.area.contains(area.pk) for p in by.current_postings)


def check_may_give(by: User, user: User, role: str, area: Area) -> None:
    check_not_oneself(by, user)
    if not may_give(by, role, area):
        raise NotYoursToGive


def check_may_switch(by: User, user: User, postings: list[Posting]) -> None:
    """Closing and reopening an account touches every posting that is not over: all must be theirs to give."""
    check_not_oneself(by, user)
    if user.is_superuser or not all(may_give(by, posting.role, posting.area) for posting in postings):
        raise NotYoursToGive


def check_not_oneself(by: User, user: User) -> None:
    if by.pk == user.pk:
        raise NotOneself
