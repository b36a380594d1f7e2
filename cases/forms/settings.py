from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import Unit
from kit.fields import DayField

LONGEST = 400


class ClockForm(forms.Form):
    """Terms of a time limit, and from which day they hold."""

    amount = forms.IntegerField(label=_("Time allowed"), min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices)
    escalate_township_days = forms.IntegerField(
        label=_("To the township, days after"), min_value=1, max_value=LONGEST, required=False
    )
    escalate_county_days = forms.IntegerField(
        label=_("To the county, days after"), min_value=1, max_value=LONGEST, required=False
    )
    valid_from = DayField(label=_("Holds from"))

    def clean(self) -> dict:
        cleaned = super().clean()
        first, then = cleaned.get("escalate_township_days"), cleaned.get("escalate_county_days")
        if first and then and then <= first:
            self.add_error("escalate_county_days", _("The county comes after the township."))
        return cleaned


class DaysForm(forms.Form):
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    name = forms.CharField(label=pgettext_lazy("a holiday", "Name"), max_length=60)
    is_working_day = forms.BooleanField(label=_("Weekend days worked in exchange"), required=False)


class TakeBackForm(forms.Form):
    day = DayField()
