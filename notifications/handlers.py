"""What happens to workers, heard here."""

from django.db import transaction
from django.dispatch import receiver

from notifications.models import Message
from workers.events import worker_corrected


@receiver(worker_corrected, dispatch_uid="notifications.move_with_worker")
def move_messages_with_worker(sender, *, worker, changed, **_):
    """Who sees the worker sees the texts: they follow to the new village.

    After commit: a text that is being sent holds nobody up here. Should the process die in between, the clock brings
    them home at night.
    """
    if "area" in changed:
        transaction.on_commit(lambda: Message.objects.filter(worker=worker).bring_home())
