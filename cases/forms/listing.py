"""What narrows a list of cases. Nonsense filters nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import ANY, AT_WORK, DUE_TODAY, ENDED, ESCALATED, LATE, NOBODY, ServiceGroup, State, Step
from kit.filters import FilterDayField, FilterForm, NumberField, SearchField
from workers.choices import Rule

EVERYBODY = "everybody"


class TodayFilter(FilterForm):
    step = forms.ChoiceField(required=False, choices=Step.choices)
    whose = forms.ChoiceField(required=False, choices=[(EVERYBODY, EVERYBODY)])


class CaseFilter(FilterForm):
    """The fields of `CaseFilters`."""

    names = {"area_code": "area", "words_key": "find", "only_here": "here", "opened_from": "from", "opened_to": "to"}

    area_code = NumberField()
    state = forms.ChoiceField(
        label=pgettext_lazy("of a case", "State"),
        required=False,
        choices=[
            ("", pgettext_lazy("cases", "Open")),
            *State.choices,
            (AT_WORK, _("At work")),
            (ENDED, _("Ended")),
            (ANY, _("Any state")),
        ],
    )
    due = forms.ChoiceField(
        label=_("Time limit"),
        required=False,
        choices=[
            ("", pgettext_lazy("time limits", "Any")),
            (LATE, _("Overdue")),
            (DUE_TODAY, _("Due today")),
            (ESCALATED, _("Taken up higher")),
        ],
    )
    owner = forms.RegexField(rf"^({NOBODY}|[0-9]{{1,18}})\Z", required=False)
    group = forms.ChoiceField(
        label=pgettext_lazy("of people", "Group"),
        required=False,
        choices=[("", pgettext_lazy("groups of people", "Everybody")), *ServiceGroup.choices],
    )
    flag = forms.ChoiceField(
        label=_("Why flagged"),
        required=False,
        choices=[("", pgettext_lazy("reasons to be flagged", "Any")), *Rule.choices],
    )
    reached = forms.ChoiceField(required=False, choices=State.choices)
    missed = forms.ChoiceField(required=False, choices=State.choices)
    only_here = forms.BooleanField(required=False)
    opened_from = FilterDayField()
    opened_to = FilterDayField()
    words_key = forms.RegexField(r"^[0-9a-f]{8}\Z", required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("Key groups first, then most urgent")),
            ("name", _("By name")),
            ("waiting", _("Longest in this state first")),
            ("oldest", _("Oldest first")),
            ("newest", _("Newest first")),
        ],
    )

    def clean_only_here(self) -> bool:
        return self.cleaned_data["only_here"] and self.cleaned_data.get("area_code") is not None


class WordsForm(forms.Form):
    """Whom to look for in the list, and the list it was asked in. Sent by POST: names do not belong into addresses."""

    q = SearchField()
    query = forms.CharField(max_length=500, required=False)


class SaveFilterForm(forms.Form):
    name = forms.CharField(
        label=_("Name of this view, at most 30 characters"),
        max_length=30,
        error_messages={"required": _("Give this view a name.")},
    )
    query = forms.CharField(max_length=500, required=False)
