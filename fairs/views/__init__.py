from fairs.views.booths import booths, offer, remove_booth, withdraw_offer
from fairs.views.door import check_in, undo_check_in
from fairs.views.fair import add_fair, cancel_fair, edit_fair, fair, fair_list, finish_fair, open_fair, start_fair
from fairs.views.people import panel, people, refer, result, slip_pdf, slips_pdf

__all__ = [
    "add_fair",
    "booths",
    "cancel_fair",
    "check_in",
    "edit_fair",
    "fair",
    "fair_list",
    "finish_fair",
    "offer",
    "open_fair",
    "panel",
    "people",
    "refer",
    "remove_booth",
    "result",
    "slip_pdf",
    "slips_pdf",
    "start_fair",
    "undo_check_in",
    "withdraw_offer",
]
