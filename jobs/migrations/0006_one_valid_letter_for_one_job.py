from django.db import migrations, models

# Of letters that were valid together the first stays what the rule counts; the others keep their validity and a mark.
MARK = """
UPDATE jobs_letter AS later SET is_twin = true
WHERE later.revoked_at IS NULL AND EXISTS (
    SELECT FROM jobs_letter AS first
    WHERE first.worker_id = later.worker_id AND first.employer_id = later.employer_id
        AND first.vacancy_id IS NOT DISTINCT FROM later.vacancy_id AND first.revoked_at IS NULL AND first.id < later.id
        AND (first.issued_at AT TIME ZONE 'Asia/Shanghai')::date <= later.valid_until
        AND (later.issued_at AT TIME ZONE 'Asia/Shanghai')::date <= first.valid_until
)
"""
# Keys as one-element ranges, as in staff 0002: the embedded database ships no btree_gist.
ONE_FOR_ONE_JOB = """
ALTER TABLE jobs_letter ADD CONSTRAINT one_valid_letter_for_one_job EXCLUDE USING gist (
    int8range(worker_id, worker_id, '[]') WITH &&,
    int8range(employer_id, employer_id, '[]') WITH &&,
    int8range(coalesce(vacancy_id, 0), coalesce(vacancy_id, 0), '[]') WITH &&,
    daterange((issued_at AT TIME ZONE 'Asia/Shanghai')::date, valid_until, '[]') WITH &&
) WHERE (revoked_at IS NULL AND NOT is_twin)
"""


class Migration(migrations.Migration):
    """Two people who press at once issue one letter: the second is told which one is valid."""

    dependencies = [("jobs", "0005_which_letter_or_placement_a_text_is_about")]
    operations = [
        migrations.AddField("letter", "is_twin", models.BooleanField(db_default=False, default=False, editable=False)),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.RunSQL(ONE_FOR_ONE_JOB, "ALTER TABLE jobs_letter DROP CONSTRAINT one_valid_letter_for_one_job"),
    ]
