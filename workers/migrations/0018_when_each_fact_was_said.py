import django.db.models.deletion
from django.db import migrations, models

# A row is written again in its own page, without its index, as long as the page has room.
ROOM = "ALTER TABLE workers_saidon SET (fillfactor = 80)"


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0017_rosters_in_chunks"),
    ]

    operations = [
        migrations.CreateModel(
            name="SaidOn",
            fields=[
                (
                    "worker",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="said_on",
                        serialize=False,
                        to="workers.worker",
                        verbose_name="worker",
                    ),
                ),
                ("phone", models.DateField(null=True, verbose_name="phone")),
                ("area", models.DateField(null=True, verbose_name="village")),
                ("group_no", models.DateField(null=True, verbose_name="villagers' group")),
                ("industry", models.DateField(null=True, verbose_name="industry")),
                ("wish_willing", models.DateField(null=True, verbose_name="wish to work")),
                ("wish_place", models.DateField(null=True, verbose_name="wished place")),
                ("wish_wage", models.DateField(null=True, verbose_name="wished wage")),
                ("phone_listed_at", models.DateTimeField(null=True, verbose_name="number from a list since")),
            ],
            options={
                "verbose_name": "days on which facts were said",
                "verbose_name_plural": "days on which facts were said",
            },
        ),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
    ]
