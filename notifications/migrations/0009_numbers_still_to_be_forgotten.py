from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

OVER = ["sent", "delivered", "failed", "suppressed"]


class Migration(migrations.Migration):
    """Built beside those who send. If it breaks off, drop an invalid index before it is run again."""

    atomic = False
    dependencies = [("notifications", "0008_sealed_for_one_worker")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "message",
            models.Index(
                fields=["queued_at"],
                condition=Q(state__in=OVER, phone_cipher__isnull=False),
                name="message_over_with_number",
            ),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
