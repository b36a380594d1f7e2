from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.fields import PlaceField
from jobs.forms.fields import PaperField, YuanField
from jobs.models import Introduction, Placement, Vacancy
from jobs.refusals import EndDateUnlikely
from jobs.services import Terms, check_end
from kit.fields import DayField, OnceField
from workers.forms.fields import WorkerRemarkField

Evidence, Result = Placement.Evidence, Introduction.Result
ELSEWHERE = "elsewhere"
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
SUNDAY = 6
Ended = Placement.Ended
WRITTEN_BY_THE_SYSTEM = (Ended.CASE_CLOSED, Ended.TAKEN_BACK)


class IntroduceForm(forms.Form):
    """One post, chosen from those that fit."""

    once = OnceField()
    vacancy = forms.ModelChoiceField(
        Vacancy.objects.none(),
        label=_("Which post?"),
        empty_label=None,
        error_messages={"required": _("Choose a post."), "invalid_choice": _("This post is no longer open.")},
    )

    def __init__(self, *args, vacancies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vacancy"].queryset = vacancies


class TermsForm(forms.Form):
    """When somebody starts, for how much, and how we know. `today` gives the quick answers."""

    once = OnceField()
    start = forms.ChoiceField(label=_("First day of work"), required=False, widget=forms.RadioSelect)
    start_on = DayField(label=_("Which day?"), required=False)
    wage = YuanField(label=_("Monthly wage, yuan"), required=False)
    evidence = forms.ChoiceField(
        label=_("How do you know?"), choices=Evidence.choices, required=False, widget=forms.RadioSelect
    )
    evidence_note = WorkerRemarkField(label=_("Who confirmed it, and how"), max_length=300)
    evidence_file = PaperField(label=_("Photo or scan"))
    needs_transport = forms.ChoiceField(
        label=_("Is a seat needed to get there?"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )

    faces = {
        "evidence": {
            Evidence.WORKER_WORD: {"icon": "user-check"},
            Evidence.EMPLOYER_WORD: {"icon": "building-factory-2", "hint": _("needs a name")},
            Evidence.CONTRACT_PHOTO: {"icon": "camera", "hint": _("needs the photo")},
            Evidence.STATION_CHECK: {"icon": "shield-check", "hint": _("needs a name")},
            Evidence.WAGE_RECORD: {"icon": "cash", "hint": _("needs a note or photo")},
        },
        "needs_transport": {"yes": {"icon": "bus"}, "no": {"icon": "walk"}},
    }

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.days = quick_days(today)
        words = {"today": _("Today"), "tomorrow": _("Tomorrow"), "monday": _("Next Monday")}
        choose = ("own", pgettext_lazy("choose a time", "Choose"))
        self.fields["start"].choices = [(name, words[name]) for name in self.days] + [choose]

    def clean_terms(self, cleaned: dict) -> None:
        """For an answer that says hired: everything a placement needs, told field by field."""
        if not cleaned.get("start"):
            self.add_error("start", _("Choose the first day of work."))
        elif cleaned["start"] == "own" and not cleaned.get("start_on") and "start_on" not in self.errors:
            self.add_error("start_on", _("Choose the first day of work."))
        if not cleaned.get("evidence"):
            self.add_error("evidence", _("Choose how you know it."))
        if not cleaned.get("needs_transport"):
            self.add_error("needs_transport", _("Say whether a seat is needed."))

    @property
    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            start_on=self.days.get(data["start"]) or data["start_on"],
            evidence=data["evidence"],
            needs_transport=data["needs_transport"] == "yes",
            wage=data["wage"],
            evidence_note=data["evidence_note"],
            evidence_file=data["evidence_file"],
        )


class PlacementForm(TermsForm):
    """A job already found: one of our posts, or an employer of their own."""

    vacancy = forms.ChoiceField(
        label=_("Where?"), widget=forms.RadioSelect, error_messages={"required": _("Choose where they start work.")}
    )
    employer_name = WorkerRemarkField(label=_("Employer"), max_length=120)
    area = PlaceField(required=False, help_text=_("City or county, such as Yongkang in Zhejiang, or Jinsha."))

    def __init__(self, *args, vacancies: list[Vacancy], **kwargs):
        super().__init__(*args, **kwargs)
        self.vacancies = {str(vacancy.pk): vacancy for vacancy in vacancies}
        posts = [(key, f"{vacancy.title}，{vacancy.employer.name}") for key, vacancy in self.vacancies.items()]
        self.fields["vacancy"].choices = [*posts, (ELSEWHERE, _("Another employer, found on their own"))]

    def clean(self) -> dict:
        cleaned = super().clean()
        self.clean_terms(cleaned)
        if cleaned.get("vacancy") == ELSEWHERE:
            if not cleaned.get("employer_name"):
                self.add_error("employer_name", _("Write the employer's name."))
            if not cleaned.get("area") and "area" not in self.errors:
                self.add_error("area", _("Write where the work is."))
        return cleaned

    @property
    def chosen_vacancy(self) -> Vacancy | None:
        return self.vacancies.get(self.cleaned_data["vacancy"])


class ResultForm(TermsForm):
    """What the employer said about somebody introduced."""

    result = forms.ChoiceField(
        label=_("What did the employer say?"),
        choices=[(r.value, r.label) for r in (Result.HIRED, Result.WAITING, Result.NOT_HIRED, Result.NO_SHOW)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the employer said.")},
    )
    note = WorkerRemarkField(label=_("Note"), max_length=300)

    faces = TermsForm.faces | {
        "result": {
            Result.HIRED: {"icon": "circle-check", "hint": _("becomes placed")},
            Result.WAITING: {"icon": "hourglass-high", "hint": _("ask again in 3 days")},
            Result.NOT_HIRED: {"icon": "x", "hint": _("another job is looked for")},
            Result.NO_SHOW: {"icon": "user-x", "hint": _("ask the worker why")},
        }
    }

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("result") == Result.HIRED:
            self.clean_terms(cleaned)
        return cleaned

    @property
    def terms_if_hired(self) -> Terms | None:
        return self.terms if self.cleaned_data["result"] == Result.HIRED else None


class EndForm(forms.Form):
    """Why and when a job ended, as far as a person says so."""

    because = forms.ChoiceField(
        label=_("Why did it end?"),
        choices=[(why.value, why.label) for why in Placement.Ended if why not in WRITTEN_BY_THE_SYSTEM],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it ended.")},
    )
    ended_on = DayField(label=_("Last day of work"))
    note = WorkerRemarkField(label=_("Note"), max_length=300)

    def __init__(self, *args, placement: Placement, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.placement, self.today = placement, today
        self.fields["ended_on"].initial = today

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("because") and cleaned.get("ended_on"):
            try:
                check_end(self.placement, cleaned["because"], cleaned["ended_on"], self.today)
            except EndDateUnlikely as refusal:
                self.add_error("ended_on", str(refusal))
        return cleaned


def quick_days(today: date) -> dict[str, date]:
    """Today, tomorrow, and the Monday after."""
    tomorrow = today + timedelta(days=1)
    monday = tomorrow + timedelta(days=(SUNDAY + 1 - tomorrow.weekday()) % 7 or 7)
    return {"today": today, "tomorrow": tomorrow, "monday": monday}
