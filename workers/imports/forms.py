from django import forms
from django.utils.translation import gettext_lazy as _

from kit.filters import FilterForm
from workers.imports.issues import VERDICT_LABELS
from workers.imports.uploads import LARGEST_UPLOAD

SPREADSHEETS = ".xlsx,.xls,.ods,.csv,.txt"


class RosterForm(forms.Form):
    file = forms.FileField(
        label=_("Roster"),
        widget=forms.ClearableFileInput(attrs={"accept": SPREADSHEETS}),
        error_messages={
            "required": _("Choose the file first."),
            "empty": _("The file is empty."),
            "invalid": _("The file did not arrive. Send it again."),
        },
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(_("The file is larger than a roster can be."))
        return file


class VerdictFilter(FilterForm):
    verdict = forms.ChoiceField(required=False, choices=list(VERDICT_LABELS.items()))
