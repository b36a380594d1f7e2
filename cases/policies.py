"""May this person do this to this case? `by=None` is the system and may. Seeing comes first, in the querysets."""

from areas import ranges
from cases.models import Case
from staff.models import User
from staff.policies import check_has_role
from staff.refusals import NotAllowed
from staff.roles import CASEWORKERS, ORGANISERS, SEES_PHONES, Role

# a fair or a bus moves cases too
MOVERS = CASEWORKERS | ORGANISERS
ASSIGNERS = frozenset({Role.TOWNSHIP_CADRE, Role.SUPERVISOR})


def check_can_work_on(by: User | None, case: Case) -> None:
    """Calls, visits, follow-ups, closing and reopening."""
    _check_holds(by, CASEWORKERS, case.area_id)


def check_can_move(by: User | None, case: Case) -> None:
    """Referring, placing and transporting, which organisers do from their own pages."""
    _check_holds(by, MOVERS, case.area_id)


def check_can_assign(by: User | None, case: Case) -> None:
    _check_holds(by, ASSIGNERS, case.area_id)


def check_can_hand_over(by: User | None, area) -> None:
    _check_holds(by, ASSIGNERS, area.pk)


def check_can_see_phone(by: User, case: Case) -> None:
    _check_holds(by, SEES_PHONES, case.area_id)


def can_see_phone(by: User, case: Case) -> bool:
    return holds(by, SEES_PHONES, case.area_id)


def can_work_on(by: User, case: Case) -> bool:
    return holds(by, CASEWORKERS, case.area_id)


def can_move(by: User, case: Case) -> bool:
    return holds(by, MOVERS, case.area_id)


def can_assign(by: User, case: Case) -> bool:
    return holds(by, ASSIGNERS, case.area_id)


def can_undo(by: User, attempt) -> bool:
    """Only one's own entry: for the button. The service also asks whether it is still possible."""
    return attempt.by_id == by.pk


def holds(by: User, roles: frozenset[str], code: int) -> bool:
    """Is one of these roles held in a posting that covers this area? An auditor here may be a cadre elsewhere."""
    held = ((p.role, (p.area.low, p.area.high)) for p in by.current_postings)
    return any(role in roles and ranges.is_inside(code, [span]) for role, span in held)


def _check_holds(by: User | None, roles: frozenset[str], code: int) -> None:
    if by is None:
        return
    check_has_role(by, *roles)
    if not holds(by, roles, code):
        raise NotAllowed
