from django.db import migrations, models

# The day of a fair is a day of Guizhou, whatever the session's time zone; a column cannot say that.
ASKED = """
ALTER TABLE fairs_fair ADD CONSTRAINT large_fair_invites_once_the_police_were_asked CHECK (
    state <> 'open' OR expected < 1000 OR licence_no <> ''
    OR coalesce(licence_applied_on <= (starts_at AT TIME ZONE 'Asia/Shanghai')::date - 20, false)
) NOT VALID;
"""
NOT_ASKED = "ALTER TABLE fairs_fair DROP CONSTRAINT large_fair_invites_once_the_police_were_asked;"


class Migration(migrations.Migration):
    dependencies = [("fairs", "0008_which_referral_a_text_is_about")]

    operations = [
        migrations.AddField(
            model_name="fair",
            name="licence_papers",
            field=models.JSONField(blank=True, default=list, verbose_name="papers handed in"),
        ),
        migrations.AlterField(
            model_name="fairreferral",
            name="withdrawn_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("case_moved_on", "the case went another way"),
                    ("cannot_come", "cannot come"),
                    ("fair_cancelled", "the fair was cancelled"),
                    ("has_a_job", "came to look, has a job"),
                    ("check_in_undone", "registered at the door by mistake"),
                ],
                max_length=40,
            ),
        ),
        migrations.RunSQL(ASKED, NOT_ASKED),
    ]
