import django.db.models.deletion
from django.db import migrations, models

# Of several heads the one who has been on the register longest; nothing says since when the others are it.
OTHERS_ARE_MEMBERS = """
UPDATE workers_worker second SET household_role = 'other'
WHERE second.household_role = 'head' AND EXISTS (
    SELECT 1 FROM workers_worker first
    WHERE first.household_id = second.household_id AND first.household_role = 'head' AND first.id < second.id
)
"""

# An outline has more columns now: rosters of which nothing is saved are looked at from the beginning.
OUTLINED_ANEW = """
UPDATE workers_rosterupload SET compared_at = NULL WHERE saved_at IS NULL AND started_at IS NULL;
UPDATE workers_rosterchunk SET state = 'cut', outline_cipher = NULL, judged_cipher = NULL
WHERE upload_id IN (SELECT id FROM workers_rosterupload WHERE saved_at IS NULL AND started_at IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0023_who_leaves_the_register"),
    ]

    operations = [
        migrations.CreateModel(
            name="RosterHousehold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "upload_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField()),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="households",
                        to="workers.rosterupload",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workers.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "household of a roster",
                "verbose_name_plural": "households of rosters",
            },
        ),
        migrations.AddField(
            model_name="rosterchunk",
            name="families",
            field=models.JSONField(
                blank=True, db_default=[], default=list, verbose_name="what is odd about households"
            ),
        ),
        migrations.AddField(
            model_name="saidon",
            name="household",
            field=models.DateField(null=True, verbose_name="household"),
        ),
        migrations.AddField(
            model_name="saidon",
            name="household_listed",
            field=models.BooleanField(db_default=False, default=False, verbose_name="household from a list"),
        ),
        migrations.RunSQL(OUTLINED_ANEW, migrations.RunSQL.noop),
        migrations.RunSQL(OTHERS_ARE_MEMBERS, migrations.RunSQL.noop),
    ]
