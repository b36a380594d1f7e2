"""So that an answer finds its row: until now the key of the outbox was taken apart for it.

The apps that queue texts fill the columns of the rows there are, each in a migration of its own that knows its keys.
"""

from django.db import migrations, models
from django.db.models import Q

GUARD = """
CREATE FUNCTION notifications_guard_about() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'message % keeps what it is about', OLD.id USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER notifications_message_keeps_about BEFORE UPDATE OF about_type, about_id ON notifications_message
    FOR EACH ROW WHEN (OLD.about_type <> '' AND
        (NEW.about_type, NEW.about_id) IS DISTINCT FROM (OLD.about_type, OLD.about_id))
    EXECUTE FUNCTION notifications_guard_about();
"""

UNGUARD = """
DROP TRIGGER notifications_message_keeps_about ON notifications_message;
DROP FUNCTION notifications_guard_about();
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_what_left_is_never_unsent")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="about_type",
            field=models.CharField(blank=True, default="", max_length=48, verbose_name="about"),
            preserve_default=False,
        ),
        migrations.AddField(model_name="message", name="about_id", field=models.BigIntegerField(null=True)),
        migrations.AddIndex(
            model_name="message", index=models.Index(fields=["about_type", "about_id"], name="message_by_about")
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=Q(about_type="", about_id=None) | (~Q(about_type="") & Q(about_id__isnull=False)),
                name="message_about_is_whole_or_absent",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
