"""How the timeline of a case reads a trip's lines."""

from django.utils.translation import gettext_lazy as _

from transport.choices import Absence, ReleaseReason
from workers.journal.words import label, moment, register

register(
    {
        "seat_booked": ("armchair", _("Seat {seat} booked on {trip}, {title}, leaving {departs_at}.")),
        "seat_confirmed": ("circle-check", _("Says they will come: seat {seat} on {trip}.")),
        "seat_moved": ("switch-horizontal", _("Moved from seat {before} to seat {seat} on {trip}.")),
        "stop_changed": ("map-pin", _("Gets on {trip} at {place}, no longer at {before}.")),
        "seat_released": ("armchair-off", _("Seat {seat} on {trip} given up: {because}.")),
        "boarded": ("bus", _("Boarded {trip} at {place}, seat {seat}.")),
        "boarding_undone": ("arrow-back-up", _("Boarding of {trip} taken back.")),
        "trip_missed": ("user-off", _("Was not there for {trip} at {place}.")),
        "trip_miss_undone": ("arrow-back-up", _("Was there for {trip} after all.")),
        "absence_noted": ("phone", _("Not aboard {trip}: {answer}.")),
        "departure_undone": ("arrow-back-up", _("{trip} has not left after all; the seat {seat} is theirs again.")),
        "arrival_confirmed": ("map-pin-check", _("Arrived with {trip} at {dropoff}.")),
        "arrival_undone": ("arrow-back-up", _("Has not arrived with {trip} after all.")),
        "standby_joined": ("hourglass", _("On the standby list of {trip}, {title}.")),
        "standby_left": ("hourglass-off", _("No longer on the standby list of {trip}.")),
    },
    values={"departs_at": moment, "because": label(ReleaseReason), "answer": label(Absence)},
)
