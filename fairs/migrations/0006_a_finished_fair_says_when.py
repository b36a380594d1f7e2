from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("fairs", "0005_fairs_ended_when_they_were_to_end")]

    operations = [
        migrations.AddConstraint(
            model_name="fair",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("finished_at__isnull", False), ("state", "finished")),
                    Q(
                        Q(("state", "finished"), _negated=True),
                        ("finished_at__isnull", True),
                        ("finished_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="fair_finished_says_when",
            ),
        ),
    ]
