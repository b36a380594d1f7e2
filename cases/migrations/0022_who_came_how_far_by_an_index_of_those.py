from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

PLACED = Q(follow_up_round__gt=0)
CAME = {
    "case_referred": PLACED | Q(has_been_referred=True),
    "case_placed": PLACED,
    "case_travelled": Q(has_travelled=True),
    "case_settled": Q(settled_at__isnull=False),
}


class Migration(migrations.Migration):
    """Built beside those who work. If it breaks off, drop an invalid index before it is run again."""

    atomic = False
    dependencies = [("cases", "0021_cases_and_open_items_are_tallied")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        *(
            AddIndexConcurrently("case", models.Index(fields=["id"], name=name, condition=came))
            for name, came in CAME.items()
        ),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
