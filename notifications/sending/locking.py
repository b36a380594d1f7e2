"""The order of locks of a text: the end of its worker's journal, then the text.

Whoever takes a text back has written lines by then (a seat was given back), and a case may be held: who delivers and
asked for the journal last would wait with them in a circle.
"""

from notifications.models import Message
from notifications.querysets import MessageQuerySet
from workers import journal
from workers.models import Worker


def lock_message(**which) -> Message:
    """Raises Message.DoesNotExist."""
    found = Message.objects.filter(**which)
    journal.hold(found.values("worker_id"))
    return found.select_for_update(of=("self",)).select_related("worker__journal_head").get()


def lock_each(messages: MessageQuerySet) -> list[Message]:
    """In key order, those that are still of that kind once they are held."""
    worker_ids = set(messages.order_by().values_list("worker_id", flat=True))
    if not worker_ids:
        return []
    journal.hold(worker_ids)
    return list(messages.order_by("pk").select_for_update(of=("self",)).select_related("worker"))


def hold_phone(phone_blind: bytes, *more: int) -> None:
    """The journals of everybody on it, and of those workers: before the opt-out that all of them share."""
    journal.hold({*Worker.objects.filter(phone_blind=phone_blind).values_list("pk", flat=True), *more})
