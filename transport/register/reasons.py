"""Why a trip puts a case on a cadre's list."""

from django.utils.translation import gettext_lazy as _

from cases.reasons import StepWords, register, register_steps

register(
    {
        "seat_booked": _("Has a seat on {trip}. Gathers: {gather_at}, {place}"),
        "seat_released": _("The seat on {trip} was given up, please ask how they travel"),
        "seat_gone": _("The seat on {trip} that was given up has gone, please arrange another"),
        "seat_given": _("Got a seat on {trip} that came free and may not know, please tell them now"),
        "cannot_travel": _("Says by text that they cannot come on {trip}, please call"),
        "missed_stop": _("Was not at the stop of {trip}, please call now"),
        "missed_bus": _("Missed {trip}, please arrange another seat"),
        "missed_on_the_way": _("Was on the way when {trip} left, please arrange another seat now"),
        "missed_not_coming": _("Did not come to {trip} and had said so, please ask how they travel"),
        "missed_no_answer": _("Missed {trip} and did not answer the phone, please find out what happened"),
        "left_early": _("{trip} left before their stop gathered, please arrange another seat now"),
        "trip_cancelled": _("{trip} was cancelled, please arrange another seat"),
        "no_seat_came_free": _("No seat came free on {trip}, please arrange another"),
        "arrival_not_confirmed": _("Nobody has heard whether they arrived with {trip}, please ask"),
        "stop_questioned": _("Has moved: please ask whether {place} is still the right stop for {trip}"),
        "minor_alone": _("Would travel through the night on {trip} without an adult, please look"),
    }
)
# a seat is booked, so there is none to arrange
register_steps(
    {
        "seat_booked": StepWords(
            _("Seat booked"),
            _("See the seat"),
            _("Nothing to do until the trip has left; who misses it comes back here."),
        ),
        "seat_given": StepWords(_("Tell them of the seat"), _("Tell them")),
        "cannot_travel": StepWords(_("Ask whether they come"), _("Ask them")),
        "missed_stop": StepWords(_("Find out where they are"), _("Call now")),
        "stop_questioned": StepWords(_("Ask about the stop"), _("See the stop")),
        "minor_alone": StepWords(_("Look at the journey"), _("See the seat")),
    }
)
