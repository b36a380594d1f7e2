"""Fill what a text is about from the keys that this app gave its texts.

Taken back, the rows stay as they are: the columns go with the migration of `notifications` that made them.
"""

from django.db import migrations

FILL = """
UPDATE notifications_message SET about_type = 'cases.case', about_id = split_part(dedupe_key, ':', 2)::bigint
WHERE about_type = '' AND dedupe_key ~ '^please_call_back:[0-9]+(:|$)'
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_default_clocks_and_rows_are_kept"), ("notifications", "0003_what_a_text_is_about")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
