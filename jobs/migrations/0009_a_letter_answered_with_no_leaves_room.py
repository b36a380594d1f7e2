from django.db import migrations

# Whoever was not hired may be introduced to the same post again within the fortnight: that letter has done its work.
RULE = """
ALTER TABLE jobs_letter DROP CONSTRAINT one_valid_letter_for_one_job;
ALTER TABLE jobs_letter ADD CONSTRAINT one_valid_letter_for_one_job EXCLUDE USING gist (
    int8range(worker_id, worker_id, '[]') WITH &&,
    int8range(employer_id, employer_id, '[]') WITH &&,
    int8range(coalesce(vacancy_id, 0), coalesce(vacancy_id, 0), '[]') WITH &&,
    daterange((issued_at AT TIME ZONE 'Asia/Shanghai')::date, valid_until, '[]') WITH &&
) WHERE (revoked_at IS NULL AND NOT is_twin{answered})
"""
ANSWERED = " AND receipt NOT IN ('not_hired', 'not_reported')"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0008_no_undo_under_a_letter")]
    operations = [migrations.RunSQL(RULE.format(answered=ANSWERED), RULE.format(answered=""))]
