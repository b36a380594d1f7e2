import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0002_load_divisions_and_holidays"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="holiday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("date__gte", datetime.date(2000, 1, 1)), ("date__lte", datetime.date(2099, 12, 31))
                ),
                name="holiday_in_our_century",
            ),
        ),
        migrations.AddConstraint(
            model_name="holiday",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_working_day", False), ("date__iso_week_day__gte", 6), _connector="OR"),
                name="worked_in_exchange_at_weekends",
            ),
        ),
    ]
