from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit.fields import MomentField, OnceField
from workers.choices import EMPLOYED, Source, Status
from workers.forms.adding import ASKED, HEARD
from workers.forms.fields import JobFields, WorkerNoteField

# A form stays open for a while, and clocks differ: this much ahead still counts as now.
CLOCK_TOLERANCE = timedelta(minutes=5)
LONG_AGO = timedelta(days=3660)
OFFERED = (*ASKED, Status.UNREACHABLE, Status.MOVED, Status.DECEASED)


class StatusForm(JobFields):
    """How things stand with a worker now, or stood when somebody looked."""

    status = forms.ChoiceField(label=_("How do things stand?"), choices=[(s.value, s.label) for s in OFFERED])
    source = forms.ChoiceField(
        label=_("How do you know?"), choices=[(s.value, s.label) for s in HEARD], initial=Source.CALL
    )
    sure = forms.BooleanField(label=_("Yes, they have died"), required=False)
    happened_at = MomentField(label=_("When was this?"), required=False)
    note = WorkerNoteField(max_length=400)
    once = OnceField()

    def clean_happened_at(self) -> datetime:
        """Empty means now."""
        now = timezone.now()
        happened_at = self.cleaned_data["happened_at"] or now
        if happened_at < now - LONG_AGO:
            raise ValidationError(_("This lies very long ago. Look at the year again."))
        if happened_at > now + CLOCK_TOLERANCE:
            raise ValidationError(_("This lies in the future. Enter when it happened."))
        return min(happened_at, now)

    def clean(self) -> dict:
        """A press beside the right one must not end everything that is under way for somebody."""
        cleaned = super().clean()
        if cleaned.get("status") == Status.DECEASED and not cleaned.get("sure"):
            self.add_error("sure", _("Tick that they have died: what is under way for them ends with it."))
        return cleaned

    def report(self) -> dict:
        """Arguments for `services.report_status`."""
        cleaned = self.cleaned_data
        told = {name: cleaned[name] for name in ("status", "source", "happened_at", "note", "once")}
        return told | (self.job() if cleaned["status"] in EMPLOYED else {})
