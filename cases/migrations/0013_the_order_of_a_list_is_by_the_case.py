from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OPEN = models.Q(("state", "open"))


def index(name: str, *columns: str) -> AddIndexConcurrently:
    fields = [*columns, "priority", "due_at", "case"]
    return AddIndexConcurrently("workitem", models.Index(fields=fields, name=name, condition=OPEN))


class Migration(migrations.Migration):
    """The new indexes are built beside those who work, and the old ones go when they are there.

    If it breaks off, drop an invalid index before it is run again.
    """

    atomic = False
    dependencies = [
        ("areas", "0003_days_that_make_sense"),
        ("cases", "0012_handing_over_of_many_cases"),
        ("viewflow", "0015_task_scheduled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        index("open_item_of_owner", "owner"),
        index("open_item_of_area", "area"),
        index("open_item_in_order"),
        RemoveIndexConcurrently("workitem", "open_item_by_owner"),
        RemoveIndexConcurrently("workitem", "open_item_by_area"),
        RemoveIndexConcurrently("workitem", "open_item_in_page_order"),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
