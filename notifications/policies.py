"""May this person? Whether they see the worker comes first, in the querysets."""

from staff.models import User
from staff.policies import allowed_by, check_has_role
from staff.roles import FRONT_LINE, SETTINGS_KEEPERS, SETTINGS_READERS, TEXT_READERS, TEXT_SENDERS


def check_can_read_log(user: User) -> None:
    check_has_role(user, *TEXT_READERS)


def check_can_send_again(user: User) -> None:
    check_has_role(user, *TEXT_SENDERS)


def check_can_answer_as_worker(user: User) -> None:
    """The sandbox phone answers in the worker's name: an auditor looks, and changes nothing."""
    check_has_role(user, *FRONT_LINE)


def check_can_read_wordings(user: User) -> None:
    check_has_role(user, *SETTINGS_READERS)


def check_can_set_wordings(user: User) -> None:
    check_has_role(user, *SETTINGS_KEEPERS)


can_set_wordings = allowed_by(check_can_set_wordings)
can_send_again = allowed_by(check_can_send_again)
can_answer_as_worker = allowed_by(check_can_answer_as_worker)
