from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import CloseReason
from cases.contact.ends import check_age
from cases.forms.talks import REASK_AFTER, check_reask_on
from kit.fields import DayField
from kit.refusals import Refusal
from workers.forms.fields import WorkerNoteField


class CloseForm(forms.Form):
    """`today` is the local day of the person who fills it in, `age` the worker's in whole years on it."""

    reason = forms.ChoiceField(label=_("Why does the case end?"), choices=CloseReason.choices, widget=forms.RadioSelect)
    reask_on = DayField(label=_("Ask again on"), required=False)
    note = WorkerNoteField(label=_("In a few words"))

    def __init__(self, *args, today: date, age: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.age = today, age
        self.fields["reask_on"].initial = today + REASK_AFTER

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        try:
            check_age(reason, self.age)
        except Refusal as refusal:
            raise forms.ValidationError(f"{refusal} {refusal.way_out}") from refusal
        return reason

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") != CloseReason.NOT_WILLING:
            return cleaned | {"reask_on": None}
        if not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Not willing needs a reason."))
        check_reask_on(self, cleaned, self.today)
        return cleaned
