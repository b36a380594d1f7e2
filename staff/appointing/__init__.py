"""What supervisors and administrators do to the people under them: checked, done, written down, announced."""

from staff.appointing.accounts import (
    correct,
    create_account,
    deactivate,
    give_link,
    is_paused,
    password_chosen,
    reactivate,
    sign_out,
    unlock,
)
from staff.appointing.postings import appoint, end_appointment
