"""From when a fair was moved: whoever still believes in that time is told at night, should it be near."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fairs", "0012_many_people_by_one_press")]

    operations = [
        migrations.AddField(
            model_name="fair",
            name="changed_from",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
