"""A trip as a planner fills it in, and the filter of the list; its stops are in `stops.py`."""

from dataclasses import asdict, fields
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.fields import PlaceField
from areas.models import Area
from areas.ranges import in_or_around
from kit.days import local_day
from kit.fields import CountField, DayField, OnceField
from kit.filters import FilterForm
from staff.models import Posting, User
from staff.roles import TRIP_LEADERS, TRIP_RUNNERS
from transport.choices import Kind
from transport.forms.fields import IN_TIME
from transport.forms.stops import areas_run_by
from transport.models import Trip
from transport.rules.cars import MOST_CARS, read_car, trouble_with, write_car
from transport.rules.layouts import Layout
from transport.services import NewStop, NewTrip, times_of

REST = {"stops", "departs_at", "arrives_at", "driving_minutes"}


def _named(*layouts: Layout) -> list[tuple[str, str]]:
    return [(layout.value, layout.label) for layout in layouts]


SEATS = [
    (Kind.BUS.label, _named(Layout.COACH_37, Layout.COACH_49, Layout.COACH_53)),
    (_("Charter train or plane"), _named(Layout.CARS, Layout.ROWS_OF_5, Layout.ROWS_OF_6)),
    (_("Any vehicle"), _named(Layout.PLACES)),
]

ON_RAILS_OR_IN_THE_AIR = (Layout.CARS, Layout.ROWS_OF_5, Layout.ROWS_OF_6, Layout.PLACES)

SEATS_OF_KIND = {
    Kind.BUS: (Layout.COACH_49, Layout.COACH_37, Layout.COACH_53, Layout.PLACES),
    Kind.TRAIN: ON_RAILS_OR_IN_THE_AIR,
    Kind.PLANE: ON_RAILS_OR_IN_THE_AIR,
}
"""What seats each kind has; the first is chosen where those of another kind were."""

SEATS_OF = " ".join(f"{kind.value}:layout={','.join(seats)}" for kind, seats in SEATS_OF_KIND.items())
"""The same for `implied` in wayfare.js, which shows no others."""


class TripForm(forms.Form):
    """Everything about a trip but its stops, which also say when it leaves and arrives.

    `drivers` is one name a line, "name @ place" for a relief.
    """

    once = OnceField()
    area = forms.ModelChoiceField(label=_("Run by"), empty_label="—", queryset=Area.objects.none())
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, widget=forms.Select(attrs={"data-wf-implies": SEATS_OF})
    )
    layout = forms.ChoiceField(label=_("Seats"), choices=SEATS)
    capacity = CountField(
        label=_("Number of seats"),
        required=False,
        min_value=1,
        max_value=3000,
        help_text=_("Only where there are no cars; a coach has the seats it is named for."),
    )
    cars = forms.CharField(
        label=_("Cars or blocks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "5 硬卧 66\n6 软卧 36\n8 硬座 118\n前舱 不对号 60"}),
        help_text=_("One a line: name, what it has, how many places. “5 硬卧 66”, “8 硬座 118”, “前舱 不对号 60”."),
    )
    title = forms.CharField(
        label=_("From and to"), max_length=120, required=False, help_text=_("Left empty, it is made of the stops.")
    )
    plate = forms.CharField(label=_("Plate or train number"), max_length=20, required=False)
    carrier = forms.CharField(label=_("Carrier"), max_length=80, required=False)
    permit_no = forms.CharField(label=_("Charter permit"), max_length=40, required=False)
    drivers = forms.CharField(
        label=_("Drivers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name a line. Write “name @ place” for a driver who relieves the others on the way."),
    )
    distance_km = CountField(label=_("Distance in km"), required=False, min_value=1, max_value=6000)
    driving_hours = forms.DecimalField(
        label=_("Hours at the wheel"),
        required=False,
        min_value=0.5,
        max_value=80,
        decimal_places=1,
        help_text=_("Left empty, it is reckoned from the distance at 80 km an hour."),
    )
    night_stop = forms.BooleanField(label=_("Parks overnight, 22:00 to 06:00"), required=False)
    leader = forms.ModelChoiceField(
        label=_("Vehicle leader"), empty_label="—", queryset=User.objects.none(), required=False
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy leader"), empty_label="—", queryset=User.objects.none(), required=False
    )
    staff_aboard = forms.CharField(label=_("Staff aboard"), max_length=120, required=False)

    def __init__(self, *args, user, trip: Trip | None = None, **kwargs):
        self.trip, here = trip, areas_run_by(user)
        fresh = {"area": here.first(), "layout": Layout.COACH_49}
        super().__init__(*args, initial=_as_entered(trip) if trip else fresh, **kwargs)
        self.fields["area"].queryset = here
        crew = _who_may_lead(user, trip)
        for name in ("leader", "deputy"):
            self.fields[name].queryset = crew
        if trip is not None:
            self.fields["area"].disabled = True

    def clean(self):
        """Without a script the seats of the kind chosen before are still there."""
        entered = super().clean()
        kind, layout = entered.get("kind"), entered.get("layout")
        stands = self.trip and (kind, layout) == (self.trip.kind, self.trip.layout)
        if kind and layout and not stands and layout not in SEATS_OF_KIND[kind]:
            self.add_error("layout", _("This vehicle has other seats."))
        return entered

    def clean_cars(self):
        lines = [line for line in self.cleaned_data["cars"].splitlines() if line.strip()]
        if len(lines) > MOST_CARS:
            raise forms.ValidationError(_("At most %(most)d cars."), code="cars", params={"most": MOST_CARS})
        words = _("Line %(number)d “%(line)s”: %(trouble)s.")
        unclear = [
            forms.ValidationError(words, "car", {"number": n, "line": line.strip(), "trouble": trouble.label})
            for n, line in enumerate(lines, start=1)
            if (trouble := trouble_with(line))
        ]
        if unclear:
            raise forms.ValidationError(unclear)
        return [asdict(read_car(line)) for line in lines]

    def clean_drivers(self):
        lines = [line.strip() for line in self.cleaned_data["drivers"].splitlines() if line.strip()]
        pairs = [line.replace("＠", "@").partition("@") for line in lines]
        return [{"name": name.strip(), "joins_at": place.strip()} for name, _at, place in pairs if name.strip()]

    def plan(self, stops: list[NewStop]) -> NewTrip:
        names = {field.name for field in fields(NewTrip)} - REST
        entered = {name: self.cleaned_data[name] for name in names}
        return NewTrip(stops=stops, driving_minutes=self._driving_minutes(), **times_of(stops), **entered)

    def _driving_minutes(self) -> int | None:
        """Hours left as they were shown, to one place, keep the minutes behind them."""
        if "driving_hours" not in self.changed_data:
            return self.trip and self.trip.driving_minutes
        hours = self.cleaned_data["driving_hours"]
        return round(hours * 60) if hours else None


class TripFilter(FilterForm):
    names = {"destination": "to"}

    when = forms.ChoiceField(
        label=pgettext_lazy("trips", "Show"),
        required=False,
        choices=[
            ("coming", _("Ahead")),
            ("on_the_road", pgettext_lazy("trip", "On the road")),
            ("over", _("Arrived and cancelled")),
        ],
    )
    day = DayField(required=False, validators=IN_TIME)
    destination = PlaceField(required=False)


def _who_may_lead(user, trip: Trip | None):
    """Where the planner runs trips, and who is named on this one already; the service asks for the trip's own area."""
    serving = Posting.objects.current(local_day(timezone.now())).in_role(*TRIP_LEADERS)
    ranges = user.ranges_as(*TRIP_RUNNERS)
    around = User.objects.active().with_posting(serving.filter(in_or_around("area_id", ranges)))
    named = User.objects.filter(pk__in=[trip.leader_id, trip.deputy_id] if trip else [])
    return (around | named).order_by("display_name", "pk")


def _as_entered(trip: Trip) -> dict:
    names = {field.name for field in fields(NewTrip)} - REST - {"cars", "drivers"}
    drivers = [f"{d['name']} @ {d['joins_at']}" if d.get("joins_at") else d["name"] for d in trip.drivers]
    return {name: getattr(trip, name) for name in names} | {
        "cars": "\n".join(write_car(car) for car in trip.car_list),
        "drivers": "\n".join(drivers),
        "driving_hours": trip.driving_minutes and round(Decimal(trip.driving_minutes) / 60, 1),
    }
