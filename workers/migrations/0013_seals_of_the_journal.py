import django.db.models.deletion
from django.db import migrations, models

from kit.append_only import append_only

NUMBERED = """
CREATE FUNCTION wayfare_next_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM workers_journalseal) THEN
        RAISE EXCEPTION 'seals are numbered without a gap: % refused', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workers_journalseal_is_numbered BEFORE INSERT ON workers_journalseal
    FOR EACH ROW EXECUTE FUNCTION wayfare_next_seal();
"""
NOT_NUMBERED = "DROP FUNCTION wayfare_next_seal() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0012_sealed_for_one_row"),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalSeal",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
                ("text", models.TextField(verbose_name="seal")),
            ],
            options={
                "verbose_name": "seal of the journal",
                "verbose_name_plural": "seals of the journal",
            },
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("worker_id", models.BigIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "seal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="workers.journalseal",
                        verbose_name="seal",
                    ),
                ),
            ],
            options={
                "verbose_name": "sealed head",
                "verbose_name_plural": "sealed heads",
                "indexes": [models.Index(fields=["seal", "worker_id"], name="heads_of_a_seal")],
                "constraints": [models.UniqueConstraint(fields=("worker_id", "seal"), name="head_once_a_seal")],
            },
        ),
        append_only("workers_journalseal"),
        append_only("workers_sealedhead"),
        migrations.RunSQL(NUMBERED, NOT_NUMBERED),
    ]
