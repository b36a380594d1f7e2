"""One row a move: whoever opens a case or moves one writes it here, and the database refuses whoever does not."""

from collections.abc import Iterable

from cases.models import Case, CaseMove, WorkItem
from cases.queue import items
from kit import sql
from workers.models import JournalLine

CASE_FIELDS = sql.changed_fields(Case)
# one statement, because every step of a case needs all three
FINISH_AND_MOVE = f"""
WITH finished AS (
    UPDATE cases_workitem SET state = %s, finished_by_id = %s, finished_at = %s, escalates_at = NULL WHERE id = %s
), moved AS (
    INSERT INTO cases_casemove (case_id, from_state, to_state, cause, at, happened_at, by_id, work_item_id, line_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
)
UPDATE cases_case SET {sql.assignments(CASE_FIELDS)} WHERE id = %s
"""


def build(case: Case, line: JournalLine, *, from_state: str, to_state: str, cause: str) -> CaseMove:
    """Unsaved, with the times and the author of the journal line that tells it."""
    return CaseMove(
        case=case,
        from_state=from_state,
        to_state=to_state,
        cause=cause,
        at=line.entered_at,
        happened_at=line.happened_at,
        by=line.by,
        line=line,
    )


def write(moves: Iterable[CaseMove]) -> None:
    """Those of a case in their order."""
    CaseMove.objects.bulk_create(moves)


def finish_and_move(item: WorkItem | None, move: CaseMove, *, ending: str) -> None:
    """Finish the item whose finishing the move is, write the move, and save the case that has moved."""
    if item is not None:
        items.set_finished(item, state=ending, by=move.by, at=move.at)
    move.work_item = item
    who_and_when = [move.by_id, move.at, move.work_item_id]
    row = [move.case_id, move.from_state, move.to_state, move.cause, move.at, move.happened_at, move.by_id]
    case = [*sql.values(move.case, CASE_FIELDS), move.case_id]
    sql.ask(FINISH_AND_MOVE, [ending, *who_and_when, *row, move.work_item_id, move.line_id, *case])
