import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import Unit
from cases.models import ClockRule
from cases.queue.oddities import Oddity
from kit.fields import CountField, DayField
from kit.pages import read_number

LONGEST = 400
WORDS = {
    Oddity.MUCH_LONGER: _("It is late only after %(time)s; today after %(now)s."),
    Oddity.MUCH_SHORTER: _("It is late after %(time)s already; today after %(now)s."),
    Oddity.ASKED_LATE: _("Somebody placed is asked for the first time after %(first)s at work."),
    Oddity.TOLD_TO_NOBODY: _("Of what is late neither township nor county hears: it stays where it is."),
    Oddity.NOT_TO_TOWNSHIP: _("Of what is late the township hears nothing."),
    Oddity.NOT_TO_COUNTY: _("Of what is late the county hears nothing: it stays with the township."),
    Oddity.GOES_UP_LATE: _("What is late goes up only %(up)s later."),
}


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
    is_meant = forms.BooleanField(label=_("Yes, it is meant so"), required=False)

    def clean(self) -> dict:
        cleaned = super().clean()
        first, then = cleaned.get("escalate_township_days"), cleaned.get("escalate_county_days")
        if first and then and then <= first:
            self.add_error("escalate_county_days", _("The county comes after the township."))
        return cleaned

    def come_to(self, oddities: list[Oddity], rule: ClockRule) -> list[str]:
        """Each oddity in words, with what was typed and what holds now."""
        said = self.cleaned_data
        up = [days for days in (said["escalate_township_days"], said["escalate_county_days"]) if days]
        words = {
            "time": Unit(said.get("unit") or Unit.DAYS).count(said.get("amount") or 0),
            "first": Unit.DAYS.count(min(said.get("days") or [0])),
            "now": rule.time_allowed,
            "up": Unit.DAYS.count(max(up, default=0)),
        }
        return [WORDS[oddity] % words for oddity in oddities]


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
