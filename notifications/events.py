"""What the phone network told us: facts, which no listener can undo.

So, unlike elsewhere in the house, they are announced after the commit that wrote them down, and whoever listens works
in a transaction of its own. A listener may lock what it needs (fair, trip, case) without holding the text, and its
refusal (the fair is over) leaves the reply on the page for a person.
"""

from contextlib import suppress

from django.db import transaction
from django.dispatch import Signal

from kit.refusals import Refusal

reply_received = Signal()  # worker, message (the text it answers, or None), digit ("1".."9", or None), body, at
reply_unclear = Signal()  # worker, message, others, digit ("" for words), at: this worker's or of one of `others`
opted_out = Signal()  # worker, at: texts to this worker's phone stop
opted_in = Signal()  # worker, at
message_failed = Signal()  # message, at: refused for good, its failed_reason says why


def announce(signal: Signal, sender: type, **told) -> None:
    transaction.on_commit(lambda: _send(signal, sender, told))


def _send(signal: Signal, sender: type, told: dict) -> None:
    with suppress(Refusal), transaction.atomic():
        signal.send(sender, **told)
