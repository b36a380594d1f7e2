import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Nothing was saved of one whose task was on its way: its sender presses once more.
BEGUN_BY_EARLIER_VERSIONS = "UPDATE workers_rosterupload SET started_at = NULL, failed_at = NULL WHERE saved_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0016_where_chains_were_sealed_last"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(BEGUN_BY_EARLIER_VERSIONS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="RosterChunk",
            fields=[
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="workers.rosterupload",
                        verbose_name="roster",
                    ),
                ),
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.PositiveIntegerField(verbose_name="number")),
                ("first", models.PositiveIntegerField(verbose_name="first row")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("cut", "read"),
                            ("outlined", "compared with the others"),
                            ("checked", "compared with the register"),
                            ("saved", "saved"),
                        ],
                        default="cut",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("content_cipher", models.BinaryField(null=True)),
                ("outline_cipher", models.BinaryField(null=True)),
                ("compared", models.JSONField(blank=True, default=dict, verbose_name="what other rows add")),
                ("counts", models.JSONField(blank=True, default=dict, verbose_name="rows by verdict")),
                ("asking", models.PositiveIntegerField(default=0, verbose_name="rows that ask")),
                ("rows_saved", models.PositiveIntegerField(default=0, verbose_name="rows saved")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
            ],
            options={
                "verbose_name": "part of a roster",
                "verbose_name_plural": "parts of rosters",
            },
        ),
        migrations.CreateModel(
            name="RosterVerdict",
            fields=[
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verdicts",
                        to="workers.rosterupload",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workers.worker",
                    ),
                ),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "upload_id", "no", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("no", models.PositiveIntegerField()),
                ("label", models.TextField(verbose_name="row")),
                ("rank", models.PositiveSmallIntegerField()),
                ("verdict", models.CharField(max_length=20, verbose_name="verdict")),
                ("issues", models.JSONField(default=list, verbose_name="issues")),
                ("is_saved", models.BooleanField(default=False)),
                ("is_new", models.BooleanField(default=False)),
                ("adds_number", models.BooleanField(default=False)),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("asks", models.JSONField(null=True, verbose_name="what it asks")),
                ("answered", models.JSONField(null=True, verbose_name="what was answered")),
            ],
            options={
                "verbose_name": "verdict on a row",
                "verbose_name_plural": "verdicts on rows",
            },
        ),
        migrations.RemoveConstraint(
            model_name="rosterupload",
            name="one_waiting_roster_per_sender_and_file",
        ),
        migrations.RemoveConstraint(
            model_name="rosterupload",
            name="roster_file_is_kept_until_saved_and_then_the_report",
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="cancelled at"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="compared_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="compared at"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="cut_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="read at"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="disputed",
            field=models.JSONField(
                blank=True, db_default={}, default=dict, verbose_name="rows that give one record two numbers"
            ),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="is_on_disk",
            field=models.BooleanField(db_default=False, default=False, verbose_name="read by a command"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="left_out",
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name="rows left out"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="moved_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="last moved at"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="paused at"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="rows",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="rows"),
        ),
        migrations.AddField(
            model_name="rosterupload",
            name="told",
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name="what is odd about the file"),
        ),
        migrations.AlterField(
            model_name="rosterupload",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterupload",
            constraint=models.UniqueConstraint(
                condition=models.Q(("saved_at", None)),
                fields=("by", "digest"),
                name="one_waiting_roster_per_sender_and_file",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("content_cipher", None), ("saved_at__isnull", False)),
                    models.Q(("content_cipher", None), ("is_on_disk", True), ("report", ""), ("saved_at", None)),
                    models.Q(
                        ("content_cipher__isnull", False), ("is_on_disk", False), ("report", ""), ("saved_at", None)
                    ),
                    _connector="OR",
                ),
                name="roster_file_is_kept_until_saved",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterupload",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_on_disk", True), ("by__isnull", False), _connector="OR"),
                name="roster_through_the_web_has_a_sender",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("started_at", None),
                    ("cut_at__isnull", False),
                    models.Q(("saved_at", None), _negated=True),
                    _connector="OR",
                ),
                name="roster_is_read_before_it_is_started",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterchunk",
            constraint=models.UniqueConstraint(fields=("upload", "no"), name="one_chunk_of_a_number_per_roster"),
        ),
        migrations.AddConstraint(
            model_name="rosterchunk",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["cut", "outlined", "checked", "saved"])), name="chunk_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterchunk",
            constraint=models.CheckConstraint(
                condition=models.Q(("rows_saved__lte", models.F("rows"))), name="chunk_saves_no_more_than_it_has"
            ),
        ),
        migrations.AddIndex(
            model_name="rosterverdict",
            index=models.Index(fields=["upload", "rank", "no"], name="verdicts_gravest_first"),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("id_number_blind", None)), fields=["name"], name="worker_without_number_by_name"
            ),
        ),
    ]
