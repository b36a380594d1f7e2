"""The fixed words of a trip. The stored strings never change."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    BUS = "bus", pgettext_lazy("trip", "Charter bus")
    TRAIN = "train", pgettext_lazy("trip", "Charter train")
    PLANE = "plane", pgettext_lazy("trip", "Charter plane")


class TripState(TextChoices):
    PLANNED = "planned", pgettext_lazy("trip", "Planned")
    OPEN = "open", pgettext_lazy("trip", "Taking bookings")
    BOARDING = "boarding", pgettext_lazy("trip", "Boarding")
    DEPARTED = "departed", pgettext_lazy("trip", "On the road")
    ARRIVED = "arrived", pgettext_lazy("trip", "Arrived")
    CANCELLED = "cancelled", pgettext_lazy("trip", "Cancelled")


BOOKABLE = (TripState.OPEN, TripState.BOARDING)
NOT_YET_LEFT = (TripState.PLANNED, TripState.OPEN, TripState.BOARDING)
UNDER_WAY = (TripState.DEPARTED, TripState.ARRIVED)


class BookingState(TextChoices):
    RESERVED = "held", pgettext_lazy("seat", "To be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("seat", "Confirmed")
    BOARDED = "boarded", pgettext_lazy("seat", "Aboard")
    NO_SHOW = "no_show", pgettext_lazy("seat", "Not there")
    RELEASED = "released", pgettext_lazy("seat", "Released")
    ARRIVED = "arrived", pgettext_lazy("seat", "Arrived")


AWAITED = (BookingState.RESERVED, BookingState.CONFIRMED)


class Absence(TextChoices):
    """What was heard of somebody who is not aboard when the vehicle is about to leave."""

    ON_THE_WAY = "on_the_way", pgettext_lazy("passenger", "On the way")
    NOT_COMING = "not_coming", pgettext_lazy("passenger", "Not coming")
    NO_ANSWER = "no_answer", pgettext_lazy("passenger", "Called, no answer")


class ReleaseReason(TextChoices):
    ASKED = "asked", _("Does not travel with us")
    NO_SHOW = "no_show", _("Missed the departure")
    TRIP_CANCELLED = "trip_cancelled", _("The trip was cancelled")
    CASE_MOVED_ON = "case_moved_on", _("The placement came to nothing")
    OTHER_TRIP = "other_trip", _("Moved to another trip")
    LEFT_EARLY = "left_early", _("The vehicle left before their stop gathered")


LEFT_BEHIND = (ReleaseReason.NO_SHOW, ReleaseReason.LEFT_EARLY)


class StopKind(TextChoices):
    PICKUP = "pickup", _("Pick-up")
    DROPOFF = "dropoff", _("Drop-off")
