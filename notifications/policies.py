"""May this person? Whether they see the worker comes first, in the querysets."""

from staff.models import User
from staff.policies import allowed_by, check_has_role_anywhere, check_has_role_for_all, check_has_role_in
from staff.roles import FRONT_LINE, SETTINGS_KEEPERS, SETTINGS_READERS, TEXT_READERS, TEXT_SENDERS
from workers.models import Worker


def check_can_read_log(user: User) -> None:
    """It lists the texts of places where they do."""
    check_has_role_anywhere(user, *TEXT_READERS)


def check_can_send_again(user: User, worker: Worker) -> None:
    check_has_role_in(user, worker.area_id, *TEXT_SENDERS)


def check_can_answer_as_worker(user: User, worker: Worker) -> None:
    """The sandbox phone answers in the worker's name: an auditor looks, and changes nothing."""
    check_has_role_in(user, worker.area_id, *FRONT_LINE)


def check_can_read_wordings(user: User) -> None:
    check_has_role_anywhere(user, *SETTINGS_READERS)


def check_can_set_wordings(user: User) -> None:
    check_has_role_for_all(user, *SETTINGS_KEEPERS)


can_set_wordings = allowed_by(check_can_set_wordings)
can_send_again = allowed_by(check_can_send_again)
can_answer_as_worker = allowed_by(check_can_answer_as_worker)
