from django import forms
from django.utils.translation import gettext_lazy as _

from kit.fields import SentFileField
from kit.filters import FilterForm
from workers.imports.issues import VERDICT_LABELS
from workers.imports.questions import QUESTIONS
from workers.imports.selectors import ASKED
from workers.imports.uploads import LARGEST_UPLOAD

LONGEST_LABEL = 1000
SPREADSHEETS = ".xlsx,.xls,.ods,.csv,.txt"


class RosterForm(forms.Form):
    file = SentFileField(
        label=_("Roster"),
        largest=LARGEST_UPLOAD,
        widget=forms.ClearableFileInput(attrs={"accept": SPREADSHEETS}),
        error_messages={
            "required": _("Choose the file first."),
            "empty": _("The file is empty."),
            "invalid": _("The file did not arrive. Send it again."),
            "large": _("The file is larger than a roster can be."),
        },
    )


class VerdictFilter(FilterForm):
    verdict = forms.ChoiceField(required=False, choices=[(ASKED, ASKED), *VERDICT_LABELS.items()])
    first = forms.IntegerField(required=False, min_value=0)


class AsSentField(forms.CharField):
    """A label holds the name of a worksheet, which may begin with a blank and be long."""

    def __init__(self, **kwargs):
        super().__init__(**{"strip": False, "max_length": LONGEST_LABEL} | kwargs)


class DecisionForm(forms.Form):
    """An answer to what a row asks; none takes it back."""

    row = AsSentField()
    question = forms.ChoiceField(choices=list(QUESTIONS.items()))
    choice = AsSentField(required=False)
