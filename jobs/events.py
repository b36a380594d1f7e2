"""What has happened in jobs. Sent with `send`, in the same transaction: a failed handler undoes its cause."""

from django.dispatch import Signal

placement_confirmed = Signal()  # placement, by, at
placement_ended = Signal()  # placement, by, at
letter_issued = Signal()  # letter, by, at
