"""A later batch does not tell everybody again of a change that they were told of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fairs", "0013_whom_a_change_reaches_too_late")]

    operations = [
        migrations.AddField(
            model_name="fair",
            name="caught_up_with",
            field=models.JSONField(default=list, editable=False),
        ),
    ]
