"""The journal: one line for each change to anything about a worker. `lines` writes and verifies, `words` says them."""

from workers.journal.lines import (
    BEFORE_THE_FIRST,
    Entry,
    Fault,
    canonical,
    digest_of,
    record,
    record_many,
    verify,
    verify_all,
)
