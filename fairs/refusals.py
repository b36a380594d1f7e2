from django.utils.translation import gettext_lazy as _

from areas.refusals import Refusal


class FairClosed(Refusal):
    message = _("This fair takes no more people.")
    way_out = _("Choose another fair, or introduce the person to an employer directly.")


class FairMovedOn(Refusal):
    message = _("Somebody has already changed this fair.")
    way_out = _("Open the page again and look at its state.")


class LicenceMissing(Refusal):
    message = _("A fair for 1,000 people or more needs a police licence, applied for 20 days ahead.")
    way_out = _("Enter the licence, or plan for fewer than 1,000 people.")


class NoBooths(Refusal):
    message = _("No employer has a booth at this fair yet.")
    way_out = _("Add a booth and its vacancies first.")


class BoothTaken(Refusal):
    message = _("This booth number or employer is already at the fair.")
    way_out = _("Choose a free number.")


class BoothInUse(Refusal):
    message = _("Workers have been sent to this booth.")
    way_out = _("Give it to another employer after their results are in.")


class TooManyWishes(Refusal):
    message = _("A worker can wish for at most three posts.")
    way_out = _("Take one away.")


class NotAtThisFair(Refusal):
    message = _("This post is not offered at this fair.")
    way_out = _("Choose a post from the fair's list.")


class AlreadyReferred(Refusal):
    message = _("This person is already referred and waits for an answer.")
    way_out = _("Record the result first.")


class UnderAge(Refusal):
    message = _("Nobody under 16 may be sent to a fair for work.")
    way_out = _("Tell the family about schooling; the township can help.")


class UnknownCode(Refusal):
    message = _("No one at this fair has this code.")
    way_out = _("Ask for the phone's last four digits, or register the person at the door.")


class SeveralPeople(Refusal):
    message = _("Several people fit these digits.")
    way_out = _("Type the six-digit code from the slip or the SMS.")


class NotOpenYet(Refusal):
    message = _("The fair has not started: nobody can check in.")
    way_out = _("Start the fair first.")


class NotCheckedIn(Refusal):
    message = _("This person has not checked in.")
    way_out = _("Check them in first: a result needs a meeting.")


class ReasonMissing(Refusal):
    message = _("Say why it did not match.")
    way_out = _("Choose the reason closest to what was said.")


class ResultAlreadyThere(Refusal):
    message = _("The result is already recorded.")
    way_out = _("Open the case to see what happened.")


class StartDateMissing(Refusal):
    message = _("Hired needs the post and the day the person starts.")
    way_out = _("Without a start date, record it as an intent.")
