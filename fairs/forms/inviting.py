from django import forms
from django.utils.translation import gettext_lazy as _

from fairs.models import Fair
from kit.fields import OnceField
from kit.filters import FilterForm


class WhichFairForm(forms.Form):
    """The fair that people chosen on the list of cases are to go to."""

    fair = forms.ModelChoiceField(
        Fair.objects.none(),
        error_messages={"required": _("Choose a fair."), "invalid_choice": _("This fair takes no more people.")},
    )
    once = OnceField()

    def __init__(self, *args, fairs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fair"].queryset = fairs


class BatchFilter(FilterForm):
    show = forms.CharField(required=False, max_length=20)
