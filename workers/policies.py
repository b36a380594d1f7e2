"""May this person? A record outside their area is a 404 before any of this is asked."""

from staff.models import User
from staff.policies import check_has_role, check_sees_full_ids, check_sees_phones
from staff.refusals import NotAllowed
from staff.roles import CADRES, Role

KEEPS_RECORDS = CADRES | {Role.SUPERVISOR}
# Who looks after the system does not look into people's records.
OPENS_RECORDS = frozenset(Role) - {Role.ADMINISTRATOR}


def check_can_open_record(user: User) -> None:
    check_has_role(user, *OPENS_RECORDS)


def check_can_keep_record(user: User) -> None:
    """Register, correct, verify, report a status."""
    check_has_role(user, *KEEPS_RECORDS)


def check_can_reveal(user: User, what: str) -> None:
    """`what` is id_number or phone."""
    check_can_open_record(user)
    {"id_number": check_sees_full_ids, "phone": check_sees_phones}[what](user)


def can_keep_record(user: User) -> bool:
    return _is_allowed(check_can_keep_record, user)


def can_reveal(user: User, what: str) -> bool:
    return _is_allowed(check_can_reveal, user, what)


def _is_allowed(check, *args) -> bool:
    try:
        check(*args)
    except NotAllowed:
        return False
    return True
