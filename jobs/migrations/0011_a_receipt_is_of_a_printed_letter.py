"""A receipt is a part of the paper: a letter that was never printed has none. What was recorded before stays."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION jobs_receipt_is_of_a_printed_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.print_count = 0 AND (TG_OP = 'INSERT' OR OLD.receipt = '') THEN
        RAISE EXCEPTION 'a letter that was never printed has no receipt'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_is_of_a_printed_letter';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER receipt_is_of_a_printed_letter BEFORE INSERT OR UPDATE OF receipt ON jobs_letter
    FOR EACH ROW WHEN (NEW.receipt <> '') EXECUTE FUNCTION jobs_receipt_is_of_a_printed_letter();
"""

UNDO = """
DROP TRIGGER receipt_is_of_a_printed_letter ON jobs_letter;
DROP FUNCTION jobs_receipt_is_of_a_printed_letter();
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0010_sealed_for_one_worker")]

    operations = [migrations.RunSQL(FUNCTION, UNDO)]
