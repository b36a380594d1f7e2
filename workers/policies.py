"""May this person do this to this record? One outside their area is a 404 before any of this is asked."""

from staff.models import User
from staff.policies import allowed_by, check_has_role_anywhere, check_has_role_in
from staff.roles import ABOVE_VILLAGE, CASEWORKERS, FRONT_LINE, ID_READERS, RECORD_READERS
from workers.models import Worker


def check_can_list_records(user: User) -> None:
    """A list shows the records that may be opened, and no other."""
    check_has_role_anywhere(user, *RECORD_READERS)


def check_can_open_record(user: User, worker: Worker) -> None:
    check_has_role_in(user, worker.area_id, *RECORD_READERS)


def check_can_register(user: User) -> None:
    """The form offers the places where they may; the service asks for the one that was chosen."""
    check_has_role_anywhere(user, *CASEWORKERS)


def check_can_register_in(user: User, area_code: int) -> None:
    check_has_role_in(user, area_code, *CASEWORKERS)


def check_can_keep_record(user: User, worker: Worker) -> None:
    """Correct, verify, report a status."""
    check_has_role_in(user, worker.area_id, *CASEWORKERS)


def check_can_reveal(user: User, worker: Worker, what: str) -> None:
    """`what` is id_number or phone."""
    check_has_role_in(user, worker.area_id, *{"id_number": ID_READERS, "phone": FRONT_LINE}[what])


def check_can_import_rosters(user: User) -> None:
    """Each row is then judged by where its person lives."""
    check_has_role_anywhere(user, *ABOVE_VILLAGE)


can_register = allowed_by(check_can_register)
can_register_in = allowed_by(check_can_register_in)
can_keep_record = allowed_by(check_can_keep_record)
can_reveal = allowed_by(check_can_reveal)
