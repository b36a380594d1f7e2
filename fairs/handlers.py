"""What a fair does when the case moves on without it, and when a worker answers a text."""

from django.dispatch import receiver

from cases.choices import State
from cases.events import case_moved, case_placed
from fairs import services
from fairs.register.sms import ASKS_WHETHER_THEY_COME
from notifications.events import reply_received


@receiver(case_moved, dispatch_uid="fairs.let_go_of_moved_case")
def let_go_of_moved_case(sender, *, case, from_state, to_state, by, at, **_):
    """The case was closed, or found no match elsewhere: nobody waits for them at the door. Placed has its own word."""
    if from_state == State.REFERRED and to_state != State.PLACED:
        services.let_go(case=case, by=by, at=at)


@receiver(case_moved, dispatch_uid="fairs.restore_referral_of_case_moved_by_mistake")
def restore_referral_of_case_moved_by_mistake(sender, *, case, to_state, undoes, by, at, **_):
    """The case was closed or placed by mistake: the fair waits for them again."""
    if undoes is not None and to_state == State.REFERRED:
        services.restore_referral(case=case, by=by, at=at)


@receiver(case_placed, dispatch_uid="fairs.take_placement_of_referred_case")
def take_placement_of_referred_case(sender, *, case, about, by, at, **_):
    services.take_placement(case=case, placement=about, by=by, at=at)


@receiver(reply_received, dispatch_uid="fairs.take_answer_to_invitation")
def take_answer_to_invitation(sender, *, worker, message, digit, at, **_):
    """1 is "I am coming", 2 is "I cannot come": the cadre calls."""
    if message is None or message.template not in ASKS_WHETHER_THEY_COME:
        return
    if digit == "1":
        services.take_yes(referral_id=message.about_id, at=at)
    elif digit == "2":
        services.take_no(referral_id=message.about_id, at=at)
