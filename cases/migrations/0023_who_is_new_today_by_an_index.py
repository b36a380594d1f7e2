from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Built beside those who work. If it breaks off, drop an invalid index before it is run again."""

    atomic = False
    dependencies = [("cases", "0022_who_came_how_far_by_an_index_of_those")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "workitem",
            models.Index(
                fields=["opened_at"],
                include=["area", "due_at"],
                name="new_item",
                condition=Q(state="open", step="contact", not_before=None),
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
