"""The journal: one line for each change to anything about a worker.

`lines` writes them, `authenticity` marks them, `verifying` looks whether they hold, `words` and `telling` say them.
"""

from workers.journal.lines import Entry, record, record_many
from workers.journal.verifying import verify, verify_all
from workers.journal.vouching import renew
from workers.rules.seals.chains import Fault
from workers.rules.seals.spelling import BEFORE_THE_FIRST
