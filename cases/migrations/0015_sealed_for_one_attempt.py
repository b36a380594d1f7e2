from django.db import migrations

from kit.sealing.binding import bind


def bind_to_rows(apps, schema_editor):
    bind(apps.get_model("cases", "ContactAttempt"), "phone_before", row="id", sealed_as="worker.phone")


class Migration(migrations.Migration):
    """The number an entry put aside opens in that entry and nowhere else."""

    atomic = False
    dependencies = [("cases", "0014_an_entry_of_a_follow_up_can_be_taken_back")]
    operations = [migrations.RunPython(bind_to_rows, migrations.RunPython.noop, elidable=True)]
