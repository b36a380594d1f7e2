"""The day of the journey: boarding, drivers, leaving, cancelling, arriving."""

from django import forms
from django.utils.translation import gettext_lazy as _

from transport.choices import Absence
from transport.forms.fields import PlannedField
from transport.models import Booking
from workers.forms.fields import WorkerRemarkField


class CodeForm(forms.Form):
    """Six digits however they are typed: full-width, with spaces, or scanned from the ticket."""

    code = forms.CharField(label=_("Boarding code, six digits"), max_length=24)

    def clean_code(self):
        digits = "".join(str(int(sign)) for sign in self.cleaned_data["code"] if sign.isdecimal())
        if len(digits) != 6:
            raise forms.ValidationError(_("A boarding code has six digits."), code="six_digits")
        return digits


class DriverForm(forms.Form):
    name = forms.CharField(label=_("Name of the driver"), max_length=30)
    joins_at = forms.CharField(label=_("Joins at"), max_length=30, required=False)


class CancelForm(forms.Form):
    why = WorkerRemarkField(label=_("Why is the trip cancelled?"), max_length=200, required=True)


class DepartForm(forms.Form):
    """One question for each person who is not aboard, and one answer for all who have none: twenty people miss a
    train in the same way. The rule which must be answered is the service's.
    """

    rest = forms.ChoiceField(
        label=_("Everybody else, of whom nothing is said above"),
        choices=[("", _("asked one by one")), *Absence.choices],
        required=False,
    )
    why = WorkerRemarkField(label=_("Why does it not wait?"), max_length=200)
    minors_with = WorkerRemarkField(label=_("Who looks after them on the way?"), max_length=200)

    def __init__(self, *args, missing: list[Booking], **kwargs):
        super().__init__(*args, **kwargs)
        self.missing = missing
        for booking in missing:
            name = self.name_of(booking)
            self.fields[name] = forms.ChoiceField(choices=Absence.choices, required=False, initial=booking.absence)
            booking.question = self[name]  # stands beside the person on the page

    @staticmethod
    def name_of(booking: Booking) -> str:
        return f"answer_{booking.pk}"

    @property
    def answers(self) -> dict[int, str]:
        said = self.cleaned_data
        return {booking.pk: said[self.name_of(booking)] or said["rest"] for booking in self.missing}


class ArriveForm(forms.Form):
    why = WorkerRemarkField(label=_("How did it get there so early?"), max_length=200)


class ArrivalForm(forms.Form):
    """Whose arrival is confirmed, and when they got there; left empty, it is now."""

    bookings = forms.ModelMultipleChoiceField(
        queryset=Booking.objects.none(), error_messages={"required": _("Tick at least one person.")}
    )
    arrived_at = PlannedField(label=_("Arrived at"), required=False)
    why = WorkerRemarkField(label=_("How did they get there so early?"), max_length=200)

    def __init__(self, *args, bookings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bookings"].queryset = bookings
