from django.db import migrations


def ask_again(apps, schema_editor):
    """Postings were marked as handed on while trips and fairs elsewhere stayed with whoever had kept any posting.

    The next night hands on what is left, and marks the others again.
    """
    apps.get_model("staff", "Posting").objects.exclude(handed_on_at=None).update(handed_on_at=None)


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_who_takes_over_from_whom")]

    operations = [migrations.RunPython(ask_again, migrations.RunPython.noop)]
