import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("fairs", "0003_rows_that_belong_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="fair",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="another time or place was last told at"),
        ),
        migrations.AddField(
            model_name="fair",
            name="is_behind",
            field=models.BooleanField(default=False, verbose_name="some people are still to be told or sent home"),
        ),
        migrations.AddField(model_name="fair", name="finished_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="fair",
            name="finished_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="fair",
            index=models.Index(condition=Q(("is_behind", True)), fields=["id"], name="fair_behind"),
        ),
    ]
