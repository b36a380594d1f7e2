from django.db import migrations

from kit.sealing.binding import bind


def bind_to_rows(apps, schema_editor):
    bind(apps.get_model("jobs", "Letter"), "id_number_cipher", row="worker", sealed_as="worker.id_number")


class Migration(migrations.Migration):
    """The ID number on a letter opens for the worker it was issued to and for nobody else."""

    atomic = False
    dependencies = [("jobs", "0009_a_letter_answered_with_no_leaves_room")]
    operations = [migrations.RunPython(bind_to_rows, migrations.RunPython.noop, elidable=True)]
