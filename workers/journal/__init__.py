"""The journal: one line for each change to anything about a worker.

`lines` writes them, `authenticity` marks them, `seals` states outside the database where they end, `verifying` looks
whether all that holds, `words` and `telling` say them.
"""

from workers.journal.lines import About, Entry, begin, hold, record, record_many
from workers.journal.many import record_all
from workers.journal.verifying import verify, verify_all, verify_seals
from workers.journal.vouching import renew
from workers.rules.seals.chains import Fault
from workers.rules.seals.spelling import BEFORE_THE_FIRST
