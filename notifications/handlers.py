"""What happens to workers, heard here."""

from django.dispatch import receiver

from notifications.models import Message
from workers.events import worker_corrected


@receiver(worker_corrected, dispatch_uid="notifications.move_with_worker")
def move_messages_with_worker(sender, *, worker, changed, **_):
    """Who sees the worker sees the texts: they follow to the new village."""
    if "area" in changed:
        Message.objects.filter(worker=worker).exclude(area_id=worker.area_id).update(area_id=worker.area_id)
