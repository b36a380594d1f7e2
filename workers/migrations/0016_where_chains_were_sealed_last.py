from django.db import migrations, models

from kit.append_only import rows_are_kept

OF_THE_SEALS_SO_FAR = """
INSERT INTO workers_lastsealedhead (worker_id, seq, hash)
SELECT DISTINCT ON (worker_id) worker_id, seq, hash FROM workers_sealedhead ORDER BY worker_id, seal_id DESC
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0015_where_seals_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="LastSealedHead",
            fields=[
                ("worker_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "last sealed head",
                "verbose_name_plural": "last sealed heads",
            },
        ),
        migrations.RunSQL(OF_THE_SEALS_SO_FAR, migrations.RunSQL.noop),
        rows_are_kept("workers_lastsealedhead"),
    ]
