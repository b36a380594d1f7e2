from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import FollowUpResult
from cases.forms.answers import check_is_sure
from kit.fields import OnceField, RowField
from workers.forms.fields import WorkerNoteField


class FollowUpForm(forms.Form):
    once = OnceField()
    follow_up = RowField()
    result = forms.ChoiceField(
        label=_("Are they still at work?"), choices=FollowUpResult.choices, widget=forms.RadioSelect
    )
    sure = forms.BooleanField(label=_("Yes, the job has ended"), required=False)
    note = WorkerNoteField()

    faces = {
        "result": {
            FollowUpResult.STILL_WORKING: {"icon": "circle-check"},
            FollowUpResult.LEFT: {"icon": "logout", "hint": _("back to “contacted”")},
            FollowUpResult.WAGE_TROUBLE: {"icon": "cash-off", "hint": _("asked again soon")},
            FollowUpResult.NOT_REACHED: {"icon": "phone-pause", "hint": _("try again tomorrow")},
        }
    }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("result") == FollowUpResult.LEFT:
            check_is_sure(self, cleaned)
        return cleaned

    @property
    def answer(self) -> dict:
        """Arguments of `record_follow_up`, without the follow-up and the actor."""
        return {name: self.cleaned_data[name] for name in ("result", "note", "once")}
