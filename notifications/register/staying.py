"""Texts leave no line in the journal when they are written, and hold back a roster that is to be taken back."""

from notifications.models import Message
from workers.imports import staying

staying.register(Message, "queued_at")
