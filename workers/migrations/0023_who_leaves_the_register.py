"""Nobody leaves the register but with a roster that is being taken back, and their journal stays.

A roster takes back what it brought of somebody when the last line of their journal says so, and nobody has written of
them between it and the last line that the roster had left: only time itself has.
"""

from django.db import migrations

from kit.append_only import append_only_but_for_what_leaves, kept_but_for_what_leaves

FUNCTIONS = """
CREATE FUNCTION workers_first_line_taken_back(who bigint) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT trace.first
    FROM workers_journalhead head
    JOIN workers_journalline line ON line.worker_id = head.worker_id AND line.seq = head.seq
    JOIN workers_rosterupload roster ON roster.id = line.about_id
    JOIN workers_rostertrace trace ON trace.worker_id = head.worker_id AND trace.upload_id = roster.id
    WHERE head.worker_id = who AND line.what = 'roster_taken_back' AND line.about_type = 'workers.rosterupload'
        AND roster.taking_back_at IS NOT NULL AND roster.taken_back_at IS NULL AND trace.last < line.seq
        AND NOT EXISTS (
            SELECT FROM workers_journalline since WHERE since.worker_id = who
                AND since.seq > trace.last AND since.seq < line.seq AND since.what <> 'case_escalated'
        )
$$;

CREATE FUNCTION workers_came_with_what_is_taken_back(who bigint, said text[], kind text, which bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM workers_journalline line
        CROSS JOIN (SELECT workers_first_line_taken_back(who) AS first) AS taken
        WHERE line.worker_id = who AND line.seq >= taken.first
            AND line.what = ANY(said) AND line.about_type = kind AND line.about_id = which
    )
$$;

CREATE FUNCTION workers_let_go(people bigint[], reports bigint[]) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    DELETE FROM workers_statusreport WHERE id = ANY(reports);
    DELETE FROM workers_worker WHERE id = ANY(people);
$$;

CREATE FUNCTION workers_refuse_lines_of_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody bigint;
BEGIN  -- one look at the index for each, whatever the table was like when this was planned
    SELECT worker_id INTO nobody FROM written
    WHERE (SELECT true FROM workers_worker WHERE id = written.worker_id) IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'worker % is not on the register: no line is written', nobody
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER workers_line_is_of_somebody AFTER INSERT ON workers_journalline REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION workers_refuse_lines_of_nobody();
CREATE TRIGGER workers_head_is_of_somebody AFTER INSERT ON workers_journalhead REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION workers_refuse_lines_of_nobody();
"""

UNDO = """
DROP FUNCTION workers_refuse_lines_of_nobody() CASCADE;
DROP FUNCTION workers_let_go(bigint[], bigint[]);
DROP FUNCTION workers_came_with_what_is_taken_back(bigint, text[], text, bigint);
DROP FUNCTION workers_first_line_taken_back(bigint);
"""

NEW_TO_THE_REGISTER = "workers_first_line_taken_back(OLD.id) IS NOT DISTINCT FROM 1"
REPORT = """workers_came_with_what_is_taken_back(
    OLD.worker_id, '{status_reported,older_status_reported}', 'workers.statusreport', OLD.id
)"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0022_what_a_roster_left_of_each_person")]

    operations = [
        migrations.RunSQL(FUNCTIONS, UNDO),
        kept_but_for_what_leaves("workers_worker", NEW_TO_THE_REGISTER),
        append_only_but_for_what_leaves("workers_statusreport", REPORT),
    ]
