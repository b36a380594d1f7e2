import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fairs", "0011_employers_confirm_by_a_link"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="fairreferral",
            name="withdrawn_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("case_moved_on", "the case went another way"),
                    ("cannot_come", "cannot come"),
                    ("fair_cancelled", "the fair was cancelled"),
                    ("taken_back", "the referral was taken back"),
                    ("has_a_job", "came to look, has a job"),
                    ("check_in_undone", "registered at the door by mistake"),
                ],
                max_length=40,
            ),
        ),
        migrations.CreateModel(
            name="ReferralBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="whom it was about")),
                ("verdicts", models.JSONField(default=dict)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("once", models.UUIDField(blank=True, null=True, unique=True)),
                (
                    "fair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="fairs.fair"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "referral of many people",
                "verbose_name_plural": "referrals of many people",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="fairreferral",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referrals",
                to="fairs.referralbatch",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_batch_undone_by_someone",
            ),
        ),
    ]
