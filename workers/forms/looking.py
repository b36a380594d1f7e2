from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit.filters import FilterDayField, FilterForm
from staff.models import AccessLog


class LooksFilter(FilterForm):
    day = FilterDayField(label=_("Day"))
    what = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", pgettext_lazy("kinds of looks", "All")), *AccessLog.What.choices]
    )
