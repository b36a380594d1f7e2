"""What happened at a fair. Sent in the transaction of the change."""

from django.dispatch import Signal

referred_to_fair = Signal()  # referral, by, at
checked_in = Signal()  # referral, by, at
fair_result_recorded = Signal()  # referral, by, at
fair_cancelled = Signal()  # fair, by, at
