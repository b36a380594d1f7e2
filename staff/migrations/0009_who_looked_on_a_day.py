from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0008_a_username_once_whatever_its_capitals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="accesslog",
            index=models.Index(fields=["at"], name="access_by_day"),
        ),
    ]
