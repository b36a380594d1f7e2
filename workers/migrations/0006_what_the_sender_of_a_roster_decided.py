from django.db import migrations, models

NOT_SAVED = ("reject", "duplicate")


def count_saved_rows(apps, schema_editor):
    """Until now they were counted from the verdicts each time."""
    uploads = apps.get_model("workers", "RosterUpload").objects
    for upload in uploads.exclude(saved_at=None).only("counts").iterator():
        saved = sum(count for verdict, count in upload.counts.items() if verdict not in NOT_SAVED)
        uploads.filter(pk=upload.pk).update(rows_saved=saved)


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0005_names_read_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="rosterupload",
            name="decisions",
            field=models.JSONField(blank=True, default=dict, verbose_name="decisions"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="rows_saved",
            field=models.PositiveIntegerField(default=0, verbose_name="rows saved"),
        ),
        migrations.RunPython(count_saved_rows, migrations.RunPython.noop, elidable=True),
    ]
