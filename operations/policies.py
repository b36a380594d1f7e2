"""Who looks after the machine: administrators, and nobody whose work is people's records."""

from staff.models import User
from staff.policies import allowed_by, check_has_role_anywhere, check_has_role_for_all
from staff.roles import SETTINGS_KEEPERS


def check_can_look_after(user: User) -> None:
    check_has_role_anywhere(user, *SETTINGS_KEEPERS)


def check_can_try_again(user: User) -> None:
    """What failed may be anybody's, wherever they live."""
    check_has_role_for_all(user, *SETTINGS_KEEPERS)


can_try_again = allowed_by(check_can_try_again)
