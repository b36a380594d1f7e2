from django.db import migrations, models


class Migration(migrations.Migration):
    """Stored as before: one more word for where a point comes from."""

    dependencies = [("areas", "0003_days_that_make_sense")]

    operations = [
        migrations.AlterField(
            model_name="area",
            name="point_method",
            field=models.CharField(
                choices=[
                    ("seat", "Seat of government"),
                    ("town_box", "Centre of the township's bounding box, several km off"),
                    ("town_point", "Point of the township"),
                    ("township", "Stand-in: its township"),
                    ("county_seat", "Stand-in: its county seat"),
                    ("prefecture", "Stand-in: its prefecture"),
                    ("invented", "Invented for the demo"),
                    ("none", "Not known"),
                ],
                default="none",
                max_length=12,
                verbose_name="where the point comes from",
            ),
        ),
    ]
