"""What no code path may break: a vacancy filled beyond its headcount, a gap or a change in the book of letters."""

from django.db import migrations

from kit.append_only import rows_are_kept

COUNT_FILLED = """
CREATE FUNCTION jobs_count_filled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- By now the row is locked (an UPDATE locks before its triggers run), so the count is the latest there is.
    NEW.filled := (SELECT count(*) FROM jobs_placement WHERE vacancy_id = NEW.id AND ended_on IS NULL);
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_vacancy_counts_filled BEFORE INSERT OR UPDATE ON jobs_vacancy
    FOR EACH ROW EXECUTE FUNCTION jobs_count_filled();

CREATE FUNCTION jobs_recount_vacancies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Touching the vacancy recounts it; the check vacancy_never_overfilled then refuses one too many.
    IF TG_OP <> 'INSERT' AND OLD.vacancy_id IS NOT NULL THEN
        UPDATE jobs_vacancy SET filled = 0 WHERE id = OLD.vacancy_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.vacancy_id IS NOT NULL
            AND (TG_OP = 'INSERT' OR NEW.vacancy_id IS DISTINCT FROM OLD.vacancy_id) THEN
        UPDATE jobs_vacancy SET filled = 0 WHERE id = NEW.vacancy_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_placement_recounts AFTER INSERT OR DELETE OR UPDATE OF vacancy_id, ended_on ON jobs_placement
    FOR EACH ROW EXECUTE FUNCTION jobs_recount_vacancies();
"""

UNCOUNT_FILLED = """
DROP TRIGGER jobs_placement_recounts ON jobs_placement;
DROP FUNCTION jobs_recount_vacancies();
DROP TRIGGER jobs_vacancy_counts_filled ON jobs_vacancy;
DROP FUNCTION jobs_count_filled();
"""

KEEP_THE_BOOK = """
CREATE FUNCTION jobs_letter_follows_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM jobs_letter
                          WHERE county_code = NEW.county_code AND year = NEW.year) THEN
        RAISE EXCEPTION 'letter % of % does not follow the one before', NEW.number, NEW.year
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_letter_follows_on BEFORE INSERT ON jobs_letter
    FOR EACH ROW EXECUTE FUNCTION jobs_letter_follows_on();

CREATE FUNCTION jobs_letter_stays_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.county_code, NEW.year, NEW.number, NEW.serial, NEW.worker_id, NEW.case_id, NEW.employer_id, NEW.facts,
            NEW.issued_at, NEW.valid_until, NEW.verify_code)
        IS DISTINCT FROM (OLD.county_code, OLD.year, OLD.number, OLD.serial, OLD.worker_id, OLD.case_id,
            OLD.employer_id, OLD.facts, OLD.issued_at, OLD.valid_until, OLD.verify_code) THEN
        RAISE EXCEPTION 'letter % stays as issued', OLD.serial USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'letter % stays revoked', OLD.serial USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_letter_stays_as_issued BEFORE UPDATE ON jobs_letter
    FOR EACH ROW EXECUTE FUNCTION jobs_letter_stays_as_issued();
"""

LEAVE_THE_BOOK = """
DROP TRIGGER jobs_letter_stays_as_issued ON jobs_letter;
DROP FUNCTION jobs_letter_stays_as_issued();
DROP TRIGGER jobs_letter_follows_on ON jobs_letter;
DROP FUNCTION jobs_letter_follows_on();
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("staff", "0002_append_only_access_and_no_overlapping_postings")]

    operations = [
        migrations.RunSQL(COUNT_FILLED, UNCOUNT_FILLED),
        migrations.RunSQL(KEEP_THE_BOOK, LEAVE_THE_BOOK),
        rows_are_kept("jobs_letter"),
        rows_are_kept("jobs_placement"),
    ]
