import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kit import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_append_only_access_and_no_overlapping_postings"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("posted", "Gave a posting"),
                            ("posting_ended", "Set the last day of a posting"),
                            ("deactivated", "Closed the account"),
                            ("reactivated", "Reopened the account"),
                        ],
                        max_length=16,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("day", models.DateField(null=True, verbose_name="first or last day")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.posting",
                        verbose_name="posting",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of staff",
                "verbose_name_plural": "changes of staff",
                "indexes": [models.Index(fields=["user", "-at"], name="staff_change_by_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("day__isnull", False),
                                ("posting__isnull", False),
                                ("what__in", ["posted", "posting_ended"]),
                            ),
                            models.Q(("day", None), ("posting", None), ("what__in", ["deactivated", "reactivated"])),
                            _connector="OR",
                        ),
                        name="staff_change_names_its_posting",
                    )
                ],
            },
        ),
        append_only.append_only("staff_staffchange"),
    ]
