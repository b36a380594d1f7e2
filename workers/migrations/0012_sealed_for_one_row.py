from django.db import migrations

from kit.sealing.binding import bind


def bind_to_rows(apps, schema_editor):
    worker, roster = apps.get_model("workers", "Worker"), apps.get_model("workers", "RosterUpload")
    bind(worker, "id_number_cipher", row="id", sealed_as="worker.id_number")
    bind(worker, "phone_cipher", row="id", sealed_as="worker.phone")
    bind(roster, "content_cipher", row="digest", sealed_as="roster.file")


class Migration(migrations.Migration):
    """A number opens in the row of the person it was sealed for and nowhere else."""

    atomic = False
    dependencies = [("workers", "0011_old_lines_are_vouched_for")]
    operations = [migrations.RunPython(bind_to_rows, migrations.RunPython.noop, elidable=True)]
