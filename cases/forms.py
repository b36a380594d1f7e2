from datetime import datetime, timedelta
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import TWO_WAY_OUTCOMES, CloseReason, FollowUpResult, Outcome
from cases.local_time import local_moment
from staff.models import User
from workers.choices import Status

CALL_OUTCOMES = (
    Outcome.SPOKE_TO_WORKER, Outcome.SPOKE_TO_RELATIVE, Outcome.NO_ANSWER,
    Outcome.SWITCHED_OFF, Outcome.WRONG_NUMBER, Outcome.REFUSED,
)  # fmt: skip
VISIT_OUTCOMES = (Outcome.VISITED_MET, Outcome.SPOKE_TO_RELATIVE, Outcome.VISITED_ABSENT, Outcome.REFUSED)

HOW_IT_GOES = (
    (Status.UNEMPLOYED_WILLING, _("At home, looking for work")),
    (Status.RETURNED_GOING_BACK, _("Going back soon")),
    (Status.EMPLOYED_OUTSIDE_PROVINCE, _("Already working away")),
    (Status.EMPLOYED_IN_COUNTY, _("Working nearby")),
    (Status.FARMING, _("Farming, staying")),
    (Status.NOT_WILLING, _("Does not want work")),
    (Status.STUDENT, _("Studying")),
    (Status.UNABLE, _("Not able to work")),
)
STAYS_HOME = (Status.NOT_WILLING, Status.FARMING)
REASK_AFTER = timedelta(days=30)
LOCAL = "%Y-%m-%dT%H:%M"


class OnceForm(forms.Form):
    """Carries the key that makes a replayed POST count once."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)


class TalkForm(OnceForm):
    """What came of a call or visit. Three taps at most: outcome, how it goes, done."""

    status = forms.ChoiceField(
        label=_("How are they now?"), choices=HOW_IT_GOES, required=False, widget=forms.RadioSelect
    )
    next = forms.ChoiceField(
        label=_("Next time"),
        choices=[
            ("suggested", _("As suggested")),
            ("evening", _("This evening")),
            ("tomorrow", _("Tomorrow morning")),
            ("own", pgettext_lazy("choose a time", "Choose")),
        ],
        initial="suggested",
        required=False,
        widget=forms.RadioSelect,
    )
    next_at = forms.DateTimeField(
        label=_("Day and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
    )
    reason = forms.CharField(label=_("Why not?"), max_length=200, required=False)
    reask_on = forms.DateField(
        label=_("Ask again on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    happened_at = forms.DateTimeField(
        label=_("When was it?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    faces = {
        "outcome": {
            Outcome.SPOKE_TO_WORKER: {"icon": "phone-check", "hint": _("counts as contact")},
            Outcome.SPOKE_TO_RELATIVE: {"icon": "users", "hint": _("does not count as contact")},
            Outcome.NO_ANSWER: {"icon": "phone-pause"},
            Outcome.SWITCHED_OFF: {"icon": "device-mobile-off"},
            Outcome.WRONG_NUMBER: {"icon": "phone-x", "hint": _("a new number is needed")},
            Outcome.REFUSED: {"icon": "phone-off", "hint": _("ask another way")},
            Outcome.VISITED_MET: {"icon": "user-check", "hint": _("counts as contact")},
            Outcome.VISITED_ABSENT: {"icon": "home"},
        },
        "status": {
            Status.UNEMPLOYED_WILLING: {"icon": "search"},
            Status.RETURNED_GOING_BACK: {"icon": "bus", "hint": _("then ask about a seat")},
            Status.EMPLOYED_OUTSIDE_PROVINCE: {"icon": "building-factory-2"},
            Status.EMPLOYED_IN_COUNTY: {"icon": "home"},
            Status.FARMING: {"icon": "plant-2"},
            Status.NOT_WILLING: {"icon": "hand-stop", "hint": _("needs a reason")},
            Status.STUDENT: {"icon": "school"},
            Status.UNABLE: {"icon": "lifebuoy"},
        },
    }

    def __init__(self, *args, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["reask_on"].initial = timezone.localdate(now) + REASK_AFTER

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") in TWO_WAY_OUTCOMES:
            self._clean_status(cleaned)
        elif cleaned.get("next") == "own" and not cleaned.get("next_at"):
            self.add_error("next_at", _("Choose the day and time."))
        return cleaned

    def _clean_status(self, cleaned):
        if not cleaned.get("status"):
            self.add_error("status", _("Say how they are now."))
        if cleaned.get("status") == Status.NOT_WILLING and not cleaned.get("reason"):
            self.add_error("reason", _("Not willing needs a reason."))
        if cleaned.get("status") in STAYS_HOME and not cleaned.get("reask_on"):
            self.add_error("reask_on", _("Choose the day on which you will ask again."))

    @property
    def chosen_next_at(self) -> datetime | None:
        """None leaves it to the rule of the outcome."""
        today = timezone.localdate(self.now)
        times = {
            "evening": local_moment(today, 18, 30),
            "tomorrow": local_moment(today + timedelta(days=1), 9),
            "own": self.cleaned_data["next_at"],
        }
        return times.get(self.cleaned_data["next"])

    @property
    def talk(self) -> dict:
        """Arguments of `record_contact`, without the case, the channel and the actor."""
        data = self.cleaned_data
        met = data["outcome"] in TWO_WAY_OUTCOMES
        stays_home = met and data["status"] in STAYS_HOME
        return {
            "outcome": data["outcome"],
            "happened_at": data["happened_at"] or self.now,
            "status": data["status"] if met else None,
            "note": self._reason_or_status if stays_home else data["note"],
            "reask_on": data["reask_on"] if stays_home else None,
            "next_at": None if met else self.chosen_next_at,
            "once": data["once"],
        }

    @property
    def _reason_or_status(self) -> str:
        return self.cleaned_data["reason"] or str(dict(HOW_IT_GOES)[self.cleaned_data["status"]])


def _outcomes(outcomes):
    return [(outcome.value, outcome.label) for outcome in outcomes]


class CallForm(TalkForm):
    outcome = forms.ChoiceField(
        label=_("How did the call go?"), choices=_outcomes(CALL_OUTCOMES), widget=forms.RadioSelect
    )


class VisitForm(TalkForm):
    outcome = forms.ChoiceField(
        label=_("Whom did you meet?"), choices=_outcomes(VISIT_OUTCOMES), widget=forms.RadioSelect
    )
    wish_place = forms.ChoiceField(
        label=_("Where do they want to go?"),
        required=False,
        choices=[
            ("省外", _("Other province")),
            ("省内", _("In the province")),
            ("县内", _("Nearby")),
            ("都可以", pgettext_lazy("place of work", "Anywhere")),
        ],
        widget=forms.RadioSelect,
    )
    wish_wage = forms.ChoiceField(
        label=_("At least how much?"),
        required=False,
        choices=[(n, f"{n:,}") for n in (3500, 4000, 5000, 6000)],
        widget=forms.RadioSelect,
    )
    wish_with_spouse = forms.ChoiceField(
        label=_("Who comes along?"),
        required=False,
        choices=[("no", pgettext_lazy("travels", "Alone")), ("yes", _("With spouse"))],
        widget=forms.RadioSelect,
    )

    @property
    def wishes(self) -> dict:
        """Columns of the worker that were answered; an empty answer changes nothing."""
        data = self.cleaned_data
        answered = {
            "wish_place": data["wish_place"],
            "wish_wage": int(data["wish_wage"]) if data["wish_wage"] else "",
            "wish_with_spouse": {"yes": True, "no": False}.get(data["wish_with_spouse"], ""),
        }
        return {name: value for name, value in answered.items() if value != ""}


class FollowUpForm(OnceForm):
    result = forms.ChoiceField(
        label=_("Are they still at work?"), choices=FollowUpResult.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    faces = {
        "result": {
            FollowUpResult.STILL_WORKING: {"icon": "circle-check"},
            FollowUpResult.LEFT: {"icon": "logout", "hint": _("back to “contacted”")},
            FollowUpResult.WAGE_TROUBLE: {"icon": "cash-off", "hint": _("asked again soon")},
            FollowUpResult.NOT_REACHED: {"icon": "phone-pause", "hint": _("try again tomorrow")},
        }
    }


class CloseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why does the case end?"), choices=CloseReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In a few words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reask_on = forms.DateField(
        label=_("Ask again on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == CloseReason.NOT_WILLING:
            if not cleaned.get("note"):
                self.add_error("note", _("Not willing needs a reason."))
            if not cleaned.get("reask_on"):
                self.add_error("reask_on", _("Choose the day on which you will ask again."))
        return cleaned


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("Responsible"), queryset=User.objects.none())

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners


class ReassignForm(AssignForm):
    cases = forms.TypedMultipleChoiceField(coerce=int, choices=())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.data.getlist("cases") if hasattr(self.data, "getlist") else []
        self.fields["cases"].choices = [(case_id, case_id) for case_id in chosen if case_id.isdigit()]
