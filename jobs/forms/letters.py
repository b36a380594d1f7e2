from django import forms
from django.utils.translation import gettext_lazy as _

from jobs.forms.placing import TermsForm
from jobs.models import Letter
from jobs.services import Terms
from kit.fields import OnceField
from workers.forms.fields import WorkerNoteField, WorkerRemarkField

Receipt = Letter.Receipt


class IssueForm(forms.Form):
    """For what, and for how long. `offers` are (key, words) of the job and the posts a letter may name."""

    once = OnceField()
    offer = forms.ChoiceField(
        label=_("Recommend for"), widget=forms.RadioSelect, error_messages={"required": _("Choose a job.")}
    )
    valid_days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[(7, _("7 days")), (15, _("15 days")), (30, _("30 days"))],
        initial=15,
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offer"].choices = offers
        if len(offers) == 1:
            self.fields["offer"].initial = offers[0][0]


class PrintForm(forms.Form):
    """`seen` is the print count on the page, so that the same page pressed twice prints once."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class RevokeForm(forms.Form):
    because = WorkerNoteField(
        label=_("Why is it revoked?"),
        max_length=200,
        required=True,
        error_messages={"required": _("Say in a few words why.")},
    )


class ReceiptForm(TermsForm):
    """What the employer wrote on the part that came back."""

    result = forms.ChoiceField(
        label=_("What does the receipt say?"),
        choices=Receipt.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the receipt says.")},
    )
    note = WorkerRemarkField(label=_("Remark on the receipt"), max_length=200)

    def __init__(self, *args, needs_terms: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs_terms = needs_terms

    faces = TermsForm.faces | {
        "result": {
            Receipt.HIRED: {"icon": "circle-check", "hint": _("becomes placed")},
            Receipt.NOT_HIRED: {"icon": "x", "hint": _("another job is looked for")},
            Receipt.NOT_REPORTED: {"icon": "user-x", "hint": _("ask the worker why")},
        }
    }

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("result") == Receipt.HIRED and self.needs_terms:
            self.clean_terms(cleaned)
        return cleaned

    @property
    def terms_if_hired(self) -> Terms | None:
        is_hired = self.cleaned_data["result"] == Receipt.HIRED
        return self.terms if is_hired and self.needs_terms else None
