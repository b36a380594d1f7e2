from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import NOBODY
from kit.pages import read_number
from staff.models import User

MOST_AT_ONCE = 5000


class AssignForm(forms.Form):
    """`owners` are the people who serve where the worker lives. Whoever has it is not offered, but the same press again
    is understood.
    """

    owner = forms.ModelChoiceField(
        label=_("Responsible"), queryset=User.objects.none(), empty_label=_("Choose who takes it")
    )

    def __init__(self, *args, owners, has_it: int | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners if self.is_bound else owners.exclude(pk=has_it)


class OwnerOrNobodyField(forms.ModelChoiceField):
    """A person, or "none": the case goes back to the township for somebody to take."""

    def clean(self, value):
        return None if value == NOBODY else super().clean(value)


class KeysField(forms.Field):
    """Keys of cases: ticked boxes one by one, or many in one field with commas between. What is no key is left out."""

    widget = forms.SelectMultiple

    def clean(self, value):
        texts = [text for part in value or () for text in part.split(",")]
        keys = dict.fromkeys(read_number(text) for text in texts)
        return [key for key in keys if key is not None][:MOST_AT_ONCE]


class SelectionForm(forms.Form):
    """Cases of the list. `everything`: all that fit `query`, the filters of the list, not only those ticked."""

    cases = KeysField(required=False)
    everything = forms.BooleanField(required=False)
    query = forms.CharField(max_length=500, required=False)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("cases") and not cleaned.get("everything"):
            self.add_error("cases", _("Choose at least one case."))
        return cleaned


class ReassignForm(SelectionForm):
    """Many cases to one of `owners`, or to nobody. Whether that one serves where a case is, each case says."""

    owner = OwnerOrNobodyField(queryset=User.objects.none())

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners


class GiveBackForm(forms.Form):
    """`giver`: the key of somebody who had some, or "none"; empty for everybody."""

    giver = forms.CharField(max_length=20, required=False)

    @property
    def only(self) -> list[int | None] | None:
        said = self.cleaned_data["giver"]
        return None if not said else [None if said == NOBODY else read_number(said)]
