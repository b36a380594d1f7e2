from django.db import migrations, models
from django.db.models import Q


def forget_decisions(apps, schema_editor):
    """A birth date may be among them."""
    apps.get_model("workers", "RosterUpload").objects.exclude(saved_at=None).exclude(decisions={}).update(decisions={})


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0007_wrong_numbers_and_from_when"),
    ]

    operations = [
        migrations.RunPython(forget_decisions, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="rosterupload",
            constraint=models.CheckConstraint(
                condition=Q(("saved_at", None), ("decisions", {}), _connector="OR"),
                name="roster_decisions_are_forgotten_with_the_file",
            ),
        ),
    ]
