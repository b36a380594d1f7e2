from django.db import migrations

from kit import append_only

# GiST compares ranges without any extension, so keys and the role's place in the list are written as
# one-element ranges: an exclusion constraint without btree_gist, which the embedded database does not ship.
NO_OVERLAP = """
ALTER TABLE staff_posting ADD CONSTRAINT posting_periods_do_not_overlap EXCLUDE USING gist (
    int8range(user_id, user_id, '[]') WITH &&,
    int8range(area_code, area_code, '[]') WITH &&,
    int4range(array_position(ARRAY[{roles}]::text[], role::text),
              array_position(ARRAY[{roles}]::text[], role::text), '[]') WITH &&,
    daterange(starts_on, ends_on, '[]') WITH &&
);
"""
# As the roles were on the day of this migration; a new role gets a new constraint in a new migration.
ROLES = (
    "'village_cadre', 'township_cadre', 'supervisor', 'fair_organiser', "
    "'transport_organiser', 'rights_officer', 'auditor', 'administrator'"
)


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_users_and_postings")]

    operations = [
        append_only.install_functions(),
        append_only.append_only("staff_accesslog"),
        append_only.rows_are_kept("staff_user"),
        migrations.RunSQL(
            NO_OVERLAP.format(roles=ROLES),
            "ALTER TABLE staff_posting DROP CONSTRAINT posting_periods_do_not_overlap;",
        ),
    ]
