from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0024_households_come_with_rosters"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="worker",
            constraint=models.UniqueConstraint(
                condition=models.Q(("household_role", "head")), fields=("household",), name="one_head_per_household"
            ),
        ),
    ]
