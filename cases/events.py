"""What has happened to a case. Sent with `send`, in the same transaction: a failed handler undoes its cause."""

from django.dispatch import Signal

case_opened = Signal()  # case, flag, by, at
case_contacted = Signal()  # case, attempt, by, at
case_referred = Signal()  # case, about, by, at
case_placed = Signal()  # case, about, by, at
placement_fell_through = Signal()  # case, why, by, at: whoever holds the placement ends it
follow_up_recorded = Signal()  # case, follow_up, by, at
case_settled = Signal()  # case, by, at
case_closed = Signal()  # case, by, at
case_reopened = Signal()  # case, flag, by, at
# case, from_state, to_state, undoes, by, at: after every change of state, beside the above. `undoes` is the entry or
# the booking that is taken back, None for a step ahead.
case_moved = Signal()
# case, from_state, about, by, at: before a referral or a placement is taken back, and for its button. Whoever has
# built on it refuses, and changes nothing.
move_to_be_undone = Signal()
travelling_alone_undone = Signal()  # case, since, by, at: `since` is when they were said to go by their own means
