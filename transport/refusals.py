"""Every "no" of this app, in words fit for an organiser beside a bus."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kit.refusals import Busy, Refusal


class TripFull(Refusal):
    message = _("Every seat on this trip is taken.")
    way_out = _("Put the person on the standby list, or choose another trip.")


class AsksWhy(Refusal):
    """Not usual, and yes to who answers its `question`: the reason is kept with the booking and in the journal.

    A reason answers one refusal, by its code. The next one asks anew.
    """

    asks_why = True
    question = ""

    def unless(self, reasons: Mapping[str, str]) -> None:
        """Raised, unless its own question was answered."""
        if not reasons.get(self.code, "").strip():
            raise self


class CannotBeThereInTime(AsksWhy):
    message = _("From home nobody reaches a stop of this trip before it leaves.")
    way_out = _("Choose a later trip, or say where they are and why they can make it.")
    question = _("Where are they, and why can they make it?")


class StopPassed(Refusal):
    message = _("The vehicle has already left this stop.")
    way_out = _("Choose a stop that lies ahead of it.")


class ArrivesAfterStart(AsksWhy):
    message = _("This trip arrives after the job has begun.")
    way_out = _("Choose an earlier trip, or say what was agreed with the employer.")
    question = _("What was agreed with the employer?")


class StandbyFirst(AsksWhy):
    """`standby` is the first on the list."""

    message = _("Others wait for a seat on this trip, and they come first.")
    way_out = _("Put the person on the standby list, or say why they go before those who wait.")
    question = _("Why before those who wait?")

    def __init__(self, standby):
        self.standby = standby
        super().__init__()


class DoesNotGoThere(AsksWhy):
    message = _("This trip does not stop in the city of their work.")
    way_out = _("Choose a trip that goes there, or say who takes them on from the last stop.")
    question = _("Who takes them on from the last stop?")


ASKING = (CannotBeThereInTime, ArrivesAfterStart, StandbyFirst, DoesNotGoThere)
"""Every refusal that a reason overrules."""


class SameTrip(Refusal):
    message = _("They are on this trip already.")
    way_out = _("Choose another trip.")


class TripNotOpen(Refusal):
    message = _("This trip does not take bookings.")
    way_out = _("Choose a trip that is taking bookings.")


class CannotLead(Refusal):
    message = _("%(name)s does not serve where this trip is run, or may not see whole ID numbers there.")
    way_out = _("Choose a cadre of a township, a supervisor or an organiser of the place as leader or deputy.")

    def __init__(self, name: str):
        super().__init__(self.message % {"name": name})


class TripHasLeft(Refusal):
    message = _("This trip has left or was cancelled, so nothing about its seats can change.")
    way_out = _("For what happened on the way, use the arrivals page.")


class TripBusy(Busy):
    message = _("Somebody else is changing this trip right now.")


class TripMovedOn(Refusal):
    message = _("Someone else has already moved this trip on.")
    way_out = _("Open the trip again to see where it stands.")


class AlreadyBooked(Refusal):
    """`booking` is the one they have."""

    message = _("This person already has a seat on this trip.")
    way_out = _("Move them to another seat on the trip's page if they want a different one.")

    def __init__(self, booking):
        self.booking = booking
        super().__init__()


class TwoTripsAtOnce(Refusal):
    message = _("This person has a seat on another trip at that time.")
    way_out = _("Release the other seat first.")


class SeatElsewhere(Refusal):
    message = _("This person already has a seat on another trip.")
    way_out = _("Release the other seat first.")


class FormUsedForAnother(Refusal):
    message = _("This form was already used for somebody else.")
    way_out = _("Open the page again.")


class SeatTaken(Refusal):
    message = _("Somebody else has this seat.")
    way_out = _("Choose a free seat, or swap the two.")


class NoSuchSeat(Refusal):
    message = _("This trip has no such seat.")


class SeatReleased(Refusal):
    message = _("This seat was released.")
    way_out = _("If there is a free seat, book it for them; then they can board.")


class SitsInTheVehicle(Refusal):
    message = _("They are aboard already.")
    way_out = _("Take the boarding back first.")


class NotPlaced(Refusal):
    message = _("A seat is only for someone who has a job to go to.")
    way_out = _("Record the placement first. If they travel alone, say so on the case.")


class MinorAlone(Refusal):
    message = _("Someone of 16 or 17 may not travel through the night alone.")
    way_out = _("Book an adult of the household on the same trip first, or choose a trip by day.")


class StopNotOnTrip(Refusal):
    message = _("This trip does not stop there.")
    way_out = _("Choose one of the trip's stops.")


class WrongCode(Refusal):
    message = _("No passenger of this trip has this code.")
    way_out = _("Check the six digits and the trip on their text, or find them in the list.")


class TooEarlyToBoard(Refusal):
    message = _("Boarding begins 12 hours before the first stop gathers.")
    way_out = _("Check that you have the right trip.")


class StopNotGathered(Refusal):
    """`gather_at` is when the stop gathers."""

    message = _("Nobody is missing yet: their stop gathers later.")
    way_out = _("Mark somebody as not there once the stop has gathered.")

    def __init__(self, gather_at):
        self.gather_at = gather_at
        super().__init__()


class PeopleNotAskedAfter(Refusal):
    """`people` have a seat, are not aboard, and nobody has said why."""

    message = _("Some people are not aboard, and nobody has said why.")
    way_out = _("Ring each of them up and say what you heard.")

    def __init__(self, people):
        self.people = people
        super().__init__()


class LeavesBehind(Refusal):
    message = _("People are on their way, or their stop has not gathered yet.")
    way_out = _("Wait for them, or say why the vehicle cannot wait.")


class LeavesMinorAlone(Refusal):
    """`people` are aboard, and no adult of their household is."""

    message = _("Somebody of 16 or 17 would travel through the night without an adult of their household.")
    way_out = _("Wait for the adult, let the minor off, or say who looks after them.")

    def __init__(self, people):
        self.people = people
        super().__init__()


class TooLateToTakeBack(Refusal):
    message = _("A departure can be taken back for 15 minutes, and not after somebody has arrived.")
    way_out = _("Book another trip for whoever was left behind.")


class TripArrivalStands(Refusal):
    message = _("That the vehicle has arrived can be taken back for 15 minutes.")
    way_out = _("Who is not at the works yet is simply not confirmed.")


class ArrivalStands(Refusal):
    message = _("An arrival can be taken back on the day it was confirmed, and not after the case went on.")
    way_out = _("Enter on the page of the case what has become of them.")


class NobodyAboard(Refusal):
    message = _("Nobody is aboard.")
    way_out = _("Tick people off as they board, or cancel the trip.")


class DriversShort(Refusal):
    """The rule is in the message, the shortfall in `missing` (minutes)."""

    message = _("The drivers may not drive this far: at most 8 hours each in 24 hours.")
    way_out = _("Add a driver, have drivers relieved on the way, or park overnight.")

    def __init__(self, missing: int):
        self.missing = missing
        super().__init__()


class NotTravelling(Refusal):
    message = _("This person is not on the road with this trip.")
    way_out = _("Arrival is confirmed for people who boarded, after the trip has left.")


class ArrivedBeforeLeaving(Refusal):
    message = _("The arrival lies before the departure, or in the future.")
    way_out = _("Enter when they really arrived.")


class ArrivedTooEarly(Refusal):
    """`earliest` is the departure and the time at the wheel."""

    message = _("Nobody can be there this early, reckoned from the departure and the time at the wheel.")
    way_out = _("If it is so all the same, say how it came to be so early.")

    def __init__(self, earliest):
        self.earliest = earliest
        super().__init__()


class StopsMissing(Refusal):
    message = _("A trip needs at least one stop to get on and one to get off.")


class AboutStop(Refusal):
    """`stop` is the one to be put right, and `field` what of it: the form marks that."""

    field = "at"

    def __init__(self, stop, **words):
        self.stop = stop
        super().__init__(self.message % {"stop": stop.name, **words})


class StopsOutOfOrder(AboutStop):
    """Somebody would get off at `stop` before others get on."""

    message = _("“%(stop)s” is reached before people get on at “%(after)s”.")
    way_out = _("People get on first and off afterwards. Correct the time of one of the two.")

    def __init__(self, stop, after):
        super().__init__(stop, after=after.name)


class GathersTooLate(AboutStop):
    message = _("At “%(stop)s” people would gather after the vehicle has left.")
    way_out = _("They gather before it leaves, or when it does.")
    field = "gather_at"


class ArrivesBeforeLeaving(Refusal):
    message = _("The trip would arrive before it has left.")
    way_out = _("Correct the times of the stops.")


class LeavesBeforeItsStops(Refusal):
    message = _("The trip would leave before people get on at its last stop.")
    way_out = _("Correct the times of the stops.")


class LeavesInThePast(Refusal):
    message = _("A trip cannot leave at a time that has passed.")
    way_out = _("Choose a later day or time.")


class WrongCapacity(Refusal):
    message = _("The number of seats does not fit this vehicle.")


class NotABus(Refusal):
    message = _("Trains and aeroplanes do not have the seats of a coach, and a bus has no cars.")
    way_out = _("Choose cars or blocks for a train or an aeroplane, and a coach for a bus.")


class CarsUnclear(Refusal):
    message = _("No two cars may have the same name, and each has at least one place.")
    way_out = _("Write one car a line: its name, what it has, and how many places.")


class HasPassengers(Refusal):
    message = _("People have or had seats on it, so the vehicle and its seats cannot change.")
    way_out = _("Plan the other vehicle as a trip of its own and move the people there: who fits is shown first.")


class StopInUse(AboutStop):
    message = _("Seats were booked from or to “%(stop)s”, so this stop cannot be taken away.")
    way_out = _("Give it its name back. Its name, place and time may change: its people stay with it and get a text.")
    field = "name"


class NoLongerWaiting(Refusal):
    message = _("This person is no longer on the standby list.")
    way_out = _("Open the trip again to see where it stands.")


class SeatOnIt(Refusal):
    message = _("A seat has been booked on this job.")
    way_out = _("Give up the seat first.")
