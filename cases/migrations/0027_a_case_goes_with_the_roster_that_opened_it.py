"""A case, its items and its moves go when the roster that opened it is taken back, and at no other time."""

from django.db import migrations

from kit.append_only import append_only_but_for_what_leaves, kept_but_for_what_leaves

FUNCTIONS = """
CREATE FUNCTION cases_came_with_what_is_taken_back(which bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT workers_came_with_what_is_taken_back(worker_id, '{case_opened}', 'cases.case', which)
    FROM cases_case WHERE id = which
$$;

CREATE FUNCTION cases_let_go(which integer[]) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    DELETE FROM cases_casemove WHERE case_id = ANY(which);
    DELETE FROM cases_workitem WHERE case_id = ANY(which);
    DELETE FROM cases_case WHERE id = ANY(which);
$$;
"""

UNDO = """
DROP FUNCTION cases_let_go(integer[]);
DROP FUNCTION cases_came_with_what_is_taken_back(bigint);
"""

OF_THE_CASE = "cases_came_with_what_is_taken_back(OLD.case_id) IS TRUE"
ITSELF = "cases_came_with_what_is_taken_back(OLD.id) IS TRUE"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0026_which_cases_are_there_by_an_index_alone"),
        ("workers", "0023_who_leaves_the_register"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, UNDO),
        append_only_but_for_what_leaves("cases_casemove", OF_THE_CASE),
        kept_but_for_what_leaves("cases_workitem", OF_THE_CASE),
        kept_but_for_what_leaves("cases_case", ITSELF),
    ]
