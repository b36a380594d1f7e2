"""What the phone network told us. Sent inside the transaction that wrote it down."""

from django.dispatch import Signal

reply_received = Signal()  # worker, message (the text it answers, or None), digit ("1".."9", or None), body, at
opted_out = Signal()  # worker, at: texts to this worker's phone stop
opted_in = Signal()  # worker, at
message_failed = Signal()  # message, at: refused for good, its failed_reason says why
