from django import forms
from django.utils.translation import gettext_lazy as _

from workers.choices import RevealReason

WHAT = {"id_number": _("ID number"), "phone": _("Phone")}
SENSELESS = {"id_number": {RevealReason.CALL}, "phone": set()}
"""No reason to see that number: nobody rings an ID number up."""


class RevealForm(forms.Form):
    """Which number, and why: chosen each time, never pre-chosen."""

    what = forms.ChoiceField(choices=list(WHAT.items()), widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Why do you need it?"), choices=RevealReason.choices)

    def __init__(self, *args, what: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [choice for choice in RevealReason.choices if choice[0] not in SENSELESS[what]]
