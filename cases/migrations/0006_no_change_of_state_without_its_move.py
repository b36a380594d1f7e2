"""A case stands where its last move led, and every move begins where the one before it ended: whoever writes."""

from django.db import migrations

from kit.append_only import append_only

FUNCTIONS = """
CREATE FUNCTION cases_refuse_broken_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text;
BEGIN
    SELECT to_state INTO before FROM cases_casemove
        WHERE case_id = NEW.case_id AND id < NEW.id ORDER BY id DESC LIMIT 1;
    IF NEW.from_state <> COALESCE(before, '') THEN
        RAISE EXCEPTION 'case %: a move from "%" after one to "%"', NEW.case_id, NEW.from_state, before
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION cases_refuse_state_without_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved integer;
    stands text;
    led_to text;
BEGIN
    IF TG_TABLE_NAME = 'cases_case' THEN
        moved := NEW.id;
    ELSE
        moved := NEW.case_id;
    END IF;
    SELECT state INTO stands FROM cases_case WHERE id = moved;
    SELECT to_state INTO led_to FROM cases_casemove WHERE case_id = moved ORDER BY id DESC LIMIT 1;
    IF stands IS DISTINCT FROM led_to THEN
        RAISE EXCEPTION 'case % stands at "%" and its last move led to "%"', moved, stands, led_to
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""

# At once where the order of writing allows it; a case is older than its first move, and a move than what it moves.
TRIGGERS = """
CREATE TRIGGER cases_move_follows_on AFTER INSERT ON cases_casemove
    FOR EACH ROW EXECUTE FUNCTION cases_refuse_broken_path();

CREATE TRIGGER cases_state_changes_by_a_move AFTER UPDATE OF state ON cases_case
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION cases_refuse_state_without_move();

CREATE CONSTRAINT TRIGGER cases_opening_is_a_move AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_refuse_state_without_move();

CREATE CONSTRAINT TRIGGER cases_move_changes_the_state AFTER INSERT ON cases_casemove
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.from_state <> '')
    EXECUTE FUNCTION cases_refuse_state_without_move();
"""

UNDO = """
DROP TRIGGER cases_move_changes_the_state ON cases_casemove;
DROP TRIGGER cases_opening_is_a_move ON cases_case;
DROP TRIGGER cases_state_changes_by_a_move ON cases_case;
DROP TRIGGER cases_move_follows_on ON cases_casemove;
DROP FUNCTION cases_refuse_state_without_move();
DROP FUNCTION cases_refuse_broken_path();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_moves_from_the_journal")]

    operations = [
        append_only("cases_casemove"),
        migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO),
    ]
