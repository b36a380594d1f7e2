from django.db import migrations, models


class Migration(migrations.Migration):
    """So that the rest of a large crowd is found when only the end of the fair has changed."""

    dependencies = [("fairs", "0006_a_finished_fair_says_when")]

    operations = [
        migrations.AddField(
            model_name="fair",
            name="end_changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
