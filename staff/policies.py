"""May this person? `check_*` raises NotAllowed; the plain question is for showing or hiding a button."""

from staff.models import User
from staff.refusals import NotAllowed
from staff.roles import SEES_FULL_IDS, SEES_PHONES


def check_has_role(user: User, *roles: str) -> None:
    if not user.has_role(*roles):
        raise NotAllowed


def check_sees_full_ids(user: User) -> None:
    check_has_role(user, *SEES_FULL_IDS)


def check_sees_phones(user: User) -> None:
    check_has_role(user, *SEES_PHONES)
