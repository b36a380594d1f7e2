from django.db import migrations
from django.db.models import F


def say_when(apps, schema_editor):
    apps.get_model("fairs", "Fair").objects.filter(state="finished", finished_at=None).update(finished_at=F("ends_at"))


def forget_when(apps, schema_editor):
    apps.get_model("fairs", "Fair").objects.filter(finished_by=None).update(finished_at=None)


class Migration(migrations.Migration):
    dependencies = [("fairs", "0004_large_crowds_and_who_closed_the_doors")]

    operations = [migrations.RunPython(say_when, forget_when)]
