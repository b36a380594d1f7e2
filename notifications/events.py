"""What the phone network told us: facts, which no listener can undo.

So, unlike elsewhere in the house, they are announced after the commit that wrote them down, and whoever listens works
in a transaction of its own. A listener may lock what it needs (fair, trip, case) without holding the text, and its
refusal (the fair is over) leaves the reply on the page for a person.
"""

from django.db import transaction
from django.dispatch import Signal

from kit import locks
from kit.refusals import Busy, Refusal

reply_received = Signal()  # worker, message (the text it answers, or None), digit ("1".."9", or None), body, at
reply_unclear = Signal()  # worker, message, others, digit ("" for words), at: this worker's or of one of `others`
opted_out = Signal()  # worker, at: texts to this worker's phone stop
opted_in = Signal()  # worker, at
message_failed = Signal()  # message, at: refused for good, its failed_reason says why


def announce(signal: Signal, sender: type, **told) -> None:
    transaction.on_commit(lambda: tell(signal, sender, **told))


def tell(signal: Signal, sender: type, **told) -> None:
    """A rule that says no is an answer too. Raises Busy, for a lock is none, and nothing of it was done."""
    try:
        with locks.busy(), transaction.atomic():
            signal.send(sender, **told)
    except Busy:
        raise
    except Refusal:
        return
