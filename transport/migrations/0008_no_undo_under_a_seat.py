"""A placement on which somebody has a seat is not taken back, whoever writes: the seat is given up first."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION transport_refuse_undo_under_a_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM transport_booking WHERE case_id = NEW.case_id AND released_at IS NULL) THEN
        RAISE EXCEPTION 'case %: a placement with a seat on it is not undone', NEW.case_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER transport_no_undo_under_a_seat AFTER INSERT ON cases_casemove
    FOR EACH ROW WHEN (NEW.cause = 'undone' AND NEW.from_state = 'placed')
    EXECUTE FUNCTION transport_refuse_undo_under_a_seat();
"""

UNDO = """
DROP TRIGGER transport_no_undo_under_a_seat ON cases_casemove;
DROP FUNCTION transport_refuse_undo_under_a_seat();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_no_change_of_state_without_its_move"),
        ("transport", "0007_cars_of_trains_and_aeroplanes"),
    ]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
