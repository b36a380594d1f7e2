import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_an_answer_that_fits_two_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template", models.CharField(max_length=40, verbose_name="text")),
                ("zh", models.TextField(verbose_name="in Chinese")),
                ("en", models.TextField(verbose_name="in English")),
                ("since", models.DateTimeField(verbose_name="since when")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notifications.wording",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording of a text",
                "verbose_name_plural": "wordings of texts",
                "indexes": [models.Index(fields=["template", "-id"], name="wording_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("zh", ""), _negated=True), models.Q(("en", ""), _negated=True)),
                        name="wording_says_something",
                    ),
                    models.UniqueConstraint(
                        fields=("template", "replaces"), name="wording_replaces_what_was_seen", nulls_distinct=False
                    ),
                ],
            },
        ),
        append_only("notifications_wording"),
    ]
