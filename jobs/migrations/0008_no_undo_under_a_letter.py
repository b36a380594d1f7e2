"""What a valid letter was issued on is not taken back, whoever writes: the letter is taken back or revoked first."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION jobs_refuse_undo_under_a_letter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    SELECT at INTO since FROM cases_casemove
        WHERE case_id = NEW.case_id AND id < NEW.id ORDER BY id DESC LIMIT 1;
    IF EXISTS (SELECT 1 FROM jobs_letter
               WHERE case_id = NEW.case_id AND revoked_at IS NULL AND issued_at >= since) THEN
        RAISE EXCEPTION 'case %: a step with a letter on it is not undone', NEW.case_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER jobs_no_undo_under_a_letter AFTER INSERT ON cases_casemove
    FOR EACH ROW WHEN (NEW.cause = 'undone' AND NEW.from_state IN ('placed', 'referred'))
    EXECUTE FUNCTION jobs_refuse_undo_under_a_letter();
"""

UNDO = """
DROP TRIGGER jobs_no_undo_under_a_letter ON cases_casemove;
DROP FUNCTION jobs_refuse_undo_under_a_letter();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_no_change_of_state_without_its_move"),
        ("jobs", "0007_taken_back_the_same_day"),
    ]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
