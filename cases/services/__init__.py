"""What is done to a case. One module for each kind of deed; import from here."""

from cases.locking import lock_cases_of, lock_open_case_of, lock_open_items
from cases.services.assigning import (
    RowResult,
    Verdict,
    assign,
    hand_on,
    hand_over_owner,
    preview_reassign,
    reassign_many,
    release_all_left_behind,
    release_left_behind,
)
from cases.services.bulk import (
    Chapter,
    Opening,
    Referred,
    mark_referred_in_bulk,
    open_cases_in_bulk,
    open_cases_of_enrolled,
    open_cases_of_flagged,
)
from cases.services.closing import close_case, close_on_news
from cases.services.contact import count_as_contact, record_contact, record_talk
from cases.services.escalating import escalate_due
from cases.services.follow_ups import record_follow_up
from cases.services.following import whose_case_follows
from cases.services.handovers import carry_out_handover, forget_handovers, give_back, plan_handover, to_give_back
from cases.services.leaving import take_back_cases
from cases.services.moving import (
    mark_fell_through,
    mark_met,
    mark_not_matched,
    mark_placed,
    mark_referred,
    mark_transported,
    undo_met,
    undo_transported,
)
from cases.services.next_steps import (
    ask_what_was_meant,
    ask_whose_answer,
    say_again,
    snooze,
    snooze_locked,
    text_worker,
    wake,
    wake_many,
)
from cases.services.opening import choose_owner, item_it_goes_on_by, open_case, reopen_case
from cases.services.relocating import follow_worker
from cases.services.saved_filters import drop_filter, save_filter
from cases.services.schedule import next_follow_up
from cases.services.selecting import forget_selections, keep_selection
from cases.services.travelling import mark_travelling_alone, undo_travelling_alone
from cases.services.undoing import undo_contact
from cases.services.undoing_follow_ups import undo_follow_up
from cases.services.undoing_moves import call_off_referral, can_undo_move, check_is_mine_of_today, undo_move
