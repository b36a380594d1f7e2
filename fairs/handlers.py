"""What a fair does when the case moves on without it."""

from django.dispatch import receiver

from cases.events import case_moved
from fairs import services
from fairs.models import FairReferral
from notifications.events import reply_received

INVITATIONS = ("fair_invited", "fair_reminder")


@receiver(case_moved, dispatch_uid="fairs.withdraw_referral_of_moved_case")
def withdraw_referral_of_moved_case(sender, *, case, from_state, to_state, by, at, **_):
    """The worker found a job, or was closed: nobody waits for them at the door."""
    if from_state != "referred" or to_state == "referred":
        return
    for referral in FairReferral.objects.waiting().filter(case=case).select_related("fair", "worker"):
        services.withdraw_referral(referral=referral, why="case_moved_on", by=by, at=at)


@receiver(reply_received, dispatch_uid="fairs.take_answer_to_invitation")
def take_answer_to_invitation(sender, *, worker, message, digit, at, **_):
    """1 is "I am coming", 2 is "I cannot come": the cadre calls."""
    if message is None or message.template not in INVITATIONS:
        return
    referral_id = int(message.dedupe_key.split(":")[1])
    referral = FairReferral.objects.waiting().filter(pk=referral_id, result="").first()
    if referral is None:
        return
    if digit == "1":
        services.confirm_coming(referral=referral, at=at)
    elif digit == "2":
        services.cannot_come(referral=referral, at=at)
