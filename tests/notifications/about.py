"""What texts are about, and the same once it is forgotten and the migrations have filled it in from the keys."""

from importlib import import_module

from django.db import connection

from notifications.models import Message


def about_of_texts() -> dict[str, tuple[str, int | None]]:
    """(type, id) by template; of the last text where there are several."""
    texts = Message.objects.order_by("pk").values_list("template", "about_type", "about_id")
    return {template: (kind, key) for template, kind, key in texts}


def forget_and_fill(migration: str) -> None:
    """As before the columns were there: the trigger that keeps them rests meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE notifications_message SET about_type = '', about_id = NULL")
        cursor.execute("SET LOCAL session_replication_role = origin")
        for name, statement in vars(import_module(migration)).items():
            if name.startswith("FILL"):
                cursor.execute(statement)
