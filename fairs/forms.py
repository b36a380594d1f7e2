from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from areas.ranges import in_ranges
from fairs.models import Booth, BoothVacancy, Fair, NoMatchReason, Result
from fairs.services.referring import MOST_WISHES
from fairs.services.results import Outcome
from jobs.models import Employer, Vacancy

LOCAL = "%Y-%m-%dT%H:%M"


class OnceForm(forms.Form):
    """A form that may be sent twice by a thumb or a slow line, and counts once."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)


class FairForm(OnceForm, forms.ModelForm):
    class Meta:
        model = Fair
        fields = [
            "title", "area", "venue", "landmark", "starts_at", "ends_at", "expected",
            "licence_applied_on", "licence_no",
        ]  # fmt: skip
        labels = {"area": _("area")}
        help_texts = {
            "landmark": _("What people look for when they get there; it goes into the SMS."),
            "expected": _("From 1,000 people a police licence is needed, applied for 20 days ahead."),
        }
        widgets = {
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
            "ends_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
            "licence_applied_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.filter(in_ranges("code", user.ranges), level__in=("county", "township"))
        self.fields["area"].queryset = places.order_by("code")
        if self.instance.pk:
            self.fields["area"].disabled = True

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The fair must end after it starts."))
        return cleaned

    @property
    def fair_fields(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class BoothForm(forms.Form):
    number = forms.IntegerField(label=_("Booth number"), min_value=1, max_value=999)
    employer = forms.ModelChoiceField(label=_("Employer"), queryset=Employer.objects.none())

    def __init__(self, *args, fair, **kwargs):
        super().__init__(*args, **kwargs)
        here = fair.booths.values("employer")
        self.fields["employer"].queryset = Employer.objects.exclude(pk__in=here).order_by("name")
        last = fair.booths.order_by("-number").values_list("number", flat=True).first() or 0
        self.fields["number"].initial = last + 1


class OfferForm(forms.Form):
    vacancy = forms.ModelChoiceField(label=_("Post"), queryset=Vacancy.objects.none())
    wanted = forms.IntegerField(label=_("Wanted at this fair"), min_value=1, max_value=9999)

    def __init__(self, *args, booth: Booth, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vacancy"].queryset = Vacancy.objects.filter(employer_id=booth.employer_id)


class ReferForm(OnceForm):
    fair = forms.ModelChoiceField(label=_("Fair"), queryset=Fair.objects.none(), widget=forms.RadioSelect)
    wishes = forms.ModelMultipleChoiceField(
        label=_("Posts to ask about, three at most"),
        queryset=BoothVacancy.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, fairs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fair"].queryset = fairs
        self.fields["wishes"].queryset = BoothVacancy.objects.filter(booth__fair__in=fairs).select_related(
            "booth__employer", "vacancy"
        )

    def clean_wishes(self):
        wishes = self.cleaned_data["wishes"]
        if len(wishes) > MOST_WISHES:
            raise forms.ValidationError(_("A worker can wish for at most three posts."), code="too_many_wishes")
        return wishes


class CheckInForm(forms.Form):
    digits = forms.CharField(label=_("Code or last four digits of the phone"), max_length=12)


class ResultForm(forms.Form):
    result = forms.ChoiceField(
        label=_("What did the employer say?"),
        choices=[(r.value, r.label) for r in Result if r is not Result.NO_SHOW],
        widget=forms.RadioSelect,
    )
    vacancy = forms.ModelChoiceField(label=_("Post"), queryset=Vacancy.objects.none(), required=False)
    start_on = forms.DateField(
        label=_("First day of work"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    wage = forms.IntegerField(label=_("Monthly wage (yuan)"), min_value=0, max_value=100_000, required=False)
    needs_transport = forms.BooleanField(
        label=_("Needs a seat on a bus, train or plane"), required=False, initial=True
    )
    reason = forms.ChoiceField(
        label=_("Why did it not match?"), choices=[("", "—"), *NoMatchReason.choices], required=False
    )
    note = forms.CharField(label=_("Employer's remark"), max_length=200, required=False)

    def __init__(self, *args, fair, **kwargs):
        super().__init__(*args, **kwargs)
        offered = Vacancy.objects.filter(offers__booth__fair=fair).distinct()
        self.fields["vacancy"].queryset = offered.select_related("employer")

    def clean(self):
        cleaned = super().clean()
        result = cleaned.get("result")
        if result and result != Result.NO_MATCH and not cleaned.get("vacancy"):
            self.add_error("vacancy", _("Choose the post that was talked about."))
        if result == Result.HIRED and not cleaned.get("start_on"):
            self.add_error("start_on", _("Hired needs a first day. Without one, record an intent."))
        if result == Result.NO_MATCH and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it did not match."))
        return cleaned

    @property
    def outcome(self) -> Outcome:
        return Outcome(**{name: self.cleaned_data[name] for name in Outcome.__dataclass_fields__})


class CancelForm(forms.Form):
    why = forms.CharField(label=_("Why is the fair cancelled?"), max_length=120)
