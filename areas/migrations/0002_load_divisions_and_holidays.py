from django.db import migrations

from areas import loading


def load(apps, schema_editor):
    loading.load_areas(apps.get_model("areas", "Area"), apps.get_model("areas", "OtherName"))
    loading.load_holidays(apps.get_model("areas", "Holiday"))


def unload(apps, schema_editor):
    for name in ("OtherName", "Holiday"):
        apps.get_model("areas", name).objects.all().delete()
    area = apps.get_model("areas", "Area")
    for level in ("village", "township", "county", "prefecture", "province"):
        area.objects.filter(level=level)._raw_delete(area.objects.db)


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_division_tree")]

    operations = [migrations.RunPython(load, unload)]
