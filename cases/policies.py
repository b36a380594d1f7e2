"""May this person do this to this case? `by=None` is the system and may. Seeing comes first, in the querysets."""

from areas.models import Area
from cases.models import Case
from staff.models import User
from staff.policies import allowed_by, check_has_role_anywhere, check_has_role_for_all, check_has_role_in
from staff.roles import ABOVE_VILLAGE, CASE_MOVERS, CASEWORKERS, FRONT_LINE, SETTINGS_KEEPERS, SETTINGS_READERS


def check_can_open_today(user: User) -> None:
    check_has_role_anywhere(user, *CASEWORKERS)


def check_can_work_on(by: User | None, case: Case) -> None:
    """Calls, visits, follow-ups, closing and reopening."""
    _check(by, CASEWORKERS, case.area_id)


def check_can_move(by: User | None, case: Case) -> None:
    """Referring, placing and transporting, which organisers do from their own pages."""
    _check(by, CASE_MOVERS, case.area_id)


def check_can_reassign(user: User) -> None:
    """Many cases at once; each is then asked for itself."""
    check_has_role_anywhere(user, *ABOVE_VILLAGE)


def check_can_assign(by: User | None, case: Case) -> None:
    _check(by, ABOVE_VILLAGE, case.area_id)


def check_can_hand_over(by: User | None, area: Area) -> None:
    _check(by, ABOVE_VILLAGE, area.pk)


def check_can_see_phone(by: User, case: Case) -> None:
    _check(by, FRONT_LINE, case.area_id)


def check_can_read_settings(user: User) -> None:
    check_has_role_anywhere(user, *SETTINGS_READERS)


def check_can_set(user: User) -> None:
    """Time limits and the calendar, which hold for everybody."""
    check_has_role_for_all(user, *SETTINGS_KEEPERS)


can_set = allowed_by(check_can_set)
can_work_on = allowed_by(check_can_work_on)
can_move = allowed_by(check_can_move)
can_reassign = allowed_by(check_can_reassign)
can_assign = allowed_by(check_can_assign)
can_see_phone = allowed_by(check_can_see_phone)


def _check(by: User | None, roles: frozenset[str], area_code: int) -> None:
    """The posting must cover the area: an auditor here may be a cadre elsewhere."""
    if by is not None:
        check_has_role_in(by, area_code, *roles)
