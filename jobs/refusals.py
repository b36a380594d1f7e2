"""Every "no" of this app, in words fit for a cadre."""

from django.utils.translation import gettext_lazy as _

from kit import dates
from kit.refusals import Refusal


class UnderAge(Refusal):
    message = _("Under 16: the law forbids recommending or placing this person.")
    way_out = _("Check the birth date. A child at work must be reported to the labour inspectorate, 12333.")


class TooYoungForVacancy(Refusal):
    message = _("People of 16 and 17 may only take a post that is marked as suiting them and has no night shifts.")
    way_out = _("Choose a post that suits minors, and speak to the guardian.")


class OutsideAgeLimits(Refusal):
    message = _("The employer asks for another age.")
    way_out = _("Choose another post, or ask the employer to widen the age limits.")


class VacancyFull(Refusal):
    message = _("Every opening of this post is taken.")
    way_out = _("Choose another post, or ask the employer whether more people are wanted.")


class VacancyClosed(Refusal):
    message = _("This post no longer takes applications.")
    way_out = _("Choose another post.")


class EmployerHeld(Refusal):
    message = _("This employer is on hold, and so are its posts.")
    way_out = _("Choose another employer. An officer can lift the hold once the matter is cleared.")


class LetterValidAlready(Refusal):
    """`letter` is the one that is valid."""

    message = _("There is a valid letter for this job already: %(serial)s, until %(day)s.")
    way_out = _("Print that one again, or revoke it first if it is lost or wrong.")

    def __init__(self, letter):
        self.letter = letter
        super().__init__(self.message % {"serial": letter.serial, "day": dates.day(letter.valid_until)})


class VacancyOfAnotherEmployer(Refusal):
    message = _("This post belongs to another employer.")
    way_out = _("Choose the post again, or leave it empty.")


class EvidenceMissing(Refusal):
    message = _("A placement needs its first day, employer, place and one kind of evidence.")
    way_out = _("Choose how you know it.")


class WordWithoutName(EvidenceMissing):
    message = _("Whose word is it?")
    way_out = _("Write the name of the person who confirmed it.")


class PhotoMissing(EvidenceMissing):
    message = _("The photo of the contract is missing.")
    way_out = _("Take the photo, or choose another kind of evidence.")


class WageRecordMissing(EvidenceMissing):
    message = _("The wage record is missing.")
    way_out = _("Attach it, or write what it says.")


class StartDateUnlikely(Refusal):
    message = _("The first day of work lies too far away to be right.")
    way_out = _("It may lie at most 30 days before the case began and 90 days ahead.")


class EndDateUnlikely(Refusal):
    message = _("The last day of work lies between the first day and today. Who never began: choose Never started.")
    way_out = _("Correct the day, or the reason.")


class NotInReach(Refusal):
    message = _("This case is not at a step where a job can be recommended.")
    way_out = _("Record a talk with the worker first, or open the case to see where it stands.")


class IntroductionDecided(Refusal):
    message = _("The result of this introduction is already recorded.")
    way_out = _("Open the case again to see where it stands.")


class PlacementEnded(Refusal):
    message = _("This placement has already ended.")
    way_out = _("Open the case again to see where it stands.")


class LetterRevoked(Refusal):
    message = _("This letter is revoked and can no longer be printed or answered.")
    way_out = _("Issue a new letter.")


class NotPrintedYet(Refusal):
    message = _("This letter has not been printed yet.")
    way_out = _("Press Print on the page of the letter, so that the print is counted.")


class ReceiptRecorded(Refusal):
    message = _("The receipt of this letter is already recorded.")
    way_out = _("Open the letter again to see what it says.")


class HeadcountBelowFilled(Refusal):
    message = _("More people than that have already been placed on this post.")
    way_out = _("Enter at least the number already placed, or close the post.")


class CreditCodeTaken(Refusal):
    message = _("Another employer already has this credit code.")
    way_out = _("Look for it in the list of employers, or check the code.")


class LetterOnIt(Refusal):
    message = _("A letter has been issued on this.")
    way_out = _("Take the letter back or revoke it first.")


class SaidByReceipt(Refusal):
    message = _("The receipt of a letter says this.")
    way_out = _("Take the receipt back, on the page of the letter.")


class LetterIsOut(Refusal):
    message = _("This letter has been printed or answered.")
    way_out = _("Revoke it, and say why.")
