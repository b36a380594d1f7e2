"""The rows of a saved roster lead to their people. Older rosters name rows only."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("workers", "0013_seals_of_the_journal")]

    operations = [
        migrations.AddField(
            model_name="rosterupload",
            name="people",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="people by row"),
        ),
        migrations.AddConstraint(
            model_name="rosterupload",
            constraint=models.CheckConstraint(
                condition=Q(people={}) | Q(saved_at__isnull=False), name="roster_has_people_only_once_saved"
            ),
        ),
    ]
