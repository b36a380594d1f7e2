"""The stops of a trip, as a planner fills them in: in any order, they stand by their times once they are saved."""

from dataclasses import fields

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.fields import PlaceField
from areas.models import Area
from areas.ranges import Level, in_ranges
from kit.fields import RowField
from kit.refusals import Refusal
from staff.roles import TRIP_RUNNERS
from transport.choices import StopKind
from transport.forms.fields import PlannedField
from transport.models import Stop, Trip
from transport.refusals import AboutStop, LeavesInThePast, StopsMissing
from transport.services import NewStop

EMPTY_STOPS = 2
MOST_STOPS = 12


class StopForm(forms.Form):
    """One line of the table of stops. An empty name is no stop; `pk` is the stop that the line was shown for."""

    pk = RowField()
    kind = forms.ChoiceField(choices=StopKind.choices, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Stop"), max_length=60, required=False)
    landmark = forms.CharField(label=_("Landmark"), max_length=80, required=False)
    gather_at = PlannedField(label=_("Gather at"), required=False)
    at = PlannedField(label=_("Leaves at"), required=False)
    contact_name = forms.CharField(label=_("Contact person"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("Phone of the contact"), max_length=20, required=False)

    def clean(self):
        entered = super().clean()
        if entered.get("name"):
            needed = ["area", "at"] + (["gather_at"] if entered.get("kind") == StopKind.PICKUP else [])
            for name in needed:
                if not entered.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed for a stop."))
        return entered

    @property
    def stop(self) -> NewStop | None:
        entered = self.cleaned_data
        if not entered.get("name"):
            return None
        return NewStop(**{field.name: entered.get(field.name) for field in fields(NewStop)})


class PickupForm(StopForm):
    area = forms.ModelChoiceField(label=_("Township"), empty_label="—", queryset=Area.objects.none(), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_run_by(user).filter(level__in=(Level.COUNTY, Level.TOWNSHIP))


class DropoffForm(StopForm):
    gather_at = None
    area = PlaceField(label=_("City"), required=False)
    at = PlannedField(label=_("Arrives at"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)


def stop_forms(kind: str, *, user, data=None, trip: Trip | None = None):
    """A formset of one kind of stop, prefilled from the trip, with a few empty lines."""
    form = PickupForm if kind == StopKind.PICKUP else DropoffForm
    make = forms.formset_factory(form, extra=EMPTY_STOPS, max_num=MOST_STOPS)
    known = trip.stops.filter(kind=kind).select_related("area") if trip else []
    entered = [_as_entered_stop(stop) for stop in known]
    return make(data, prefix=kind, initial=entered or [{"kind": kind}], form_kwargs={"user": user})


def mark(refusal: Refusal, tables) -> bool:
    """Say on the line it is about why the trip was not saved, if it is about one; returns whether it is.

    `tables` are the formsets, both valid.
    """
    lines = [line for table in tables for line in table]
    if isinstance(refusal, AboutStop):
        about, field = (line for line in lines if _is_of(line, refusal.stop)), refusal.field
    elif isinstance(refusal, LeavesInThePast):
        about, field = reversed(_by_time(lines, StopKind.PICKUP)), "at"
    elif isinstance(refusal, StopsMissing):
        about, field = (table.forms[0] for table in tables if not any(line.stop for line in table)), "name"
    else:
        return False
    if line := next(iter(about), None):
        line.add_error(field, str(refusal))
    return line is not None


def _is_of(line: StopForm, stop: NewStop | Stop) -> bool:
    """A stop that the trip has already is known by its key, also on a line that was emptied."""
    entered = line.cleaned_data
    if stop.pk:
        return (entered.get("pk"), entered.get("kind")) == (stop.pk, stop.kind)
    return line.stop == stop


def _by_time(lines: list[StopForm], kind: str) -> list[StopForm]:
    entered = [line for line in lines if line.stop and line.stop.kind == kind]
    return sorted(entered, key=lambda line: line.stop.at)


def areas_run_by(user):
    levels = (Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP)
    return Area.objects.filter(in_ranges("code", user.ranges_as(*TRIP_RUNNERS)), level__in=levels).order_by("code")


def _as_entered_stop(stop: Stop) -> dict:
    entered = {field.name: getattr(stop, field.name) for field in fields(NewStop)}
    if stop.is_pickup:
        return entered
    return entered | {"area": "".join(_place_words(stop.area))}


def _place_words(area: Area) -> list[str]:
    """浙江省金华市永康市, which the field reads back."""
    words = []
    while area is not None:
        words.insert(0, area.name)
        area = area.parent
    return words
