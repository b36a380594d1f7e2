import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kit.append_only import rows_are_kept


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_the_order_of_a_list_is_by_the_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="followup",
            name="once",
        ),
        migrations.CreateModel(
            name="FollowUpEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("still_working", "Still working"),
                            ("left", "Left the job"),
                            ("wage_trouble", "Trouble with wages"),
                            ("not_reached", "Not reached"),
                        ],
                        max_length=14,
                        verbose_name="result",
                    ),
                ),
                ("is_answer", models.BooleanField(verbose_name="answers the follow-up")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("happened_at", models.DateTimeField(verbose_name="happened at")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                (
                    "state_before",
                    models.CharField(
                        choices=[
                            ("flagged", "Flagged"),
                            ("contacted", "Contacted"),
                            ("referred", "Referred"),
                            ("placed", "Placed"),
                            ("transported", "Transported"),
                            ("settled", "Settled"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                        verbose_name="state before",
                    ),
                ),
                (
                    "state_after",
                    models.CharField(
                        choices=[
                            ("flagged", "Flagged"),
                            ("contacted", "Contacted"),
                            ("referred", "Referred"),
                            ("placed", "Placed"),
                            ("transported", "Transported"),
                            ("settled", "Settled"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                        verbose_name="state after",
                    ),
                ),
                (
                    "before",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="how things stood before",
                    ),
                ),
                (
                    "once",
                    models.UUIDField(blank=True, editable=False, null=True, unique=True, verbose_name="sent once"),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up_entries",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="cases.followup",
                        verbose_name="follow-up",
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
                        verbose_name="undone by",
                    ),
                ),
                (
                    "work_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up_entries",
                        to="cases.workitem",
                        verbose_name="work item",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of a follow-up",
                "verbose_name_plural": "entries of follow-ups",
                "indexes": [models.Index(fields=["by", "entered_at"], name="follow_up_entry_by_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_answer", True), ("undone_at", None)),
                        fields=("follow_up",),
                        name="one_standing_answer_a_follow_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["still_working", "left", "wage_trouble", "not_reached"])),
                        name="follow_up_entry_result_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_answer", True), ("result", "not_reached"), _connector="OR"),
                        name="follow_up_try_in_vain_reached_nobody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("happened_at__lte", models.F("entered_at"))),
                        name="follow_up_entered_after_it_happened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            ("undone_at__isnull", False),
                            _connector="OR",
                        ),
                        name="follow_up_undone_says_when",
                    ),
                ],
            },
        ),
        rows_are_kept("cases_followupentry"),
    ]
