"""Whether the stop has gathered is asked when somebody is found missing, not each time their row is written again."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION transport_refuse_early_no_show() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {unless_nothing_moved}
    IF NEW.missed_at < (SELECT gather_at FROM transport_stop WHERE id = NEW.pickup_id) THEN
        RAISE EXCEPTION 'booking %: no no-show before the stop gathers', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'no_show_after_gathering';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER transport_no_show_after_gathering ON transport_booking;
CREATE TRIGGER transport_no_show_after_gathering BEFORE INSERT OR UPDATE OF {columns} ON transport_booking
    FOR EACH ROW WHEN (NEW.missed_at IS NOT NULL) EXECUTE FUNCTION transport_refuse_early_no_show();
"""
UNLESS_NOTHING_MOVED = """
    IF TG_OP = 'UPDATE' AND NEW.missed_at IS NOT DISTINCT FROM OLD.missed_at AND NEW.pickup_id = OLD.pickup_id THEN
        RETURN NEW;
    END IF;
"""
NOW = FUNCTION.format(unless_nothing_moved=UNLESS_NOTHING_MOVED, columns="missed_at, pickup_id")
BEFORE = FUNCTION.format(unless_nothing_moved="", columns="missed_at")


class Migration(migrations.Migration):
    dependencies = [("transport", "0008_no_undo_under_a_seat")]

    operations = [migrations.RunSQL(NOW, BEFORE)]
