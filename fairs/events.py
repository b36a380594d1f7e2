"""What happened at a fair. Sent with `send`, in the same transaction: a failed handler undoes its cause."""

from django.dispatch import Signal

referred_to_fair = Signal()  # referral, by, at
checked_in = Signal()  # referral, by, at
fair_result_recorded = Signal()  # referral, by, at
referral_withdrawn = Signal()  # referral, by, at
fair_finished = Signal()  # fair, by, at
fair_cancelled = Signal()  # fair, by, at
