"""May this person? A record outside their area is a 404 before any of this is asked."""

from staff.models import User
from staff.policies import allowed_by, check_has_role
from staff.roles import ABOVE_VILLAGE, CASEWORKERS, FRONT_LINE, ID_READERS, RECORD_READERS


def check_can_open_record(user: User) -> None:
    check_has_role(user, *RECORD_READERS)


def check_can_keep_record(user: User) -> None:
    """Register, correct, verify, report a status."""
    check_has_role(user, *CASEWORKERS)


def check_can_reveal(user: User, what: str) -> None:
    """`what` is id_number or phone."""
    check_can_open_record(user)
    check_has_role(user, *{"id_number": ID_READERS, "phone": FRONT_LINE}[what])


def check_can_import_rosters(user: User) -> None:
    check_has_role(user, *ABOVE_VILLAGE)


can_open_record = allowed_by(check_can_open_record)
can_keep_record = allowed_by(check_can_keep_record)
can_reveal = allowed_by(check_can_reveal)
