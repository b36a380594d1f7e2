from django.db import migrations

# Three things no column can say: a wish is for a post at the same fair, a referral is for the worker of its case, and
# a booth offers posts of its own employer. Refused as a check_violation, like any other constraint.
GUARDS = """
CREATE FUNCTION fairs_wish_is_for_the_same_fair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT fair_id FROM fairs_fairreferral WHERE id = NEW.referral_id)
       IS DISTINCT FROM
       (SELECT b.fair_id FROM fairs_boothvacancy o JOIN fairs_booth b ON b.id = o.booth_id WHERE o.id = NEW.offer_id)
    THEN
        RAISE EXCEPTION 'a wish is for a post at the same fair'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'wish_is_for_the_same_fair';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wish_is_for_the_same_fair BEFORE INSERT OR UPDATE ON fairs_wish
    FOR EACH ROW EXECUTE FUNCTION fairs_wish_is_for_the_same_fair();

CREATE FUNCTION fairs_referral_is_for_the_worker_of_its_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.worker_id IS DISTINCT FROM (SELECT worker_id FROM cases_case WHERE id = NEW.case_id) THEN
        RAISE EXCEPTION 'a referral is for the worker of its case'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_is_for_the_worker_of_its_case';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_is_for_the_worker_of_its_case BEFORE INSERT OR UPDATE OF worker_id, case_id
    ON fairs_fairreferral FOR EACH ROW EXECUTE FUNCTION fairs_referral_is_for_the_worker_of_its_case();

CREATE FUNCTION fairs_booth_offers_its_own_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT employer_id FROM fairs_booth WHERE id = NEW.booth_id)
       IS DISTINCT FROM (SELECT employer_id FROM jobs_vacancy WHERE id = NEW.vacancy_id) THEN
        RAISE EXCEPTION 'a booth offers posts of its own employer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booth_offers_its_own_posts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booth_offers_its_own_posts BEFORE INSERT OR UPDATE ON fairs_boothvacancy
    FOR EACH ROW EXECUTE FUNCTION fairs_booth_offers_its_own_posts();
"""

NO_GUARDS = """
DROP TRIGGER booth_offers_its_own_posts ON fairs_boothvacancy;
DROP FUNCTION fairs_booth_offers_its_own_posts();
DROP TRIGGER referral_is_for_the_worker_of_its_case ON fairs_fairreferral;
DROP FUNCTION fairs_referral_is_for_the_worker_of_its_case();
DROP TRIGGER wish_is_for_the_same_fair ON fairs_wish;
DROP FUNCTION fairs_wish_is_for_the_same_fair();
"""


class Migration(migrations.Migration):
    dependencies = [("fairs", "0002_walk_ins_and_what_a_result_needs")]

    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
