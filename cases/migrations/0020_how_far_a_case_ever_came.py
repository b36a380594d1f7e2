"""Whether a case was ever referred and ever travelled stands in its row, written by the database with the move.

It was looked for among the moves: half a million look-ups for one figure of a city.
"""

from django.db import migrations

import kit.columns

FROM_THE_MOVES = """
UPDATE cases_case SET
    has_been_referred = came.referred,
    has_travelled = came.travelled
FROM (
    SELECT case_id, bool_or(to_state = 'referred') AS referred, bool_or(to_state = 'transported') AS travelled
    FROM cases_casemove WHERE to_state IN ('referred', 'transported') GROUP BY case_id
) AS came
WHERE cases_case.id = came.case_id
"""

TRIGGER = """
CREATE FUNCTION cases_note_how_far_it_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_case SET
        has_been_referred = has_been_referred OR came.referred,
        has_travelled = has_travelled OR came.travelled
    FROM (
        SELECT case_id, bool_or(to_state = 'referred') AS referred, bool_or(to_state = 'transported') AS travelled
        FROM moved WHERE to_state IN ('referred', 'transported') GROUP BY case_id
    ) AS came
    WHERE cases_case.id = came.case_id
        AND (came.referred AND NOT has_been_referred OR came.travelled AND NOT has_travelled);
    RETURN NULL;
END $$;

CREATE TRIGGER cases_move_tells_how_far AFTER INSERT ON cases_casemove REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION cases_note_how_far_it_came();
"""

UNDO = """
DROP TRIGGER cases_move_tells_how_far ON cases_casemove;
DROP FUNCTION cases_note_how_far_it_came();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_what_a_list_begins_at")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="has_been_referred",
            field=kit.columns.KeptByDatabase(verbose_name="was ever recommended for a job"),
        ),
        migrations.AddField(
            model_name="case",
            name="has_travelled",
            field=kit.columns.KeptByDatabase(verbose_name="has ever travelled"),
        ),
        migrations.RunSQL(FROM_THE_MOVES, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER, UNDO),
    ]
