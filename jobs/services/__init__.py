"""What this app does. One module for each noun; import from here."""

from jobs.services.introductions import introduce, record_introduction_result
from jobs.services.issuing import issue_letter
from jobs.services.letters import needs_terms, print_letter, record_receipt, revoke_letter
from jobs.services.placements import confirm_placement, end_placement
from jobs.services.placing import place_worker
from jobs.services.terms import Terms, check_end
from jobs.services.undoing import undo_answer, undo_introduction, undo_letter, undo_placement, undo_receipt
from jobs.services.vacancies import (
    add_employer,
    add_vacancy,
    change_employer,
    change_vacancy,
    close_vacancy,
    hold_employer,
    lift_hold,
    reopen_vacancy,
)
