"""A lock that somebody else holds for too long is a refusal in words, wherever it is met."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from kit.refusals import Busy

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


def is_busy(failure: Exception) -> bool:
    """Given up after the database's `lock_timeout`, or chosen to end a deadlock: nothing was done, and it may be tried
    again."""
    cause = getattr(failure.__cause__, "sqlstate", None)
    return isinstance(failure, OperationalError) and cause in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED)


@contextmanager
def busy(refusal: type[Busy] = Busy) -> Iterator[None]:
    """Raises `refusal` for a lock that is not given; the transaction it was asked in is over."""
    try:
        yield
    except OperationalError as failure:
        if is_busy(failure):
            raise refusal from failure
        raise


def wait_longer(seconds: int) -> None:
    """In this transaction: for what must be written down and has nobody who would press again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])
