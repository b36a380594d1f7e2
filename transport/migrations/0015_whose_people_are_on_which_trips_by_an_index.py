from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Built beside those who work. If it breaks off, drop an invalid index before it is run again."""

    atomic = False
    dependencies = [("transport", "0014_where_and_when_their_stop_gathers")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "booking",
            models.Index(fields=["case"], include=["trip"], name="seat_of_case", condition=Q(released_at=None)),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
