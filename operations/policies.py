"""Who looks after the machine: administrators, and nobody whose work is people's records."""

from staff.models import User
from staff.policies import check_has_role_anywhere
from staff.roles import SETTINGS_KEEPERS


def check_can_look_after(user: User) -> None:
    check_has_role_anywhere(user, *SETTINGS_KEEPERS)
