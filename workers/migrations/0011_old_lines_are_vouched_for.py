from django.db import migrations

from workers.journal import vouching


def vouch(apps, schema_editor):
    """For what is on the chains today and holds by its hashes; chains that do not hold stay without marks."""
    vouched, broken = vouching.vouch_for_old(
        apps.get_model("workers", "JournalLine"), apps.get_model("workers", "JournalHead")
    )
    if vouched or broken:
        print(f"\n    Journal: {vouched} lines from before now bear Wayfare's mark, as they stand today.")
    for worker_id in broken:
        print(f"    worker {worker_id}: the chain does not hold and got no mark; see manage.py verify_journal.")


class Migration(migrations.Migration):
    """In a transaction for each 500 chains, so that it can be broken off and run again."""

    atomic = False
    dependencies = [("workers", "0010_marks_that_only_wayfare_makes")]
    operations = [migrations.RunPython(vouch, migrations.RunPython.noop, elidable=True)]
