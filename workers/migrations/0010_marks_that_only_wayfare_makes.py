from django.db import migrations, models

from kit.append_only import append_only_but_for, rows_are_kept


class Migration(migrations.Migration):
    """A line's mark may be renewed, when keys change; nothing else of it."""

    dependencies = [("workers", "0009_rows_left_are_a_roster_of_their_own")]

    operations = [
        migrations.AddField("journalline", "mac", models.BinaryField(default=b"", max_length=36)),
        migrations.AddField("journalhead", "mac", models.BinaryField(default=b"", max_length=36)),
        append_only_but_for("workers_journalline", "mac"),
        rows_are_kept("workers_journalhead"),
    ]
