from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import SelectionForm
from fairs.models import Fair
from kit.fields import OnceField
from kit.filters import FilterForm


class ReferManyForm(SelectionForm):
    """People of the list of cases, and the fair they are to go to; none yet on the first page."""

    fair = forms.ModelChoiceField(
        Fair.objects.none(), required=False, error_messages={"invalid_choice": _("This fair takes no more people.")}
    )
    once = OnceField()

    def __init__(self, *args, fairs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fair"].queryset = fairs


class BatchFilter(FilterForm):
    show = forms.CharField(required=False, max_length=20)
