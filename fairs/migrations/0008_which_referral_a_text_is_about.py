"""Fill what a text is about from the keys that this app gave its texts.

Taken back, the rows stay as they are: the columns go with the migration of `notifications` that made them.
"""

from django.db import migrations

FILL = """
UPDATE notifications_message SET about_type = 'fairs.fairreferral', about_id = split_part(dedupe_key, ':', 2)::bigint
WHERE about_type = '' AND dedupe_key ~ '^(fair_invited|fair_reminder|fair_changed|fair_call|fair_cancelled):[0-9]+(:|$)'
"""


class Migration(migrations.Migration):
    dependencies = [("fairs", "0007_an_end_that_moved_alone"), ("notifications", "0003_what_a_text_is_about")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
