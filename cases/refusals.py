"""Every "no" of this app, in words fit for a cadre."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from kit import dates
from kit.refusals import Busy, Refusal


class WrongAnswer(Refusal):
    """Put right on the form itself: no other page helps."""

    is_put_right_here = True


class CaseMovedOn(Refusal):
    message = _("Someone else has already moved this case on.")
    way_out = _("Open the case again to see where it stands.")


class CaseEnded(CaseMovedOn):
    message = _("This case has ended.")
    way_out = _("Reopen it if there is more to do.")


class AnotherCaseIsOpen(Refusal):
    message = _("This worker already has another case open.")
    way_out = _("Find the worker and go on with that case.")


class NewerCaseExists(Refusal):
    message = _("This worker has a newer case.")
    way_out = _("Find the worker and take up the newer one.")


class CaseBusy(Busy):
    message = _("Somebody else is saving this case right now.")


class NotYet(Refusal):
    message = _("It is too early for this step.")
    way_out = _("Do the step before it first.")


class AnswerBeforeItsDay(WrongAnswer):
    """Of a follow-up: who works still is asked on that day, and not before."""

    message = _("This answer can be recorded from %(day)s.")
    way_out = _("If they left or have trouble with wages, choose that; it can be recorded at any time.")

    def __init__(self, due_on: date):
        super().__init__(self.message % {"day": dates.day(due_on)})


class NotUnder16(WrongAnswer):
    message = _("At %(age)d nobody is under 16.")
    way_out = _("Choose what is really so. If the birth date is wrong, have the record put right first.")

    def __init__(self, age: int):
        super().__init__(self.message % {"age": age})


class HappenedInTheFuture(WrongAnswer):
    message = _("The time you gave is still to come.")
    way_out = _("Enter when it really happened.")


class HappenedBeforeOpening(WrongAnswer):
    message = _("The time you gave lies before this case was opened.")
    way_out = _("Check the date. Older talks belong in the note.")


class OutcomeDoesNotFit(WrongAnswer):
    message = _("This outcome does not go with the way of contact.")
    way_out = _("Choose an outcome of a call for a call, and of a visit for a visit.")


class NextAttemptInThePast(WrongAnswer):
    message = _("The next attempt must lie ahead.")
    way_out = _("Choose a later time, or leave the suggested one.")


class NextAttemptTooLate(WrongAnswer):
    message = _("The next attempt lies beyond the time limit.")
    way_out = _("Choose an earlier day, or say why it has to wait. Your supervisor sees the reason.")


class NumberChangedSince(Refusal):
    message = _("The number on record was changed meanwhile.")
    way_out = _("Close this sheet, open it again and call the new number.")


class ReaskDateNeeded(WrongAnswer):
    message = _("Not willing needs a reason and a day to ask again.")
    way_out = _("Choose the day on which you will ask again.")


class EvidenceMissing(WrongAnswer):
    message = _("A placement needs its first day at work.")
    way_out = _("Ask for the date and enter it.")


class UndoTooLate(Refusal):
    message = _("An entry can be undone until midnight of the day it was made.")
    way_out = _("Record a new entry that says what is true.")


class UndoOvertaken(UndoTooLate):
    message = _("Something else has happened to this case since, so the entry cannot be undone.")


class FollowedUpSince(UndoOvertaken):
    message = _("Somebody has asked since whether the job lasts, so it cannot be undone.")
    way_out = _("Take the follow-up back first, or record a new entry that says what is true.")


class UndoImpossible(UndoTooLate):
    message = _("This entry ended a placement and cannot be undone.")


class NotYourEntry(Refusal):
    message = _("Only the person who made the entry can undo it.")
    way_out = _("Ask them, or record a new entry that says what is true.")


class OwnerOutsideArea(Refusal):
    message = _("This person has no cadre's posting where the worker lives.")
    way_out = _("Choose somebody who works there.")


class FollowUpAlreadyDone(CaseMovedOn):
    message = _("This follow-up has already been recorded.")


class DayIsOver(Refusal):
    """What holds from a day on is set ahead, so that nobody is late all of a sudden."""

    message = _("%(day)s is not ahead.")
    way_out = _("Choose a day from tomorrow on.")

    def __init__(self, day: date):
        super().__init__(self.message % {"day": dates.day(day)})


class DayTooFar(Refusal):
    message = _("%(day)s is more than two years from now.")
    way_out = _("Choose a day within two years.")

    def __init__(self, day: date):
        super().__init__(self.message % {"day": dates.day(day)})


class LastDayBeforeFirst(WrongAnswer):
    message = _("The last day is before the first.")
    way_out = _("Put the earlier day first.")


class TooManyDays(WrongAnswer):
    message = _("These are %(n)d days; no holiday is longer than %(most)d.")
    way_out = _("Look at both days again, or enter them in parts.")

    def __init__(self, n: int, most: int):
        super().__init__(self.message % {"n": n, "most": most})


class HoldsAlready(Refusal):
    message = _("This time limit holds already.")
    way_out = _("Plan another change; what was reckoned stays as it was.")


class LimitTooLong(WrongAnswer):
    message = _("Nobody waits longer than %(most)d days for a step.")
    way_out = _("Allow less time.")

    def __init__(self, most: int):
        super().__init__(self.message % {"most": most})


class FarFromNow(WrongAnswer):
    """Terms that may be meant and are rarely: what they come to is said, and asked once more."""

    message = _("This is far from what holds now. Nothing is set yet.")
    way_out = _("Read what it would come to, and tick that it is meant.")

    def __init__(self, oddities: list):
        super().__init__()
        self.oddities = oddities


class ChangeIsPlanned(Refusal):
    message = _("Another change of this time limit is planned already.")
    way_out = _("Withdraw that one first.")


class DayIsSetAlready(Refusal):
    message = _("One of these days is in the list already.")
    way_out = _("Take it back first, or choose other days.")

    def __init__(self, day: date | None = None, name: str = ""):
        words = _("%(day)s is in the list already: %(name)s.")
        super().__init__(words % {"day": dates.day(day), "name": name} if day else None)


class WorkedAnyway(Refusal):
    message = _("Mondays to Fridays are worked anyway.")
    way_out = _("A make-up day is a Saturday or a Sunday.")


class TooManyFilters(Refusal):
    message = _("You have twelve saved views.")
    way_out = _("Remove one first.")
