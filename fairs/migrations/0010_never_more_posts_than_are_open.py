from django.db import migrations

# What an employer may still want at a fair: its open posts, and those filled at this very fair. An offer beyond that is
# refused. When posts are filled elsewhere, taken back or closed, the offers of fairs to come follow at the end of the
# transaction: by then it is known who was hired where. The vacancy is locked first, so that neither misses the other.
NEVER_MORE = """
CREATE FUNCTION fairs_most_wanted(of_booth bigint, of_vacancy bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN v.closed_at IS NULL THEN v.headcount - v.filled ELSE 0 END
        + (SELECT count(*) FROM fairs_fairreferral r JOIN fairs_booth b ON b.fair_id = r.fair_id
           WHERE b.id = of_booth AND r.vacancy_id = v.id AND r.result = 'hired')
    FROM jobs_vacancy v WHERE v.id = of_vacancy
$$;

CREATE FUNCTION fairs_offer_is_of_open_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM jobs_vacancy WHERE id = NEW.vacancy_id FOR SHARE;
    IF NEW.wanted > fairs_most_wanted(NEW.booth_id, NEW.vacancy_id) THEN
        RAISE EXCEPTION 'a fair never offers more posts than are open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_is_of_open_posts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offer_is_of_open_posts BEFORE INSERT OR UPDATE OF wanted, vacancy_id, booth_id ON fairs_boothvacancy
    FOR EACH ROW EXECUTE FUNCTION fairs_offer_is_of_open_posts();

CREATE FUNCTION fairs_offers_follow_open_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fairs_boothvacancy o SET wanted = fairs_most_wanted(o.booth_id, o.vacancy_id)
    FROM fairs_booth b JOIN fairs_fair f ON f.id = b.fair_id
    WHERE o.vacancy_id = NEW.id AND b.id = o.booth_id AND f.state IN ('planned', 'open', 'running')
        AND o.wanted > fairs_most_wanted(o.booth_id, o.vacancy_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER offers_follow_open_posts AFTER UPDATE OF headcount, filled, closed_at ON jobs_vacancy
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.headcount - OLD.filled > NEW.headcount - NEW.filled OR OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION fairs_offers_follow_open_posts();

UPDATE fairs_boothvacancy o SET wanted = fairs_most_wanted(o.booth_id, o.vacancy_id)
FROM fairs_booth b JOIN fairs_fair f ON f.id = b.fair_id
WHERE b.id = o.booth_id AND f.state IN ('planned', 'open', 'running')
    AND o.wanted > fairs_most_wanted(o.booth_id, o.vacancy_id);
"""

AS_MANY_AS_ONE_LIKES = """
DROP TRIGGER offers_follow_open_posts ON jobs_vacancy;
DROP FUNCTION fairs_offers_follow_open_posts();
DROP TRIGGER offer_is_of_open_posts ON fairs_boothvacancy;
DROP FUNCTION fairs_offer_is_of_open_posts();
DROP FUNCTION fairs_most_wanted(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("fairs", "0009_a_large_fair_invites_once_the_police_were_asked"),
        ("jobs", "0005_which_letter_or_placement_a_text_is_about"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="boothvacancy", name="an_offer_wants_someone"),
        migrations.RunSQL(NEVER_MORE, AS_MANY_AS_ONE_LIKES),
    ]
