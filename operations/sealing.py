"""Whether the journal is still sealed: each hour, in every place."""

from datetime import datetime, timedelta

from operations.backups.keeping import set_up_at
from workers.models import JournalSeal

LATE_AFTER = timedelta(hours=3)


def last_seal() -> JournalSeal | None:
    return JournalSeal.objects.order_by("-number").first()


def is_late(*, at: datetime) -> bool:
    """A house without any has as long for its first one, from the day it was set up."""
    last = last_seal()
    return at - (last.sealed_at if last else set_up_at()) > LATE_AFTER
