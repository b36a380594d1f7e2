"""Seats: booked for a case, given on the map, moved, swapped; and the seat back to work."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from areas.fields import PlaceField
from cases.models import Case
from kit.fields import CountField, DayField, OnceField
from staff.roles import BOOKERS
from transport.forms.reasons import ReasonsForm
from transport.models import Booking, Stop, Trip
from transport.services import OldJob


class BookForm(ReasonsForm):
    """A cadre books for their own person, and for others of the household who travel along."""

    once = OnceField()
    trip = forms.ModelChoiceField(label=_("Which trip?"), queryset=Trip.objects.none(), widget=forms.RadioSelect)
    pickup = forms.ModelChoiceField(label=_("Gets on at"), queryset=Stop.objects.none(), required=False)
    luggage = CountField(label=_("Pieces of luggage"), min_value=0, max_value=9, initial=1, required=False)
    along = forms.ModelMultipleChoiceField(
        label=_("Who else of the household travels along?"),
        queryset=Case.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, trips, relatives, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trip"].queryset = trips
        self.fields["pickup"].queryset = Stop.objects.pickups().filter(trip__in=trips)
        self.fields["along"].queryset = relatives

    def clean(self):
        entered = super().clean()
        trip, pickup = entered.get("trip"), entered.get("pickup")
        if trip and pickup and pickup.trip_id != trip.pk:
            entered["pickup"] = None  # the question of another trip was answered before this one was chosen
        return entered


class GoBackDeed(TextChoices):
    """What its buttons do: a seat, a place on the standby list, the job without a trip, a look at the trips."""

    BOOK = "book"
    WAIT = "wait"
    LATER = "later"
    LOOK = "look"


class GoBackForm(ReasonsForm):
    """The job they had, and the trip that takes them there."""

    once = OnceField()
    employer_name = forms.CharField(label=_("Employer"), max_length=120)
    area = PlaceField(help_text=_("City or county, such as Yongkang in Zhejiang, or Jinsha."))
    wage = CountField(label=_("Monthly wage, yuan"), min_value=0, max_value=200_000, required=False)
    start_on = DayField(
        label=_("First day of work"), required=False, help_text=_("Empty means the day after they arrive.")
    )
    trip = forms.ModelChoiceField(
        Trip.objects.none(), label=_("Which trip?"), error_messages={"required": _("Choose a trip.")}
    )

    def __init__(self, *args, trips, deed: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trip"].queryset = trips
        self.deed = GoBackDeed(deed) if deed in GoBackDeed.values else GoBackDeed.BOOK
        if self.deed == GoBackDeed.LATER:
            self.fields["trip"].required = False
            self.fields["start_on"].required = True

    def ask_only_place(self) -> None:
        """Which trips go there is asked before the rest is filled in."""
        for name in self.errors.keys() - {"area"}:
            del self.errors[name]

    @property
    def job(self) -> OldJob:
        data = self.cleaned_data
        return OldJob(data["employer_name"], data["area"], data["wage"], data["start_on"])


class SeatForm(ReasonsForm):
    """A free seat for somebody who needs one; `together` are the people whose household was ticked too."""

    once = OnceField()
    case = forms.ModelChoiceField(label=_("Who?"), queryset=Case.objects.none())
    together = forms.ModelMultipleChoiceField(queryset=Case.objects.none(), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        cases = Case.objects.held_by(user, BOOKERS).select_related("worker")
        self.fields["case"].queryset = self.fields["together"].queryset = cases


class MoveForm(forms.Form):
    seat = forms.ModelChoiceField(label=_("To seat"), queryset=None)

    def __init__(self, *args, trip: Trip, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = trip.seats.all()


class ChoosePickupForm(forms.Form):
    pickup = forms.ModelChoiceField(label=_("Gets on at"), queryset=Stop.objects.none())

    def __init__(self, *args, trip: Trip, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pickup"].queryset = trip.stops.pickups()


class SwapForm(forms.Form):
    other = forms.ModelChoiceField(label=_("With"), queryset=Booking.objects.none())

    def __init__(self, *args, trip: Trip, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = Booking.objects.active().filter(trip=trip)
