from django import forms
from django.utils.translation import gettext_lazy as _

from workers.choices import RevealReason

WHAT = {"id_number": _("ID number"), "phone": _("Phone")}


class RevealForm(forms.Form):
    """Which number, and why: chosen each time, never pre-chosen."""

    what = forms.ChoiceField(choices=list(WHAT.items()), widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Why do you need it?"), choices=RevealReason.choices)
