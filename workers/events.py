"""What happened to a worker, announced in the same transaction. Listeners live in later apps' `handlers.py`."""

from django.dispatch import Signal

# worker. Sent before the worker's row is locked, so that a later stage can lock what comes earlier in the lock order
# (fair, trip, seats, case, worker). Not a place for rules: the change may still be refused.
worker_about_to_change = Signal()

worker_registered = Signal()  # worker, by, at
worker_corrected = Signal()  # worker, changed (frozenset of field names), by, at
status_reported = Signal()  # worker, report, previous (the status before), by, at
worker_flagged = Signal()  # worker, flag, by, at
