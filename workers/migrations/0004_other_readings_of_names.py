import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The column is there at once; the index is built beside those who work, and waits for a roster being saved.

    If it breaks off, drop the column and an invalid index before it is run again.
    """

    atomic = False
    dependencies = [
        ("areas", "0002_load_divisions_and_holidays"),
        ("workers", "0003_rosters_sent_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="worker",
            name="other_readings",
            field=models.TextField(blank=True, db_collation="C", db_default="", verbose_name="read in another way"),
        ),
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="worker",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("other_readings", config="simple"),
                condition=models.Q(("other_readings", ""), _negated=True),
                name="worker_by_other_reading",
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
