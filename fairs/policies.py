"""May this person do this at this fair, or with this referral? Seeing comes first, in the querysets."""

from areas.ranges import in_ranges
from cases.models import Case
from fairs.models import Fair, FairReferral, ReferralBatch
from staff.models import User
from staff.policies import allowed_by, check_has_role_anywhere, check_has_role_around, check_has_role_in
from staff.refusals import NotAllowed
from staff.roles import FAIR_READERS, FAIR_RUNNERS, PLACERS


def check_can_plan(user: User) -> None:
    check_has_role_anywhere(user, *FAIR_RUNNERS)


def check_can_run(user: User, fair: Fair) -> None:
    """A fair is run by the organisers of its own area; those below it only send people."""
    check_has_role_in(user, fair.area_id, *FAIR_RUNNERS)


def check_can_refer(user: User, case: Case) -> None:
    check_has_role_in(user, case.area_id, *PLACERS)


def check_can_refer_many(user: User) -> None:
    """Each case is then asked for itself."""
    check_has_role_anywhere(user, *PLACERS)


def check_can_take_back(user: User, batch: ReferralBatch) -> None:
    """Whoever runs the fair; or who sent the people, as long as all of them are still theirs to send."""
    if can_run(user, batch.fair):
        return
    if batch.made_by_id != user.pk:
        raise NotAllowed
    check_can_refer_many(user)
    theirs = in_ranges("case__area_id", user.ranges_as(*PLACERS))
    if batch.referrals.expected().exclude(theirs).exists():
        raise NotAllowed


def check_can_answer(user: User, referral: FairReferral) -> None:
    """The organiser at the booth, or the cadre who asks the employer afterwards."""
    if not can_run(user, referral.fair):
        check_can_refer(user, referral.case)


def check_can_read_names(user: User, fair: Fair) -> None:
    """Of the people whom they serve: each is then asked for in the querysets."""
    check_has_role_around(user, fair.area, *FAIR_READERS)


def check_can_see_all_names(user: User, fair: Fair) -> None:
    """Who serves the whole area of the fair. A cadre below sees the figures, and the names of their own people."""
    check_has_role_in(user, fair.area_id, *FAIR_READERS)


def check_can_send_people(user: User, fair: Fair) -> None:
    """Print their slips and answer for them: each is then asked for itself."""
    check_has_role_around(user, fair.area, *PLACERS)


can_plan = allowed_by(check_can_plan)
can_run = allowed_by(check_can_run)
can_refer = allowed_by(check_can_refer)
can_see_all_names = allowed_by(check_can_see_all_names)
can_take_back = allowed_by(check_can_take_back)
can_send_people = allowed_by(check_can_send_people)
