from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.fields import PlaceField
from jobs.forms.fields import YuanField
from jobs.letters import serials
from jobs.models import Employer, Vacancy
from kit.fields import CountField, DayField, OnceField
from kit.filters import FilterForm, SearchField
from workers.forms.fields import WorkerNoteField
from workers.rules.ages import ADULT, WORKING_AGE

EMPLOYER_COLUMNS = ("name", "kind", "area", "address", "contact_name", "contact_phone", "credit_code")
VACANCY_COLUMNS = (
    "title", "area", "headcount", "wage_low", "wage_high", "board", "lodging", "age_min", "age_max", "night_shift",
    "suits_minors", "note", "open_from", "open_until",
)  # fmt: skip


class EmployerForm(forms.Form):
    once = OnceField()
    name = forms.CharField(label=pgettext_lazy("of an employer", "Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Employer.Kind.choices, initial=Employer.Kind.COMPANY)
    area = PlaceField(
        label=_("City or county"), help_text=_("City or county, such as Yongkang in Zhejiang, or Jinsha.")
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("Contact person"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Contact phone"), max_length=30, required=False)
    credit_code = forms.RegexField(
        r"^[0-9A-HJ-NPQRTUWXY]{18}$",
        label=_("Unified social credit code"),
        required=False,
        error_messages={"invalid": _("A credit code has 18 figures and capital letters.")},
    )

    @staticmethod
    def initial_of(employer: Employer) -> dict:
        columns = {name: getattr(employer, name) for name in EMPLOYER_COLUMNS}
        return columns | {"area": serials.in_chinese(employer.area_id)}

    @property
    def columns(self) -> dict:
        columns = {name: self.cleaned_data[name] for name in EMPLOYER_COLUMNS}
        return columns | {"credit_code": columns["credit_code"] or None}


class HoldForm(forms.Form):
    because = WorkerNoteField(label=_("Why"), max_length=200, required=True)


class VacancyForm(forms.Form):
    once = OnceField()
    title = forms.CharField(label=_("Post"), max_length=80)
    area = PlaceField(help_text=_("City or county, such as Yongkang in Zhejiang, or Jinsha."))
    headcount = CountField(label=_("People wanted"), min_value=1, max_value=9999, initial=1)
    wage_low = YuanField(label=_("Wage from, yuan a month"))
    wage_high = YuanField(label=_("Wage to"))
    board = forms.BooleanField(label=_("Meals"), required=False)
    lodging = forms.BooleanField(label=_("Lodging"), required=False)
    age_min = CountField(label=_("Age from"), min_value=WORKING_AGE, max_value=70, initial=ADULT)
    age_max = CountField(label=_("Age to"), min_value=WORKING_AGE, max_value=70, initial=55)
    night_shift = forms.BooleanField(label=_("Night shifts"), required=False)
    suits_minors = forms.BooleanField(
        label=_("Suits people of 16 and 17"),
        required=False,
        help_text=_("Only without night shifts, underground, toxic or heavy work."),
    )
    note = forms.CharField(label=_("What else to know"), max_length=300, required=False)
    open_from = DayField(label=_("Open from"))
    open_until = DayField(label=_("Open until"), required=False)

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["open_from"].initial = today

    @staticmethod
    def initial_of(vacancy: Vacancy) -> dict:
        columns = {name: getattr(vacancy, name) for name in VACANCY_COLUMNS}
        return columns | {"area": serials.in_chinese(vacancy.area_id)}

    def clean(self) -> dict:
        cleaned = super().clean()
        self._in_order(cleaned, "wage_low", "wage_high", _("The higher wage is below the lower one."))
        self._in_order(cleaned, "age_min", "age_max", _("The highest age is below the lowest."))
        self._in_order(cleaned, "open_from", "open_until", _("The post would end before it opens."))
        if cleaned.get("suits_minors") and cleaned.get("night_shift"):
            self.add_error("suits_minors", _("People of 16 and 17 may not work at night."))
        return cleaned

    def _in_order(self, cleaned: dict, low: str, high: str, words) -> None:
        if cleaned.get(low) and cleaned.get(high) and cleaned[low] > cleaned[high]:
            self.add_error(high, words)

    @property
    def columns(self) -> dict:
        return {name: self.cleaned_data[name] for name in VACANCY_COLUMNS}


class VacancyFilter(FilterForm):
    q = SearchField(label=_("Post or employer"))
    place = SearchField(label=_("Where"))
    wage = CountField(label=_("Pays at least"), min_value=1, max_value=100_000, required=False)
    benefits = forms.ChoiceField(
        label=_("Meals and lodging"),
        required=False,
        choices=[
            ("", pgettext_lazy("benefits", "Any")),
            ("board", _("Meals")),
            ("lodging", _("Lodging")),
            ("both", pgettext_lazy("benefits", "Both")),
        ],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("vacancies", "Open, with openings")),
            ("full", pgettext_lazy("vacancies", "Full")),
            ("closed", pgettext_lazy("vacancies", "Closed or over")),
            ("any", _("Any state")),
        ],
    )
