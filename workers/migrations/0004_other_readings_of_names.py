import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
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
        migrations.AddIndex(
            model_name="worker",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("other_readings", config="simple"),
                condition=models.Q(("other_readings", ""), _negated=True),
                name="worker_by_other_reading",
            ),
        ),
    ]
