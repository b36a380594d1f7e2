"""What happened to somebody who serves, announced in the same transaction."""

from django.dispatch import Signal

posting_ended = Signal()  # posting (its last day is set and may lie ahead), by, at
user_deactivated = Signal()  # user, by, at
