import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import Unit
from kit.fields import CountField, DayField
from kit.pages import read_number

LONGEST = 400


class ClockForm(forms.Form):
    """Terms of a time limit, and from which day they hold."""

    amount = CountField(label=_("Time allowed"), min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices)
    escalate_township_days = CountField(
        label=_("To the township, days after"), min_value=1, max_value=LONGEST, required=False
    )
    escalate_county_days = CountField(
        label=_("To the county, days after"), min_value=1, max_value=LONGEST, required=False
    )
    valid_from = DayField(label=_("Holds from"))

    def clean(self) -> dict:
        cleaned = super().clean()
        first, then = cleaned.get("escalate_township_days"), cleaned.get("escalate_county_days")
        if first and then and then <= first:
            self.add_error("escalate_county_days", _("The county comes after the township."))
        return cleaned


class FollowUpDaysForm(ClockForm):
    """The days at work on which somebody is asked again, in one line."""

    MOST = 8

    amount = unit = None
    days = forms.CharField(
        label=_("Days at work"), max_length=60, help_text=_("With commas between, such as 30, 90, 180.")
    )

    def clean_days(self) -> list[int]:
        parts = [part for part in re.split(r"[\s,，、;；]+", self.cleaned_data["days"].strip()) if part]
        days = sorted({day for part in parts if (day := read_number(part)) is not None and 1 <= day <= LONGEST})
        if len(days) != len(parts) or not 1 <= len(days) <= self.MOST:
            raise forms.ValidationError(
                _("Up to %(most)d different days, each from 1 to %(longest)d."),
                code="days",
                params={"most": self.MOST, "longest": LONGEST},
            )
        return days


class DaysForm(forms.Form):
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    name = forms.CharField(label=pgettext_lazy("a holiday", "Name"), max_length=60)
    is_working_day = forms.BooleanField(label=_("Weekend days worked in exchange"), required=False)


class TakeBackForm(forms.Form):
    day = DayField()
