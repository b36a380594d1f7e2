import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0002_load_divisions_and_holidays"),
        ("staff", "0004_accounts_opened_and_links_given"),
    ]

    operations = [
        migrations.AddField(
            model_name="posting",
            name="handed_on_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="posting",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken over by",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("ends_on__isnull", False), ("handed_on_at", None)),
                fields=["ends_on"],
                name="posting_to_hand_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor", None), models.Q(("successor", models.F("user")), _negated=True), _connector="OR"
                ),
                name="posting_passes_to_somebody_else",
            ),
        ),
    ]
