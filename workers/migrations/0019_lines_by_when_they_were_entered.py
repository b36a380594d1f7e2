import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """`verify_journal --since` finds the lines of some days. Lines are only ever added, so those of a day lie together
    and a few kilobytes say where."""

    dependencies = [
        ("workers", "0018_when_each_fact_was_said"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="journalline",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["entered_at"], name="journal_by_entry"
            ),
        ),
    ]
