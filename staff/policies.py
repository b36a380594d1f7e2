"""May this person? `check_can_x` holds the rule and raises a refusal; `can_x` asks it, for showing a button."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from areas.models import Area
from areas.ranges import SERVED, Range
from kit.refusals import Refusal
from staff.models import Posting, User
from staff.refusals import NotAllowed, NotForAll, NotOneself, NotYoursToGive
from staff.roles import GIVES, OVERSEERS, WATCHES_ADMINISTRATORS, Role

P = ParamSpec("P")


def allowed_by(check: Callable[P, None]) -> Callable[P, bool]:
    """`can_x = allowed_by(check_can_x)`: the same question as the check, with a yes or no for an answer."""

    @wraps(check)
    def can(*args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            check(*args, **kwargs)
        except Refusal:
            return False
        return True

    return can


def check_has_role_anywhere(user: User, *roles: str) -> None:
    """For a page of lists or an empty form. Whatever row it leads to is asked for in its own area."""
    if not user.has_role_anywhere(*roles):
        raise NotAllowed


def check_has_role_in(user: User, area_code: int, *roles: str) -> None:
    if not user.has_role_in(area_code, *roles):
        raise NotAllowed


def check_has_role_around(user: User, area: Area, *roles: str) -> None:
    """In the area, above it or inside it. For what reaches across it: a fair of the county, sent to by its villages."""
    if not user.has_role_around(area, *roles):
        raise NotAllowed


def check_has_role_for_all(user: User, *roles: str) -> None:
    """In a posting that covers all of the area served. For what one person sets and everybody lives by."""
    check_has_role_anywhere(user, *roles)
    if not user.has_role_in(SERVED, *roles):
        raise NotForAll


def check_can_manage_people(user: User) -> None:
    check_has_role_anywhere(user, *GIVES)


def check_can_read_deeds(user: User) -> None:
    """What administrators and supervisors did to accounts and postings, and to what holds for everybody."""
    check_has_role_anywhere(user, *WATCHES_ADMINISTRATORS)


def check_can_read_accesses(user: User) -> None:
    check_has_role_anywhere(user, *OVERSEERS)


def ranges_managed_by(user: User) -> tuple[Range, ...]:
    """Where this person decides who serves: other postings let them look, not appoint."""
    return user.ranges_as(*GIVES)


def roles_given_by(user: User) -> list[Role]:
    """In the order of the list of roles."""
    return [role for role in Role if any(role in GIVES.get(p.role, ()) for p in user.current_postings)]


def check_can_give(by: User, user: User, role: str, area: Area) -> None:
    """A role no higher than one's own, in one's own area or under it, and to somebody else."""
    _check_not_oneself(by, user)
    if not _gives(by, role, area):
        raise NotYoursToGive


def check_can_switch(by: User, user: User, postings: list[Posting]) -> None:
    """Closing and reopening an account touches every posting that is not over: all must be theirs to give."""
    _check_not_oneself(by, user)
    if user.is_superuser or not all(_gives(by, posting.role, posting.area) for posting in postings):
        raise NotYoursToGive


can_give = allowed_by(check_can_give)
can_switch = allowed_by(check_can_switch)


def _gives(by: User, role: str, area: Area) -> bool:
    return any(role in GIVES.get(p.role, ()) and p.area.contains(area.pk) for p in by.current_postings)


def _check_not_oneself(by: User, user: User) -> None:
    if by.pk == user.pk:
        raise NotOneself
