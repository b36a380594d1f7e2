"""Fill what a text is about from the keys that this app gave its texts.

Taken back, the rows stay as they are: the columns go with the migration of `notifications` that made them.
"""

from django.db import migrations

FILL_LETTERS = """
UPDATE notifications_message SET about_type = 'jobs.letter', about_id = split_part(dedupe_key, ':', 2)::bigint
WHERE about_type = '' AND dedupe_key ~ '^letter_ready:[0-9]+$'
"""
FILL_PLACEMENTS = """
UPDATE notifications_message SET about_type = 'jobs.placement', about_id = split_part(dedupe_key, ':', 2)::bigint
WHERE about_type = '' AND dedupe_key ~ '^placed:[0-9]+$'
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_who_held_an_employer"), ("notifications", "0003_what_a_text_is_about")]

    operations = [migrations.RunSQL([FILL_LETTERS, FILL_PLACEMENTS], migrations.RunSQL.noop)]
