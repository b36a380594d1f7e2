"""May this person do this at this fair, or with this referral? Seeing comes first, in the querysets."""

from areas.ranges import Range
from cases.models import Case
from cases.policies import holds
from fairs.models import Fair, FairReferral
from staff.models import User
from staff.refusals import NotAllowed
from staff.roles import CADRES, Role

RUNNERS = frozenset({Role.FAIR_ORGANISER, Role.SUPERVISOR})
REFERRERS = CADRES | RUNNERS
READERS = REFERRERS | {Role.AUDITOR}


def can_plan(user: User) -> bool:
    return user.has_role(*RUNNERS)


def check_can_plan(user: User) -> None:
    if not can_plan(user):
        raise NotAllowed


def can_run(user: User, fair: Fair) -> bool:
    """A fair is run by the organisers of its own area; those below it only send people."""
    return holds(user, RUNNERS, fair.area_id)


def check_can_run(user: User, fair: Fair) -> None:
    if not can_run(user, fair):
        raise NotAllowed


def can_refer(user: User, case: Case) -> bool:
    return holds(user, REFERRERS, case.area_id)


def check_can_refer(user: User, case: Case) -> None:
    if not can_refer(user, case):
        raise NotAllowed


def can_answer(user: User, referral: FairReferral) -> bool:
    """The organiser at the booth, or the cadre who asks the employer afterwards."""
    return can_run(user, referral.fair) or can_refer(user, referral.case)


def check_can_answer(user: User, referral: FairReferral) -> None:
    if not can_answer(user, referral):
        raise NotAllowed


def ranges_of(user: User, roles: frozenset[str]) -> tuple[Range, ...]:
    """Only of postings in these roles: an auditor of the county may be a cadre of one village."""
    return tuple((p.area.low, p.area.high) for p in user.current_postings if p.role in roles)


def check_reads_names(user: User) -> None:
    if not user.has_role(*READERS):
        raise NotAllowed


def sees_all_names(user: User, fair: Fair) -> bool:
    """Who serves the whole area of the fair. A cadre below sees the figures, and the names of their own people."""
    return holds(user, READERS, fair.area_id)


def can_print(user: User) -> bool:
    return user.has_role(*REFERRERS)


def check_can_print(user: User) -> None:
    if not can_print(user):
        raise NotAllowed
