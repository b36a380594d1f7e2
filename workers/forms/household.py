from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from workers.choices import HouseholdRole
from workers.models import Worker


class HouseholdForm(forms.Form):
    """With whom somebody lives, out of `found`, and what they are to the head of the household."""

    other = forms.ChoiceField(
        label=_("Lives with"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a person."), "invalid_choice": _("Look for the person again.")},
    )
    household_role = forms.ChoiceField(
        label=_("What are they to the head of the household?"), choices=HouseholdRole.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, found: Iterable[Worker], **kwargs):
        super().__init__(*args, **kwargs)
        self.found = {str(person.pk): person for person in found}
        self.fields["other"].choices = [(key, person.name) for key, person in self.found.items()]

    @property
    def chosen(self) -> dict:
        """Arguments of `join_household`, without the worker and the actor."""
        return {"other": self.found[self.cleaned_data["other"]], "role": self.cleaned_data["household_role"]}
