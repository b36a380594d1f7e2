import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0012_administrators_are_parted"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=24, verbose_name="what")),
                ("data", models.JSONField(default=dict, verbose_name="data")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a setting",
                "verbose_name_plural": "changes of settings",
                "indexes": [models.Index(fields=["-at", "-id"], name="setting_change_newest")],
            },
        ),
        append_only("staff_settingchange"),
    ]
