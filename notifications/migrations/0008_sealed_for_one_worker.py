from django.db import migrations

from kit.sealing.binding import bind


def bind_to_rows(apps, schema_editor):
    bind(apps.get_model("notifications", "Message"), "phone_cipher", row="worker", sealed_as="worker.phone")


class Migration(migrations.Migration):
    """The number a text goes to opens for the worker it was written to and for nobody else."""

    atomic = False
    dependencies = [("notifications", "0007_texts_that_cannot_wait_for_the_morning")]
    operations = [migrations.RunPython(bind_to_rows, migrations.RunPython.noop, elidable=True)]
