"""The queues that tasks travel in, one a kind of work."""

ROSTERS = "rosters"  # each takes minutes, so one worker leaves them to the others; texts in bulk are everybody's
QUEUES = ("interactive", "bulk", "documents", "clock", ROSTERS)
SECONDS_BETWEEN_PULSES = 30
