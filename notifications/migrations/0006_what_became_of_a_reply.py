import django.db.models.deletion
from django.db import migrations, models

from kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_how_texts_are_worded"),
        ("workers", "0008_decisions_go_with_the_file"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReplyStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(choices=[("noted", "Noted"), ("told", "Told")], max_length=5)),
            ],
        ),
        migrations.AddIndex(
            model_name="inboundmessage",
            index=models.Index(fields=["received_at"], name="inbound_by_time"),
        ),
        migrations.AddField(
            model_name="replystep",
            name="reply",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="notifications.inboundmessage"
            ),
        ),
        migrations.AddConstraint(
            model_name="replystep",
            constraint=models.UniqueConstraint(fields=("reply", "what"), name="reply_step_once"),
        ),
        # what came before this table was acted on when it came
        migrations.RunSQL(
            "INSERT INTO notifications_replystep (reply_id, what)"
            " SELECT id, what FROM notifications_inboundmessage CROSS JOIN (VALUES ('noted'), ('told')) AS steps (what)",
            migrations.RunSQL.noop,
        ),
        append_only("notifications_replystep"),
    ]
