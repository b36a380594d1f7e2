from areas.ranges import is_inside
from fairs.models import Fair
from staff.models import User
from staff.refusals import NotAllowed

RUNNERS = ("fair_organiser", "supervisor", "administrator")
REFERRERS = ("village_cadre", "township_cadre", "supervisor", "fair_organiser")


def check_can_run_fairs(user: User) -> None:
    if not user.has_role(*RUNNERS):
        raise NotAllowed()


def check_can_run_fair(user: User, fair: Fair) -> None:
    """A fair is run by the organisers of its own area; those below it only send people."""
    if not can_run_fair(user, fair):
        raise NotAllowed()


def can_run_fair(user: User, fair: Fair) -> bool:
    return user.has_role(*RUNNERS) and is_inside(fair.area_id, user.ranges)


def check_can_refer(user: User) -> None:
    if not user.has_role(*REFERRERS):
        raise NotAllowed()


def check_can_record_result(user: User) -> None:
    """The organiser at the booth, or the cadre who asks the employer afterwards."""
    check_can_refer(user)
