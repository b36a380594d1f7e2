"""What the register says no to. Each names the rule and the way out, and nothing about anybody else."""

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal
from workers.rules.idnumbers import InvalidIdNumber
from workers.rules.names import NameMissing, NotAName
from workers.rules.phones import InvalidPhone

__all__ = [
    "DuplicateIdNumber",
    "HasAnotherIdNumber",
    "IdDoesNotMatch",
    "InvalidIdNumber",
    "InvalidPhone",
    "NameMissing",
    "NotAName",
    "NotOverAge",
    "NotUnderOneRoof",
    "NotYetHappened",
    "NothingSaid",
    "OutdatedIdNumber",
    "OutsideYourArea",
    "TagNotSet",
    "UnderAge",
]


class DuplicateIdNumber(Refusal):
    """`worker` is the one who has the number: show a link only to someone who may see that record."""

    message = _("This ID number is already on the register.")
    way_out = _("Look at the number again. If it is right, ask your township office: the record may be elsewhere.")

    def __init__(self, worker=None):
        self.worker = worker
        super().__init__()


class HasAnotherIdNumber(Refusal):
    message = _("This record has another ID number by now.")
    way_out = _("Compare both numbers with the card. If they are two people, register the second one separately.")


class UnderAge(Refusal):
    message = _("Under 16: the law does not allow registration for work.")
    way_out = _("Check the birth date. A child who is working must be reported to the labour inspectorate, 12333.")


class NotOverAge(Refusal):
    message = _("At %(age)d nobody is over working age.")
    way_out = _("Choose what is really so. If the birth date is wrong, have the record put right first.")

    def __init__(self, age: int):
        super().__init__(self.message % {"age": age})


class NotUnderOneRoof(Refusal):
    message = _("They do not live in one village.")
    way_out = _("Put right first where each of them lives, then say that they are one household.")


class OutdatedIdNumber(InvalidIdNumber):
    message = _("ID numbers of 15 digits are no longer valid.")
    way_out = _("Copy the 18 characters from the current card, or leave the number empty until the card is at hand.")


class NotYetHappened(Refusal):
    message = _("This lies in the future.")
    way_out = _("Enter when it happened, not when it is expected.")


class OutsideYourArea(Refusal):
    message = _("This place is outside your area.")
    way_out = _("Choose a village in your area, or ask the township the person lives in to register them.")


class IdDoesNotMatch(Refusal):
    message = _("Sex or birth date differ from what the ID number says.")
    way_out = _("Check the number against the card, or leave sex and birth date as the number gives them.")


class NothingSaid(Refusal):
    message = _("Sex and birth date are needed when there is no ID number.")


class TagNotSet(Refusal):
    message = _("The worker does not have this tag.")


class SameNumberAgain(Refusal):
    message = _("This is the very number that was wrong.")
    way_out = _("Ask once more, or leave the new number empty.")
