"""A journey that has begun keeps its row for ever; only a seat on a vehicle that has not left holds its placement."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION transport_refuse_undo_under_a_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM transport_booking AS booking JOIN transport_trip AS trip ON trip.id = booking.trip_id
        WHERE booking.case_id = NEW.case_id AND booking.released_at IS NULL {and_it_has_not_left}
    ) THEN
        RAISE EXCEPTION 'case %: a placement with a seat on it is not undone', NEW.case_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
NOW = FUNCTION.format(and_it_has_not_left="AND trip.state IN ('planned', 'open', 'boarding')")
BEFORE = FUNCTION.format(and_it_has_not_left="")


class Migration(migrations.Migration):
    dependencies = [("transport", "0009_a_no_show_stays_one_when_their_stop_gathers_later")]

    operations = [migrations.RunSQL(NOW, BEFORE)]
