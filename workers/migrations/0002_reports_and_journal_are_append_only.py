from django.db import migrations

from kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0001_the_register"),
        ("staff", "0002_append_only_access_and_no_overlapping_postings"),
    ]

    operations = [append_only("workers_statusreport"), append_only("workers_journalline")]
