import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kit.append_only import rows_are_kept


def keep_holds_of_before(apps, schema_editor):
    """Why is known; who and when nobody wrote down."""
    employers = apps.get_model("jobs", "Employer").objects.filter(is_held=True).values_list("pk", "hold_reason")
    hold = apps.get_model("jobs", "EmployerHold")
    hold.objects.bulk_create([hold(employer_id=pk, because=because) for pk, because in employers.iterator()])


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0003_files_are_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EmployerHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("because", models.CharField(max_length=200, verbose_name="why on hold")),
                ("held_at", models.DateTimeField(null=True, verbose_name="on hold since")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="hold lifted")),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="jobs.employer",
                        verbose_name="employer",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "hold of an employer",
                "verbose_name_plural": "holds of employers",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("employer",),
                        name="one_hold_an_employer_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="employer_hold_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lifted_by", None), ("lifted_at__isnull", False), _connector="OR"),
                        name="employer_hold_lifted_says_when",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_holds_of_before, migrations.RunPython.noop),
        rows_are_kept("jobs_employerhold"),
    ]
