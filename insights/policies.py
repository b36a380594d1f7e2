from staff.models import User
from staff.policies import check_has_role
from staff.roles import Role

READERS = frozenset(Role)
"""Aggregates of one's own area hold no personal data: whoever serves there may read them."""


def check_can_read_overview(user: User) -> None:
    check_has_role(user, *READERS)
