"""Every "no" of this app, in words fit for a cadre at a desk or an organiser at a door."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Busy, Refusal


class FairClosed(Refusal):
    message = _("This fair takes no more people.")
    way_out = _("Choose another fair, or introduce the person to an employer directly.")


class FairMovedOn(Refusal):
    message = _("Somebody has already changed this fair.")
    way_out = _("Open the page again and look at its state.")


class FairBusy(Busy):
    message = _("Somebody else is changing this fair right now.")


class FairOver(Refusal):
    message = _("The time of this fair has passed.")
    way_out = _("Change its time first, or plan another fair.")


class TooEarlyToStart(Refusal):
    message = _("The doors open on the day of the fair.")
    way_out = _("If the day has changed, change it on the fair first: everyone invited is told.")


class NotBegun(Refusal):
    message = _("This fair has not begun: nobody could have come yet.")
    way_out = _("If it does not take place, cancel it: everyone invited is told and goes back to their cadre.")


class PeopleMayStillCome(Refusal):
    message = _("The fair is not over by its time, and people who were invited may still come.")
    way_out = _("Wait until it ends, or say that you know and close all the same.")


class PeopleInside(Refusal):
    message = _("There are people in the hall.")
    way_out = _("Close the doors instead, or say that you know and cancel all the same.")


class LicenceMissing(Refusal):
    message = _("A fair for 1,000 people or more needs a police licence, applied for 20 days ahead.")
    way_out = _("Enter the licence, or plan for fewer than 1,000 people.")


class CrowdWithoutLicence(Refusal):
    message = _("With them 1,000 people or more are on the list, and no police licence was asked for in time.")
    way_out = _("Send fewer people, or enter the licence on the fair first.")


class AppliedInFuture(Refusal):
    message = _("The day of the application has not come yet.")
    way_out = _("Enter it once the application has been handed in.")


class NoBooths(Refusal):
    message = _("No employer offers a post at this fair yet.")
    way_out = _("Add a booth and its posts first.")


class BoothTaken(Refusal):
    message = _("This booth number or employer is already at the fair.")
    way_out = _("Choose a free number, or look for the employer in the list.")


class BoothInUse(Refusal):
    message = _("Workers have been sent to this booth.")
    way_out = _("Leave it standing: their slips name it.")


class PostOfAnotherEmployer(Refusal):
    message = _("This post belongs to another employer.")
    way_out = _("Choose a post of the employer at this booth.")


class MorePostsThanOpen(Refusal):
    message = _("A fair never promises more posts than are open.")
    way_out = _("Ask for fewer people here, or raise the number of people wanted on the post itself.")


class LinkExpired(Refusal):
    message = _("This link does not lead anywhere any more.")
    way_out = _("Ask the organiser of the fair for a new one.")


class FairCalledOff(LinkExpired):
    message = _("This fair is cancelled: you need not come.")
    way_out = _("The organiser knows of the next one.")


class MorePostsThanEntered(MorePostsThanOpen):
    way_out = _("Tell the organiser that you look for more people, and enter no more than that here for now.")


class WhoComesMissing(Refusal):
    message = _("Say who comes to the fair.")


class BatchOver(Refusal):
    message = _("The doors are open, or the fair is over: this cannot be taken back any more.")
    way_out = _("Take single people off in their case.")


class NotServed(Refusal):
    message = _("This fair is for the people of another area.")
    way_out = _("Choose a fair held where the person lives.")


class NotContactedYet(Refusal):
    message = _("Nobody has spoken to this person yet.")
    way_out = _("The cadre records a talk first, then the person can be referred.")


class AlreadyReferred(Refusal):
    message = _("This person is already recommended somewhere and waits for an answer.")
    way_out = _("Record the result first.")


class HasAJob(Refusal):
    message = _("This person is not looking for work: the case has a job, or has ended.")
    way_out = _("Open the case to see where it stands.")


class CaseHasEnded(Refusal):
    message = _("This person's case has ended.")
    way_out = _("If they look for work again, their cadre reopens the case first; then register them here.")


class WasHere(Refusal):
    message = _("This person has already been at this fair, and the result is recorded.")
    way_out = _("Introduce the person to an employer directly, or choose another fair.")


class TooManyWishes(Refusal):
    message = _("A worker can wish for at most three posts.")
    way_out = _("Take one away.")


class EmployerStaysAway(Refusal):
    message = _("This employer has said that it cannot come to the fair.")
    way_out = _("Choose a post of an employer who comes.")


class NotAtThisFair(Refusal):
    message = _("This post is not offered at this fair.")
    way_out = _("Choose a post from the fair's list.")


class UnknownCode(Refusal):
    message = _("Nobody on this fair's list fits.")
    way_out = _("Ask for the six-digit code, the phone's last four digits or the name.")


class AnotherFair(UnknownCode):
    message = _("This slip is for another fair.")
    way_out = _("Look for the person by name; they can be registered at the door.")


class SeveralPeople(Refusal):
    message = _("Several people on the list fit.")
    way_out = _("Choose the right one.")


class NotOpenYet(Refusal):
    message = _("The doors are not open: nobody can check in.")
    way_out = _("Open the doors on the fair's page first.")


class NotCheckedIn(Refusal):
    message = _("This person has not checked in.")
    way_out = _("Check them in first: a result needs a meeting.")


class OffTheList(Refusal):
    message = _("This person is no longer on the fair's list.")
    way_out = _("Open the case to see where it stands.")


class ResultAlreadyThere(Refusal):
    message = _("The result is already recorded.")
    way_out = _("Open the case to see what happened.")


class PostMissing(Refusal):
    message = _("Say which post was talked about.")
    way_out = _("Choose it from the posts of this fair.")


class MoreHiredThanPromised(Refusal):
    """Nothing is wrong with it, unless it is a slip of the pen: `promised` posts, `hired` people before this one."""

    message = _("The employer promised %(promised)s of these posts here and has hired %(hired)s already.")
    way_out = _("If it hires one more, tick that below and save again.")

    def __init__(self, *, promised: int, hired: int):
        super().__init__(self.message % {"promised": promised, "hired": hired})


class StartDateMissing(Refusal):
    message = _("Hired needs the post and the day the person starts.")
    way_out = _("Without a start date, record it as an intent.")


class StartsBeforeFair(Refusal):
    message = _("The first day of work lies before the fair.")
    way_out = _("Correct the day. Who had the job before did not find it here.")


class CalledJustNow(Refusal):
    message = _("Those who are missing were texted less than an hour ago.")
    way_out = _("Give them time to come; then press again.")
