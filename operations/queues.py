"""The queues that tasks travel in, one a kind of work."""

QUEUES = ("interactive", "bulk", "documents", "clock")
SECONDS_BETWEEN_PULSES = 30
