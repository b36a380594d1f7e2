from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal


class NotAllowed(Refusal):
    """The person may see the row but not do this with it: HTTP 403. A row outside their area is a 404 instead."""

    message = _("Your role does not include this.")
    way_out = _("Ask a colleague whose role includes it, or your supervisor.")


class NotForAll(NotAllowed):
    """The role is held, but not in all of the area served."""

    message = _("This holds for the whole city, and your posting is for a part of it.")
    way_out = _("Ask an administrator whose posting covers the whole city.")


class UsersAreNotDeleted(Refusal):
    message = _("Users are never deleted: the record of what they did must keep their name.")
    way_out = _("Deactivate the user instead.")


class UsernameTaken(Refusal):
    message = _("Somebody has this user name already.")
    way_out = _("Choose another one, such as with the last digits of the phone.")


class AccountIsClosed(Refusal):
    message = _("This account is closed.")
    way_out = _("Reopen it first.")


class NobodyTakesOver(Refusal):
    """`left` is what has nobody, in words."""

    message = _("Nobody serves there who could take over: %(left)s.")
    way_out = _("Give a colleague a posting there first, or choose one whose area covers it.")

    def __init__(self, left: list[str]):
        self.left = left
        super().__init__(self.message % {"left": " · ".join(left)})


class RoleNotThere(Refusal):
    message = _("This role is not held in such a place.")
    way_out = _("A village cadre serves a village, a township cadre a township: choose it under “Look under”.")


class PostingOverlaps(Refusal):
    message = _("This person already holds this role in this area at that time.")
    way_out = _("End the other posting first, or choose other dates.")


class RolesKeptApart(Refusal):
    """Held at once, in areas of which one holds the other."""

    message = _("Nobody is auditor and administrator of the same area at the same time.")
    way_out = _("Who watches what administrators do is somebody else. End the other posting first.")


class StartsTooFarAway(Refusal):
    message = _("A posting begins within a year of today, before or after.")
    way_out = _("Look at the year of the first day again.")


class PostingEndsBeforeItStarts(Refusal):
    message = _("The last day lies before the first day.")


class NotYoursToGive(NotAllowed):
    message = _("This role, or this place, is not yours to give or to take.")
    way_out = _("Ask a supervisor or an administrator whose area it lies in.")


class NotOneself(Refusal):
    message = _("Nobody changes their own postings or closes their own account.")
    way_out = _("Ask a colleague who may, or your administrator.")


class PostingIsOver(Refusal):
    message = _("This posting is over already.")
    way_out = _("Give the role anew if it goes on.")


class WrongCode(Refusal):
    message = _("This code does not fit.")
    way_out = _("Type the six digits that the app shows now. The phone's clock must be right.")


class CodeUsed(Refusal):
    """It fits, and was taken before."""

    message = _("This code has been used already.")
    way_out = _("Wait until the app shows the next one, at most half a minute.")


class WrongRecoveryCode(Refusal):
    """Unknown, or used before: which of the two is nobody's business."""

    message = _("This recovery code does not fit, or was used before.")
    way_out = _("Take another one from your list. When none is left, your administrator resets it.")


class CodesPaused(Refusal):
    """After wrong codes, for a time that doubles with each."""

    message = _("Too many wrong codes. Try again at %(clock)s.")
    way_out = _("In a hurry? A supervisor or administrator lets you try again at once.")


class NotAsked(Refusal):
    message = _("You are not asked about a sign-in any more.")


class FactorIsOn(Refusal):
    message = _("The code at sign-in is set up already.")
    way_out = _("For another phone, turn it off first.")


class FactorIsOff(Refusal):
    message = _("The code at sign-in is not set up.")


class WrongPassword(Refusal):
    message = _("This is not your password.")
