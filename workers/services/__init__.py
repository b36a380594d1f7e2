"""What is done to a worker's record. One module for each noun; import from here."""

from workers.locking import lock_worker
from workers.services.correcting import apply_changes
from workers.services.enrolling import Enrolled, FirstReport, Newcomer, enrol_workers
from workers.services.flagging import clear_flags, flag_worker, restore_flags, withdraw_flag
from workers.services.from_list import renew_worker
from workers.services.homes_of_many import settle_homes
from workers.services.households import recompute_zero_employment, regroup
from workers.services.phones import mark_phone_wrong, undo_phone_wrong
from workers.services.registering import (
    WORKING_AGE,
    NewWorker,
    add_id_number,
    keep_name,
    recognise_worker,
    register_worker,
    update_and_verify,
    update_worker,
    verify_worker,
)
from workers.services.renewing import Renewed, renew_workers
from workers.services.reporting import report_status
from workers.services.standing import ALONE, Alone, News, Renewal
from workers.services.tagging import end_tag, set_tag
from workers.services.under_one_roof import join_household, leave_household
