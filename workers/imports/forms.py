from django import forms
from django.utils.translation import gettext_lazy as _

from kit.fields import SentFileField
from kit.filters import FilterForm
from workers.imports import columns
from workers.imports.issues import VERDICT_LABELS
from workers.imports.meanings import FIELDS, ColumnsPage
from workers.imports.questions import QUESTIONS
from workers.imports.selectors import ASKED
from workers.imports.tables import SEARCHED_ROWS, NoHeading
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


class ColumnsForm(forms.Form):
    """What each column of a file stands for; one of them the name, another one to know the person by."""

    def __init__(self, data, page: ColumnsPage):
        super().__init__(data)
        self.page = page
        choices = [("", _("not taken")), *FIELDS.items()]
        for column in page.columns:
            field = forms.ChoiceField(required=False, choices=choices, label=column.heading, initial=column.field)
            field.widget.attrs.update({"aria-label": column.heading, "class": "form-select"})
            self.fields[f"column-{column.number}"] = field

    @property
    def lines(self):
        """Each column with its field."""
        return [(column, self[f"column-{column.number}"]) for column in self.page.columns]

    @property
    def said(self) -> dict[int, str]:
        return {column.number: self.cleaned_data[f"column-{column.number}"] for column in self.page.columns}

    def clean(self):
        said = [field for field in self.cleaned_data.values() if field]
        for field in {field for field in said if said.count(field) > 1}:
            text = _("Two columns cannot both be: %(field)s.") % {"field": FIELDS[field]}
            self.add_error(None, text)
        if not columns.is_heading(dict(enumerate(said))):
            self.add_error(None, NoHeading.message)


class HeadingRowForm(forms.Form):
    row = forms.IntegerField(min_value=1, max_value=SEARCHED_ROWS)


class StayingForm(forms.Form):
    """So many people stay as they are, said the page on which it was pressed."""

    staying = forms.IntegerField(min_value=0)


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
