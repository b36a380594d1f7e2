"""May this person? Whether they see the case comes first, in the querysets; these speak of roles.

A letter carries the whole ID number, so only those who may see one make, print or open it.
"""

from cases.models import Case
from staff.models import User
from staff.policies import allowed_by, check_has_role_anywhere, check_has_role_in
from staff.roles import ABOVE_VILLAGE, CASEWORKERS, EMPLOYER_HOLDERS, PLACERS, VACANCY_KEEPERS


def check_can_recommend(user: User, case: Case) -> None:
    check_has_role_in(user, case.area_id, *CASEWORKERS)


def check_can_place(user: User, case: Case) -> None:
    check_has_role_in(user, case.area_id, *PLACERS)


def check_can_make_letters(user: User, case: Case) -> None:
    check_has_role_in(user, case.area_id, *ABOVE_VILLAGE)


def check_can_keep_vacancies(user: User) -> None:
    check_has_role_anywhere(user, *VACANCY_KEEPERS)


def check_can_hold_employers(user: User) -> None:
    check_has_role_anywhere(user, *EMPLOYER_HOLDERS)


can_recommend = allowed_by(check_can_recommend)
can_place = allowed_by(check_can_place)
can_make_letters = allowed_by(check_can_make_letters)
can_keep_vacancies = allowed_by(check_can_keep_vacancies)
can_hold_employers = allowed_by(check_can_hold_employers)
