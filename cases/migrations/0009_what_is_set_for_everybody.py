import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# At commit, so that a change is one row ended and one begun. Follow-ups may change their days: one has to be left.
ALWAYS_A_RULE = """
CREATE FUNCTION cases_clock_has_a_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule record := coalesce(NEW, OLD);
BEGIN
    IF NOT EXISTS (SELECT FROM cases_clockrule WHERE clock = rule.clock AND service_group = rule.service_group
                   AND valid_to IS NULL)
        OR rule.clock <> 'follow_up' AND EXISTS (
            SELECT FROM (
                SELECT valid_to, lead(valid_from) OVER (ORDER BY valid_from) AS next FROM cases_clockrule
                WHERE clock = rule.clock AND service_group = rule.service_group
            ) held WHERE valid_to IS DISTINCT FROM next
        ) THEN
        RAISE EXCEPTION 'clock % of % would have no rule, or two, on some day', rule.clock, rule.service_group
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cases_clock_has_a_rule AFTER INSERT OR UPDATE OR DELETE ON cases_clockrule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_clock_has_a_rule();
"""
MAYBE_NONE = """
DROP TRIGGER cases_clock_has_a_rule ON cases_clockrule;
DROP FUNCTION cases_clock_has_a_rule();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_an_attempt_beyond_the_clock_says_why"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="clockrule",
            name="changed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="set at"),
        ),
        migrations.AddField(
            model_name="clockrule",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="set by",
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 1), ("amount__lte", 400)), name="clock_allows_some_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="clockrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__gte", datetime.date(2000, 1, 1)), ("valid_from__lte", datetime.date(2099, 12, 31))
                ),
                name="clock_begins_in_our_century",
            ),
        ),
        migrations.RunSQL(ALWAYS_A_RULE, MAYBE_NONE),
    ]
