from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

CAME_FURTHER = (
    Q(first_contacted_at__isnull=False)
    | Q(follow_up_round__gt=0)
    | Q(has_been_referred=True)
    | Q(has_travelled=True)
    | Q(settled_at__isnull=False)
)


class Migration(migrations.Migration):
    """Built beside those who work. If it breaks off, drop an invalid index before it is run again."""

    atomic = False
    dependencies = [("cases", "0023_who_is_new_today_by_an_index")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "workitem",
            models.Index(
                fields=["due_at"],
                include=["area", "case"],
                name="item_past_contact",
                condition=Q(state="open") & ~Q(step="contact"),
            ),
        ),
        AddIndexConcurrently(
            "case",
            models.Index(fields=["id"], name="case_flagged_again", condition=Q(state="flagged") & CAME_FURTHER),
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
