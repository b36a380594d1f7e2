"""Cases and open work items are counted as they change, by what the overview and the heads of lists ask for.

As `kit.tallies` wrote it for `cases.tallies`; a test holds that the declaration still says the same.
"""

from django.db import migrations

CASES = """
CREATE TABLE cases_case_tally_delta (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area bigint NOT NULL,
    state text NOT NULL,
    service_group text NOT NULL,
    is_owned boolean NOT NULL,
    opened_on date NOT NULL,
    was_contacted boolean NOT NULL,
    was_referred boolean NOT NULL,
    was_placed boolean NOT NULL,
    has_travelled boolean NOT NULL,
    is_settled boolean NOT NULL,
    n integer NOT NULL
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0);

CREATE FUNCTION cases_case_tally_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO cases_case_tally_delta (area, state, service_group, is_owned, opened_on, was_contacted, was_referred, was_placed, has_travelled, is_settled, n)
        SELECT
            area_code / 1000 * 1000 AS area,
            state,
            service_group,
            owner_id IS NOT NULL AS is_owned,
            (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
            first_contacted_at IS NOT NULL AS was_contacted,
            follow_up_round > 0 OR has_been_referred AS was_referred,
            follow_up_round > 0 AS was_placed,
            has_travelled,
            settled_at IS NOT NULL AS is_settled,
            count(*)
        FROM came WHERE true GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO cases_case_tally_delta (area, state, service_group, is_owned, opened_on, was_contacted, was_referred, was_placed, has_travelled, is_settled, n)
        SELECT
            area_code / 1000 * 1000 AS area,
            state,
            service_group,
            owner_id IS NOT NULL AS is_owned,
            (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
            first_contacted_at IS NOT NULL AS was_contacted,
            follow_up_round > 0 OR has_been_referred AS was_referred,
            follow_up_round > 0 AS was_placed,
            has_travelled,
            settled_at IS NOT NULL AS is_settled,
            -count(*)
        FROM went WHERE true GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
    ELSE
        INSERT INTO cases_case_tally_delta (area, state, service_group, is_owned, opened_on, was_contacted, was_referred, was_placed, has_travelled, is_settled, n)
        SELECT area, state, service_group, is_owned, opened_on, was_contacted, was_referred, was_placed, has_travelled, is_settled, sum(n)
        FROM (
            SELECT
            area_code / 1000 * 1000 AS area,
            state,
            service_group,
            owner_id IS NOT NULL AS is_owned,
            (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
            first_contacted_at IS NOT NULL AS was_contacted,
            follow_up_round > 0 OR has_been_referred AS was_referred,
            follow_up_round > 0 AS was_placed,
            has_travelled,
            settled_at IS NOT NULL AS is_settled,
            1 AS n
            FROM came WHERE true
            UNION ALL
            SELECT
            area_code / 1000 * 1000 AS area,
            state,
            service_group,
            owner_id IS NOT NULL AS is_owned,
            (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
            first_contacted_at IS NOT NULL AS was_contacted,
            follow_up_round > 0 OR has_been_referred AS was_referred,
            follow_up_round > 0 AS was_placed,
            has_travelled,
            settled_at IS NOT NULL AS is_settled,
            -1
            FROM went WHERE true
        ) AS changed
        GROUP BY area, state, service_group, is_owned, opened_on, was_contacted, was_referred, was_placed, has_travelled, is_settled
        HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION cases_case_tally_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7203004, hashtext('cases_case_tally'));
    DELETE FROM cases_case_tally_delta;
    DELETE FROM cases_case_tally_standing_by_county;
    DELETE FROM cases_case_tally_standing_by_township;
    DELETE FROM cases_case_tally_opened_by_county;
    RETURN NULL;
END $$;

CREATE TRIGGER cases_case_tally_inserted AFTER INSERT ON cases_case REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION cases_case_tally_note();
CREATE TRIGGER cases_case_tally_updated AFTER UPDATE ON cases_case REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION cases_case_tally_note();
CREATE TRIGGER cases_case_tally_deleted AFTER DELETE ON cases_case REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION cases_case_tally_note();
CREATE TRIGGER cases_case_tally_truncated BEFORE TRUNCATE ON cases_case
    FOR EACH STATEMENT EXECUTE FUNCTION cases_case_tally_forget();

CREATE TABLE cases_case_tally_standing_by_county (
    area bigint NOT NULL,
    state text NOT NULL,
    service_group text NOT NULL,
    is_owned boolean NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, state, service_group, is_owned)
) WITH (fillfactor = 70);

CREATE TABLE cases_case_tally_standing_by_township (
    area bigint NOT NULL,
    state text NOT NULL,
    service_group text NOT NULL,
    is_owned boolean NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, state, service_group, is_owned)
) WITH (fillfactor = 70);

CREATE TABLE cases_case_tally_opened_by_county (
    area bigint NOT NULL,
    opened_on date NOT NULL,
    was_contacted boolean NOT NULL,
    was_referred boolean NOT NULL,
    was_placed boolean NOT NULL,
    has_travelled boolean NOT NULL,
    is_settled boolean NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, opened_on, was_contacted, was_referred, was_placed, has_travelled, is_settled)
) WITH (fillfactor = 70);

INSERT INTO cases_case_tally_standing_by_county (area, state, service_group, is_owned, n)
SELECT
    area / 1000000 * 1000000 AS area,
    state,
    service_group,
    is_owned,
    count(*)
FROM (
    SELECT
            area_code / 1000 * 1000 AS area,
            state,
            service_group,
            owner_id IS NOT NULL AS is_owned,
            (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
            first_contacted_at IS NOT NULL AS was_contacted,
            follow_up_round > 0 OR has_been_referred AS was_referred,
            follow_up_round > 0 AS was_placed,
            has_travelled,
            settled_at IS NOT NULL AS is_settled
    FROM cases_case WHERE true
) AS counted
GROUP BY 1, 2, 3, 4;

INSERT INTO cases_case_tally_standing_by_township (area, state, service_group, is_owned, n)
SELECT
    area / 1000 * 1000 AS area,
    state,
    service_group,
    is_owned,
    count(*)
FROM (
    SELECT
            area_code / 1000 * 1000 AS area,
            state,
            service_group,
            owner_id IS NOT NULL AS is_owned,
            (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
            first_contacted_at IS NOT NULL AS was_contacted,
            follow_up_round > 0 OR has_been_referred AS was_referred,
            follow_up_round > 0 AS was_placed,
            has_travelled,
            settled_at IS NOT NULL AS is_settled
    FROM cases_case WHERE true
) AS counted
GROUP BY 1, 2, 3, 4;

INSERT INTO cases_case_tally_opened_by_county (area, opened_on, was_contacted, was_referred, was_placed, has_travelled, is_settled, n)
SELECT
    area / 1000000 * 1000000 AS area,
    opened_on,
    was_contacted,
    was_referred,
    was_placed,
    has_travelled,
    is_settled,
    count(*)
FROM (
    SELECT
            area_code / 1000 * 1000 AS area,
            state,
            service_group,
            owner_id IS NOT NULL AS is_owned,
            (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on,
            first_contacted_at IS NOT NULL AS was_contacted,
            follow_up_round > 0 OR has_been_referred AS was_referred,
            follow_up_round > 0 AS was_placed,
            has_travelled,
            settled_at IS NOT NULL AS is_settled
    FROM cases_case WHERE true
) AS counted
GROUP BY 1, 2, 3, 4, 5, 6, 7;
"""

OPEN_ITEMS = """
CREATE TABLE cases_item_tally_delta (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area bigint NOT NULL,
    step text NOT NULL,
    priority smallint NOT NULL,
    is_owned boolean NOT NULL,
    due_on date NOT NULL,
    comes_on date NOT NULL,
    escalation_level smallint NOT NULL,
    n integer NOT NULL
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0);

CREATE FUNCTION cases_item_tally_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO cases_item_tally_delta (area, step, priority, is_owned, due_on, comes_on, escalation_level, n)
        SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level,
            count(*)
        FROM came WHERE state = 'open' GROUP BY 1, 2, 3, 4, 5, 6, 7;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO cases_item_tally_delta (area, step, priority, is_owned, due_on, comes_on, escalation_level, n)
        SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level,
            -count(*)
        FROM went WHERE state = 'open' GROUP BY 1, 2, 3, 4, 5, 6, 7;
    ELSE
        INSERT INTO cases_item_tally_delta (area, step, priority, is_owned, due_on, comes_on, escalation_level, n)
        SELECT area, step, priority, is_owned, due_on, comes_on, escalation_level, sum(n)
        FROM (
            SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level,
            1 AS n
            FROM came WHERE state = 'open'
            UNION ALL
            SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level,
            -1
            FROM went WHERE state = 'open'
        ) AS changed
        GROUP BY area, step, priority, is_owned, due_on, comes_on, escalation_level
        HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION cases_item_tally_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7203004, hashtext('cases_item_tally'));
    DELETE FROM cases_item_tally_delta;
    DELETE FROM cases_item_tally_due_by_county;
    DELETE FROM cases_item_tally_due_by_township;
    DELETE FROM cases_item_tally_waiting_by_county;
    DELETE FROM cases_item_tally_waiting_by_township;
    RETURN NULL;
END $$;

CREATE TRIGGER cases_item_tally_inserted AFTER INSERT ON cases_workitem REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION cases_item_tally_note();
CREATE TRIGGER cases_item_tally_updated AFTER UPDATE ON cases_workitem REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION cases_item_tally_note();
CREATE TRIGGER cases_item_tally_deleted AFTER DELETE ON cases_workitem REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION cases_item_tally_note();
CREATE TRIGGER cases_item_tally_truncated BEFORE TRUNCATE ON cases_workitem
    FOR EACH STATEMENT EXECUTE FUNCTION cases_item_tally_forget();

CREATE TABLE cases_item_tally_due_by_county (
    area bigint NOT NULL,
    due_on date NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, due_on)
) WITH (fillfactor = 70);

CREATE TABLE cases_item_tally_due_by_township (
    area bigint NOT NULL,
    due_on date NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, due_on)
) WITH (fillfactor = 70);

CREATE TABLE cases_item_tally_waiting_by_county (
    area bigint NOT NULL,
    due_on date NOT NULL,
    step text NOT NULL,
    priority smallint NOT NULL,
    is_owned boolean NOT NULL,
    comes_on date NOT NULL,
    escalation_level smallint NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, due_on, step, priority, is_owned, comes_on, escalation_level)
) WITH (fillfactor = 70);

CREATE TABLE cases_item_tally_waiting_by_township (
    area bigint NOT NULL,
    due_on date NOT NULL,
    step text NOT NULL,
    priority smallint NOT NULL,
    is_owned boolean NOT NULL,
    comes_on date NOT NULL,
    escalation_level smallint NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (area, due_on, step, priority, is_owned, comes_on, escalation_level)
) WITH (fillfactor = 70);

INSERT INTO cases_item_tally_due_by_county (area, due_on, n)
SELECT
    area / 1000000 * 1000000 AS area,
    due_on,
    count(*)
FROM (
    SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level
    FROM cases_workitem WHERE state = 'open'
) AS counted
GROUP BY 1, 2;

INSERT INTO cases_item_tally_due_by_township (area, due_on, n)
SELECT
    area / 1000 * 1000 AS area,
    due_on,
    count(*)
FROM (
    SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level
    FROM cases_workitem WHERE state = 'open'
) AS counted
GROUP BY 1, 2;

INSERT INTO cases_item_tally_waiting_by_county (area, due_on, step, priority, is_owned, comes_on, escalation_level, n)
SELECT
    area / 1000000 * 1000000 AS area,
    due_on,
    step,
    priority,
    is_owned,
    comes_on,
    escalation_level,
    count(*)
FROM (
    SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level
    FROM cases_workitem WHERE state = 'open'
) AS counted
GROUP BY 1, 2, 3, 4, 5, 6, 7;

INSERT INTO cases_item_tally_waiting_by_township (area, due_on, step, priority, is_owned, comes_on, escalation_level, n)
SELECT
    area / 1000 * 1000 AS area,
    due_on,
    step,
    priority,
    is_owned,
    comes_on,
    escalation_level,
    count(*)
FROM (
    SELECT
            area_code / 1000 * 1000 AS area,
            step,
            priority,
            owner_id IS NOT NULL AS is_owned,
            (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
            (coalesce(not_before, due_at) AT TIME ZONE 'Asia/Shanghai')::date AS comes_on,
            escalation_level
    FROM cases_workitem WHERE state = 'open'
) AS counted
GROUP BY 1, 2, 3, 4, 5, 6, 7;
"""

NO_CASES = """
DROP FUNCTION cases_case_tally_note() CASCADE;
DROP FUNCTION cases_case_tally_forget() CASCADE;
DROP TABLE cases_case_tally_delta;
DROP TABLE cases_case_tally_standing_by_county;
DROP TABLE cases_case_tally_standing_by_township;
DROP TABLE cases_case_tally_opened_by_county;
"""

NO_OPEN_ITEMS = """
DROP FUNCTION cases_item_tally_note() CASCADE;
DROP FUNCTION cases_item_tally_forget() CASCADE;
DROP TABLE cases_item_tally_delta;
DROP TABLE cases_item_tally_due_by_county;
DROP TABLE cases_item_tally_due_by_township;
DROP TABLE cases_item_tally_waiting_by_county;
DROP TABLE cases_item_tally_waiting_by_township;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_how_far_a_case_ever_came")]

    operations = [migrations.RunSQL(CASES, NO_CASES), migrations.RunSQL(OPEN_ITEMS, NO_OPEN_ITEMS)]
