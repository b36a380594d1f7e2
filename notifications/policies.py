"""May this person? `check_*` raises NotAllowed; the plain question is for showing or hiding a button."""

from staff.models import User
from staff.policies import check_has_role
from staff.roles import ORGANISERS, SEES_PHONES, Role

SENDS_AGAIN = frozenset({Role.TOWNSHIP_CADRE, Role.SUPERVISOR, *ORGANISERS})
READS_LOG = SENDS_AGAIN | {Role.AUDITOR}


def check_can_send_again(user: User) -> None:
    check_has_role(user, *SENDS_AGAIN)


def check_can_answer_as_worker(user: User) -> None:
    """The sandbox phone answers in the worker's name: an auditor looks, and changes nothing."""
    check_has_role(user, *SEES_PHONES)


def can_answer_as_worker(user: User) -> bool:
    return user.has_role(*SEES_PHONES)


def can_send_again(user: User) -> bool:
    return user.has_role(*SENDS_AGAIN)
