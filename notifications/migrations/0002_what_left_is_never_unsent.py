"""What the constraints cannot say: rows stay, a text that left keeps its words, and arrived stays arrived."""

from django.db import migrations

from kit.append_only import append_only, rows_are_kept

GUARD = """
CREATE FUNCTION notifications_guard_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.worker_id, NEW.template, NEW.body, NEW.dedupe_key)
       IS DISTINCT FROM (OLD.worker_id, OLD.template, OLD.body, OLD.dedupe_key) THEN
        RAISE EXCEPTION 'message % keeps its worker and its words', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'delivered' AND NEW.state <> 'delivered' THEN
        RAISE EXCEPTION 'message % has arrived', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.round < OLD.round THEN
        RAISE EXCEPTION 'message % was sent again already', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notifications_message_is_guarded BEFORE UPDATE ON notifications_message
    FOR EACH ROW EXECUTE FUNCTION notifications_guard_message();
"""

UNGUARD = """
DROP TRIGGER notifications_message_is_guarded ON notifications_message;
DROP FUNCTION notifications_guard_message();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_the_outbox"),
        ("staff", "0002_append_only_access_and_no_overlapping_postings"),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        rows_are_kept("notifications_message"),
        rows_are_kept("notifications_deliveryattempt"),
        append_only("notifications_inboundmessage"),
        rows_are_kept("notifications_optout"),
    ]
