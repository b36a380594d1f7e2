"""People who change to another trip, and trips that are copied."""

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.fields import PlaceField
from kit.fields import DayField, OnceField
from kit.filters import FilterForm
from transport.forms.fields import IN_TIME, PlannedField
from transport.forms.reasons import ReasonsForm
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


class TransferForm(ReasonsForm):
    """Who changes to which trip. No trip means a second vehicle like this one, which leaves at `departs_at`.

    One for a trip that is on the road has to know where that one `stands_at`.
    """

    once = OnceField()
    target = forms.ModelChoiceField(
        label=_("To which trip?"), queryset=Trip.objects.none(), required=False, empty_label=None
    )
    departs_at = PlannedField(label=_("When does the second vehicle leave?"), required=False)
    stands_at = forms.CharField(
        label=_("Where does the vehicle stand? They get on there."), max_length=60, required=False
    )
    bookings = forms.ModelMultipleChoiceField(label=_("Who changes?"), queryset=Booking.objects.none())
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
            entered["pickup"] = None  # a stop of another trip was chosen before this one
        return entered


class TransferFilter(FilterForm):
    """Which trips people may change to are shown; `merge`: those with room for everybody, after which this one ends."""

    names = {"destination": "to"}

    day = DayField(required=False, validators=IN_TIME)
    destination = PlaceField(required=False)
    merge = forms.BooleanField(required=False, widget=forms.HiddenInput)
