"""May this person? Whether they see the case comes first, in the querysets; these speak of roles.

A letter carries the whole ID number, so only those who may see one make, print or open it.
"""

from cases import policies as case_policies
from cases.models import Case
from staff.models import User
from staff.policies import check_has_role
from staff.refusals import NotAllowed
from staff.roles import CADRES, Role

RECOMMENDERS = CADRES | {Role.SUPERVISOR}
PLACERS = RECOMMENDERS | {Role.FAIR_ORGANISER}
LETTER_MAKERS = frozenset({Role.TOWNSHIP_CADRE, Role.SUPERVISOR})
KEEPERS = frozenset({Role.TOWNSHIP_CADRE, Role.SUPERVISOR, Role.FAIR_ORGANISER})
HOLDERS = frozenset({Role.SUPERVISOR, Role.RIGHTS_OFFICER})
READERS = frozenset(Role) - {Role.ADMINISTRATOR}


def check_can_recommend(user: User, case: Case) -> None:
    _check_holds(user, RECOMMENDERS, case)


def check_can_place(user: User, case: Case) -> None:
    _check_holds(user, PLACERS, case)


def check_can_make_letters(user: User, case: Case) -> None:
    _check_holds(user, LETTER_MAKERS, case)


def check_can_keep_vacancies(user: User) -> None:
    check_has_role(user, *KEEPERS)


def check_can_hold_employers(user: User) -> None:
    check_has_role(user, *HOLDERS)


def can_recommend(user: User, case: Case) -> bool:
    return case_policies.holds(user, RECOMMENDERS, case.area_id)


def can_place(user: User, case: Case) -> bool:
    return case_policies.holds(user, PLACERS, case.area_id)


def can_make_letters(user: User, case: Case) -> bool:
    return case_policies.holds(user, LETTER_MAKERS, case.area_id)


def can_keep_vacancies(user: User) -> bool:
    return user.has_role(*KEEPERS)


def can_hold_employers(user: User) -> bool:
    return user.has_role(*HOLDERS)


def _check_holds(user: User, roles: frozenset[str], case: Case) -> None:
    if not case_policies.holds(user, roles, case.area_id):
        raise NotAllowed
