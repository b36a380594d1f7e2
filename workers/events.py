"""What happened to a worker, announced in the same transaction. Listeners live in later apps' `handlers.py`."""

from django.dispatch import Signal

# worker, said_in (as below). Sent before the worker's row is locked, so that a later stage can lock what comes earlier
# in the lock order (fair, trip, seats, case, worker). Not a place for rules: the change may still be refused.
worker_about_to_change = Signal()
workers_about_to_change = Signal()  # worker_ids: the same for many, whose rows are locked in the order of their keys

worker_registered = Signal()  # worker, by, at
worker_corrected = Signal()  # worker, changed (frozenset of field names), by, at
# worker, report, previous (the status before), said_in, by, at. `said_in` is the case whose own step reports it (a talk
# says so, an undo puts it back) and which that step has locked; None for news from elsewhere.
status_reported = Signal()
worker_flagged = Signal()  # worker, flag, by, at
# worker, report, said_in (as above), by, at. Sent last: the flags that the report raised have been followed.
status_followed = Signal()

# enrolled (a list of workers.services.Enrolled), book (a workers.journal.copying.Book: their chains), by, at. Many
# people put on the register at once: the events above are not sent for each of them, so whoever listens to those and
# means newcomers too listens to this as well, and adds what it writes of them to the book.
workers_enrolled = Signal()

# news (a list of workers.services.News), alone (a set of keys of workers), at. What a list says of many people, before
# any of it is written, under their locks. For whom something follows from it in a later stage, that stage adds to
# `alone`: they are taken one by one, and the events above are sent for them. For the others they are not sent.
news_weighed = Signal()
# since ({key of a worker: moment or None}), reached (a set of such keys). Of these people a list gives another phone
# than the one that a list put there at that moment, or somebody at any. Whoever knows that they were reached at it
# adds them.
phones_doubted = Signal()
# flagged (a list of workers.services.Enrolled), book, by, at. Of people who are on the register, of whom `news_weighed`
# left nobody out: whoever has no open case gets one by their first flag. Its lines are added to the book.
workers_flagged = Signal()

# rows ({label of a model: keys}). A roster is taken back: lines of the journal tell that it brought these rows, and
# nobody has worked on them since. Each app takes away its own, before the people themselves leave.
rows_taken_back = Signal()
