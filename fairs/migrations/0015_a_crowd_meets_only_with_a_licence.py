from django.db import migrations

# `expected` alone decided: a fair planned for 600 to which 1,100 people were sent opened its doors without the police.
LICENSED = """
CREATE FUNCTION fairs_crowd() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1000';

CREATE FUNCTION fairs_crowd_has_a_licence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM fairs_fairreferral WHERE fair_id = NEW.id AND withdrawn_at IS NULL) >= fairs_crowd() THEN
        RAISE EXCEPTION 'a crowd meets only with a licence'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'crowd_meets_only_with_a_licence';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER crowd_meets_only_with_a_licence BEFORE UPDATE OF state ON fairs_fair FOR EACH ROW
    WHEN (NEW.state = 'running' AND OLD.state <> 'running' AND NEW.licence_no = '')
    EXECUTE FUNCTION fairs_crowd_has_a_licence();
"""

AS_PLANNED = """
DROP TRIGGER crowd_meets_only_with_a_licence ON fairs_fair;
DROP FUNCTION fairs_crowd_has_a_licence();
DROP FUNCTION fairs_crowd();
"""


class Migration(migrations.Migration):
    dependencies = [("fairs", "0014_who_has_been_told_of_which_change")]

    operations = [migrations.RunSQL(LICENSED, AS_PLANNED)]
