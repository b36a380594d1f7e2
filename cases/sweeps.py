"""What falls due by itself, looked for by the clock. Put-off work needs no sweep: lists leave it out until its time."""

from datetime import datetime

from cases import services
from cases.local_time import local_day
from cases.models import Case
from cases.refusals import CaseMovedOn


def escalate_overdue(*, at: datetime) -> int:
    """How many items went up."""
    return services.escalate_due(at=at)


def ask_again(*, at: datetime) -> int:
    """Take up the cases of people who did not want to work and were to be asked again by now; says how many."""
    due = Case.objects.to_ask_again(local_day(at)).order_by("pk")
    return sum(_ask(case, at) for case in due)


def _ask(case: Case, at: datetime) -> bool:
    """Somebody may have taken the case up meanwhile."""
    try:
        services.reopen_case(case=case, reason="asked_again", by=None, at=at)
    except CaseMovedOn:
        return False
    return True
