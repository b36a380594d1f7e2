from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from areas.ranges import Level, Range, in_ranges
from fairs.choices import LicencePaper
from fairs.models import Booth, Fair
from fairs.services.planning import CHANGEABLE
from jobs.models import Employer, Vacancy
from kit.days import local_day, local_moment, local_time
from kit.fields import CountField, DayField, OnceField
from notifications.rules.sensitive import find_sensitive
from workers.forms.fields import WorkerRemarkField

LEVELS = (Level.COUNTY, Level.TOWNSHIP)


class SpokenField(forms.CharField):
    """Words that go into text messages."""

    def clean(self, value):
        text = super().clean(value)
        if find_sensitive(text):
            raise ValidationError(_("This goes into text messages: no poverty or household tag, no pay dispute."))
        return text


class ClockField(forms.TimeField):
    def __init__(self, **kwargs):
        super().__init__(**{"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")} | kwargs)


class FairForm(forms.Form):
    once = OnceField()
    title = SpokenField(label=_("Name of the fair"), max_length=80)
    area = forms.ModelChoiceField(
        Area.objects.none(), label=_("For the people of"), empty_label=None,
        help_text=_("Cadres of this county or township can send their people."),
    )  # fmt: skip
    venue = SpokenField(label=_("Venue"), max_length=80)
    landmark = SpokenField(
        label=_("Landmark"), max_length=80, required=False, help_text=_("What people look for when they get there.")
    )
    held_on = DayField(label=_("Day"))
    opens = ClockField(label=_("Doors open"))
    closes = ClockField(label=_("Doors close"))
    expected = CountField(
        label=_("People expected"), min_value=1, max_value=100_000, initial=200,
        help_text=_("From 1,000 people a police licence is needed, applied for 20 days ahead."),
    )  # fmt: skip
    licence_applied_on = DayField(label=_("Licence applied for on"), required=False)
    licence_no = forms.CharField(label=_("Licence number"), max_length=40, required=False)

    def __init__(self, *args, ranges: tuple[Range, ...], fair: Fair | None = None, **kwargs):
        super().__init__(*args, initial=self.initial_of(fair) if fair else {}, **kwargs)
        places = Area.objects.filter(in_ranges("code", ranges), level__in=LEVELS)
        self.fields["area"].queryset = places.order_by("code")
        self.fields["area"].disabled = fair is not None

    @staticmethod
    def initial_of(fair: Fair) -> dict:
        opens, closes = local_time(fair.starts_at), local_time(fair.ends_at)
        times = {"held_on": local_day(fair.starts_at), "opens": opens, "closes": closes}
        return {name: getattr(fair, name) for name in CHANGEABLE} | times | {"area": fair.area_id}

    def clean(self) -> dict:
        cleaned = super().clean()
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("The doors would close before they open."))
        return cleaned

    @property
    def columns(self) -> dict:
        data = self.cleaned_data
        moments = {"starts_at": self._moment("opens"), "ends_at": self._moment("closes")}
        return {name: data[name] for name in ("area", *CHANGEABLE) if name in data} | moments

    def _moment(self, field: str) -> datetime:
        day, clock = self.cleaned_data["held_on"], self.cleaned_data[field]
        return local_moment(day, clock.hour, clock.minute)


class LicenceForm(forms.Form):
    """What was handed in to the police, and what came back."""

    licence_papers = forms.MultipleChoiceField(
        label=_("Papers handed in"), choices=LicencePaper.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    licence_applied_on = DayField(label=_("Licence applied for on"), required=False)
    licence_no = forms.CharField(label=_("Licence number"), max_length=40, required=False)

    def __init__(self, *args, fair: Fair, **kwargs):
        super().__init__(*args, initial={name: getattr(fair, name) for name in self.base_fields}, **kwargs)


class BoothForm(forms.Form):
    number = CountField(label=_("Booth number"), min_value=1, max_value=999)
    employer = forms.ModelChoiceField(
        Employer.objects.none(), label=_("Employer"), empty_label="—",
        help_text=_("Employers on hold, and those who have a booth here, are not in the list."),
    )  # fmt: skip

    def __init__(self, *args, fair: Fair, **kwargs):
        super().__init__(*args, **kwargs)
        taken = fair.booths.values("employer")
        self.fields["employer"].queryset = Employer.objects.not_held().exclude(pk__in=taken).order_by("name")
        last = fair.booths.order_by("-number").values_list("number", flat=True).first()
        self.fields["number"].initial = (last or 0) + 1


class OfferForm(forms.Form):
    """A post of the booth's employer. `posts` saves a query a booth when the page has read them already."""

    vacancy = forms.ModelChoiceField(Vacancy.objects.none(), label=_("Post"), empty_label=None)
    wanted = CountField(label=_("Wanted at this fair"), min_value=1, max_value=9999)

    def __init__(self, *args, booth: Booth, posts: list[Vacancy] | None = None, **kwargs):
        super().__init__(*args, auto_id=f"booth{booth.pk}_%s", **kwargs)
        self.fields["vacancy"].queryset = Vacancy.objects.filter(employer_id=booth.employer_id, closed_at=None)
        if posts is not None:
            self.fields["vacancy"].choices = [(post.pk, str(post)) for post in posts]


class CancelForm(forms.Form):
    """`knows_of_inside` is asked on the second page only, when people are in the hall."""

    why = WorkerRemarkField(
        required=True, label=_("Why is the fair cancelled?"), max_length=120,
        error_messages={"required": _("Say in a few words why.")},
        help_text=_("Colleagues read this on the fair's page; it is not in the text to the workers."),
    )  # fmt: skip
    knows_of_inside = forms.BooleanField(required=False)


class FinishForm(forms.Form):
    """Asked on the second page only, when people may still come."""

    knows_early = forms.BooleanField(required=False)
