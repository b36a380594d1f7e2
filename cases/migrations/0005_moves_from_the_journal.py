"""Cases that were there before moves were kept get theirs out of the journal: which line tells what stands here alone.

A case whose journal does not begin with its opening, or does not lead to where the case stands, is not guessed at: it
gets a row that says so (`carried_over`).
"""

from django.db import migrations

# the journal's lines that tell a move; a talk taken back leads to the state before it
FROM_THE_JOURNAL = """
WITH told AS (
    SELECT line.id, line.seq, line.what, line.about_type, line.by_id, line.happened_at, line.entered_at,
        (line.data ->> 'case')::integer AS case_id,
        CASE line.what
            WHEN 'case_opened' THEN 'flagged' WHEN 'case_reopened' THEN 'flagged'
            WHEN 'case_contacted' THEN 'contacted' WHEN 'case_not_matched' THEN 'contacted'
            WHEN 'case_fell_through' THEN 'contacted' WHEN 'case_referred' THEN 'referred'
            WHEN 'case_placed' THEN 'placed' WHEN 'case_transport_undone' THEN 'placed'
            WHEN 'case_transported' THEN 'transported' WHEN 'case_settled' THEN 'settled'
            WHEN 'case_closed' THEN 'closed' WHEN 'case_closed_after_talk' THEN 'closed'
            ELSE attempt.state_before
        END AS to_state
    FROM workers_journalline line
    LEFT JOIN cases_contactattempt attempt ON line.what = 'contact_undone' AND attempt.id = line.about_id
    WHERE line.what IN (
        'case_opened', 'case_reopened', 'case_contacted', 'case_not_matched', 'case_fell_through', 'case_referred',
        'case_placed', 'case_transport_undone', 'case_transported', 'case_settled', 'case_closed',
        'case_closed_after_talk', 'contact_undone'
    )
), led AS (
    SELECT told.*,
        COALESCE(LAG(to_state) OVER story, '') AS from_state,
        FIRST_VALUE(what) OVER story = 'case_opened' AS is_whole
    FROM told
    WINDOW story AS (PARTITION BY case_id ORDER BY seq)
)
INSERT INTO cases_casemove (case_id, from_state, to_state, cause, at, happened_at, by_id, work_item_id, line_id)
SELECT led.case_id, from_state, to_state,
    CASE what
        WHEN 'case_opened' THEN 'opened' WHEN 'case_reopened' THEN 'reopened'
        WHEN 'case_contacted' THEN 'talk' WHEN 'case_closed_after_talk' THEN 'talk'
        WHEN 'case_referred' THEN 'referral' WHEN 'case_not_matched' THEN 'no_match'
        WHEN 'case_placed' THEN 'placement' WHEN 'case_transported' THEN 'boarding'
        WHEN 'case_settled' THEN 'follow_up'
        WHEN 'case_closed' THEN CASE item.state WHEN 'superseded' THEN 'news' ELSE 'closed' END
        WHEN 'case_fell_through' THEN
            CASE WHEN item.state = 'superseded' THEN 'job_ended'
                WHEN about_type = 'cases.followup' THEN 'follow_up' ELSE 'talk' END
        ELSE 'undone'
    END,
    entered_at, happened_at, by_id, item.id, led.id
FROM led
JOIN cases_case ON cases_case.id = led.case_id
LEFT JOIN LATERAL (
    SELECT id, state FROM cases_workitem
    WHERE case_id = led.case_id AND finished_at = led.entered_at AND from_state = CASE step
        WHEN 'contact' THEN 'flagged' WHEN 'refer' THEN 'contacted' WHEN 'result' THEN 'referred'
        WHEN 'travel' THEN 'placed' WHEN 'follow_up' THEN CASE from_state WHEN 'placed' THEN 'placed' ELSE 'transported' END
    END
    ORDER BY id LIMIT 1
) item ON true
WHERE is_whole AND from_state <> to_state
ORDER BY led.id;
"""

# where the journal is silent
CARRIED_OVER = """
INSERT INTO cases_casemove (case_id, from_state, to_state, cause, at, happened_at)
SELECT id, '', 'flagged', 'opened', opened_at, opened_at FROM cases_case
WHERE NOT EXISTS (SELECT FROM cases_casemove move WHERE move.case_id = cases_case.id)
ORDER BY id;

INSERT INTO cases_casemove (case_id, from_state, to_state, cause, at, happened_at)
SELECT id, last.to_state, state, 'carried_over', state_since, state_since FROM cases_case
JOIN LATERAL (
    SELECT to_state FROM cases_casemove move WHERE move.case_id = cases_case.id ORDER BY move.id DESC LIMIT 1
) last ON last.to_state <> state
ORDER BY id;
"""

FORGET = "DELETE FROM cases_casemove;"


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_one_row_a_move")]

    operations = [
        migrations.RunSQL(FROM_THE_JOURNAL, FORGET),
        migrations.RunSQL(CARRIED_OVER, migrations.RunSQL.noop),
        migrations.RunSQL("ANALYZE cases_casemove", migrations.RunSQL.noop),
    ]
