from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import FollowUpResult, ToldBy
from cases.forms.answers import A_DAY, HEARD, OWN, YESTERDAY, check_is_sure
from cases.forms.talks import chips
from kit.days import local_day, local_moment
from kit.fields import DayField, OnceField, RowField
from workers.forms.fields import WorkerNoteField


class FollowUpForm(forms.Form):
    """One tap, and two more at most: who said so, and when."""

    once = OnceField()
    follow_up = RowField()
    result = forms.ChoiceField(
        label=_("Are they still at work?"), choices=FollowUpResult.choices, widget=forms.RadioSelect
    )
    sure = forms.BooleanField(label=_("Yes, the job has ended"), required=False)
    told_by = chips(_("Who said so?"), ToldBy.choices)
    heard = chips(_("When?"), HEARD)
    heard_on = DayField(label=_("Which day?"), required=False)
    note = WorkerNoteField()

    faces = {
        "result": {
            FollowUpResult.STILL_WORKING: {"icon": "circle-check"},
            FollowUpResult.LEFT: {"icon": "logout", "hint": _("back to “contacted”")},
            FollowUpResult.WAGE_TROUBLE: {"icon": "cash-off", "hint": _("asked again soon")},
            FollowUpResult.NOT_REACHED: {"icon": "phone-pause", "hint": _("try again tomorrow")},
        }
    }

    def __init__(self, *args, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("result") == FollowUpResult.LEFT:
            check_is_sure(self, cleaned)
        if cleaned.get("heard") == OWN and "heard_on" not in self.errors:
            self._check_day(cleaned.get("heard_on"))
        return cleaned

    def _check_day(self, day) -> None:
        if day is None:
            self.add_error("heard_on", _("Choose the day."))
        elif day > local_day(self.now):
            self.add_error("heard_on", _("This day is still to come."))

    @property
    def answer(self) -> dict:
        """Arguments of `record_follow_up`, without the follow-up and the actor."""
        said = {name: self.cleaned_data[name] for name in ("result", "note", "told_by", "once")}
        return said | {"happened_at": self._happened_at}

    @property
    def _happened_at(self) -> datetime:
        """Yesterday is yesterday at this hour; of an earlier day nobody knows the hour."""
        day = self.cleaned_data["heard_on"] if self.cleaned_data["heard"] == OWN else None
        if self.cleaned_data["heard"] == YESTERDAY:
            return self.now - A_DAY
        return self.now if day in (None, local_day(self.now)) else local_moment(day, 12)
