from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

OPEN = {"state": "open"}
IN_ORDER = ["area", "priority", "due_at", "case"]
COUNTED = ["due_at", "not_before", "opened_at", "reason"]


def index(model: str, name: str, fields: list[str], **options) -> AddIndexConcurrently:
    return AddIndexConcurrently(model, models.Index(fields=fields, name=name, **options))


class Migration(migrations.Migration):
    """Built beside those who work. If it breaks off, drop an invalid index before it is run again."""

    atomic = False
    dependencies = [
        ("cases", "0018_who_said_so_of_a_follow_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        index("workitem", "escalated_item_of_area", IN_ORDER, condition=Q(**OPEN, escalation_level__gt=0)),
        index("workitem", "unowned_item_of_area", IN_ORDER, condition=Q(**OPEN, owner=None)),
        index("workitem", "open_item_by_step", ["step", "area"], include=COUNTED, condition=Q(**OPEN)),
        index("case", "case_by_state_since", ["state_since", "id"]),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
