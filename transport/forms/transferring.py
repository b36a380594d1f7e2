"""People who change to another trip, and trips that are copied."""

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.fields import PlaceField
from kit.fields import DayField, OnceField
from kit.filters import FilterForm
from transport.forms.fields import IN_TIME, PlannedField
from transport.forms.reasons import ReasonsForm, ReasonsOfEachForm
from transport.models import Booking, Stop, Trip
from workers.forms.fields import WorkerRemarkField


class StandbyMoveForm(ReasonsForm):
    trip = forms.ModelChoiceField(queryset=Trip.objects.none())

    def __init__(self, *args, trips, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trip"].queryset = trips


class CopyForm(forms.Form):
    once = OnceField()
    day = DayField(label=_("On which day?"), validators=IN_TIME)


class TransferForm(ReasonsOfEachForm):
    """Who changes to which trip. No trip means a second vehicle like this one, which leaves at `departs_at`.

    From a trip on the road people change where that one `stands_at`: a second vehicle has to know; another trip comes
    by at `meets_at`, or they get on at one of its own stops.
    """

    once = OnceField()
    target = forms.ModelChoiceField(
        label=_("To which trip?"), queryset=Trip.objects.none(), required=False, empty_label=None
    )
    departs_at = PlannedField(label=_("When does the second vehicle leave?"), required=False)
    stands_at = forms.CharField(
        label=_("Where does the vehicle stand? They get on there."), max_length=60, required=False
    )
    meets_at = PlannedField(label=_("When does the other vehicle come there?"), required=False)
    bookings = forms.ModelMultipleChoiceField(
        label=_("Who changes?"),
        queryset=Booking.objects.none(),
        error_messages={"required": _("Tick at least one person.")},
    )
    pickup = forms.ModelChoiceField(
        label=_("All get on at"),
        queryset=Stop.objects.none(),
        required=False,
        empty_label=_("each at the stop that suits them"),
    )
    cancel_because = WorkerRemarkField(label=_("If nobody is left, cancel this trip, because"), max_length=200)

    def __init__(self, *args, trips, trip, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_on_the_road = not trip.has_not_left
        self.fields["target"].queryset = trips
        self.fields["bookings"].queryset = trip.bookings.all()
        self.fields["pickup"].queryset = Stop.objects.pickups().filter(trip__in=trips)

    def clean(self):
        entered = super().clean()
        if "target" not in self.data:  # what was chosen is no longer among the trips shown; "" is a second vehicle
            self.add_error("target", _("Choose a trip."))
        target, pickup = entered.get("target"), entered.get("pickup")
        if self.data.get("target") == "" and self.is_on_the_road and not entered.get("stands_at"):
            self.add_error("stands_at", _("Say where the vehicle stands: people cannot go back to their stops."))
        if pickup and (target is None or pickup.trip_id != target.pk):
            entered["pickup"] = pickup = None  # a stop of another trip was chosen before this one
        if target and self.is_on_the_road:
            self._clean_meeting(entered, pickup)
        return entered

    def _clean_meeting(self, entered: dict, pickup: Stop | None) -> None:
        """Place and hour, or neither and a stop of the other trip."""
        place, hour = entered.get("stands_at"), entered.get("meets_at")
        if place and pickup:
            self.add_error("stands_at", _("Choose one: where the vehicle stands, or a stop of the other trip."))
        elif place and not hour and "meets_at" not in self.errors:
            self.add_error("meets_at", _("Say when: everybody is told in the text."))
        elif hour and not place:
            self.add_error("stands_at", _("Say where the two vehicles meet."))


class TransferFilter(FilterForm):
    """Which trips people may change to are shown; `merge`: those with room for everybody, after which this one ends."""

    names = {"destination": "to"}

    day = DayField(required=False, validators=IN_TIME)
    destination = PlaceField(required=False)
    merge = forms.BooleanField(required=False, widget=forms.HiddenInput)
