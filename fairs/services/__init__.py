"""What an organiser and a cadre do with a fair."""

from fairs.services.door import check_in, find_at_door, undo_check_in
from fairs.services.ending import cancel_fair, finish_fair
from fairs.services.planning import (
    add_booth,
    change_fair,
    offer_vacancy,
    open_fair,
    plan_fair,
    remove_booth,
    start_fair,
    withdraw_offer,
)
from fairs.services.referring import (
    cannot_come,
    confirm_coming,
    refer_to_fair,
    remind_of_fair,
    withdraw_referral,
)
from fairs.services.results import record_result

__all__ = [
    "add_booth",
    "cancel_fair",
    "cannot_come",
    "change_fair",
    "check_in",
    "confirm_coming",
    "find_at_door",
    "finish_fair",
    "offer_vacancy",
    "open_fair",
    "plan_fair",
    "record_result",
    "refer_to_fair",
    "remind_of_fair",
    "remove_booth",
    "start_fair",
    "undo_check_in",
    "withdraw_offer",
    "withdraw_referral",
]
