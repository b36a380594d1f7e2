"""A form sent twice makes one row. Each creating form carries a random `once`; the row keeps it."""

from uuid import UUID

from django.db import connection, models

TWO_TO_63 = 2**63


def first_row(model: type[models.Model], once: UUID | None):
    """What the first press of the same button made, or None. Waits for a press that is being served right now.

    Only valid inside the caller's transaction, which keeps the lock to its end.
    """
    if once is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [once.int % TWO_TO_63])
    return model.objects.filter(once=once).first()
