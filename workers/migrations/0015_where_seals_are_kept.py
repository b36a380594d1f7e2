from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0014_whose_rows_a_roster_was"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealPlace",
            fields=[
                (
                    "place",
                    models.CharField(max_length=500, primary_key=True, serialize=False, verbose_name="place for seals"),
                ),
                ("newest", models.PositiveIntegerField(null=True)),
                ("kept_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField()),
                ("error", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "place for seals",
                "verbose_name_plural": "places for seals",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kept_at", None), ("newest", None)),
                            models.Q(("kept_at__isnull", False), ("newest__isnull", False)),
                            _connector="OR",
                        ),
                        name="seal_place_kept_at_some_time",
                    )
                ],
            },
        ),
    ]
