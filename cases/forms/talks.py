"""The outcome of a call or a visit: three taps at most, six answers for a visit."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import TWO_WAY_OUTCOMES, Outcome
from kit.days import local_day, local_moment, local_time
from kit.fields import DayField, MomentField, OnceField, RowField
from workers.choices import WISHED_PLACES, Status
from workers.forms.fields import WorkerNoteField, WorkerRemarkField

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
EVENING, MORNING = time(18, 30), time(9)

SUGGESTED, THIS_EVENING, TOMORROW, OWN = "suggested", "evening", "tomorrow", "own"
NEXT_TIMES = (
    (SUGGESTED, _("As suggested")),
    (THIS_EVENING, _("This evening")),
    (TOMORROW, _("Tomorrow morning")),
    (OWN, pgettext_lazy("choose a time", "Choose")),
)

OWN_WORDS = "own"
PUT_OFF = (
    ("agreed", _("Agreed with the worker")),
    ("away", _("Away until then")),
    ("harvest", _("Busy with the harvest")),
    (OWN_WORDS, pgettext_lazy("a reason", "Something else")),
)


class TalkForm(forms.Form):
    """`talk` is what the service wants of it. Answers that do not belong to the outcome are not looked at."""

    once = OnceField()
    item = RowField()
    status = forms.ChoiceField(
        label=_("How are they now?"), choices=HOW_IT_GOES, required=False, widget=forms.RadioSelect
    )
    next = forms.ChoiceField(
        label=_("Next time"), choices=NEXT_TIMES, initial=SUGGESTED, required=False, widget=forms.RadioSelect
    )
    next_at = MomentField(label=_("Day and time"), required=False)
    put_off = forms.ChoiceField(
        label=_("Why does it have to wait?"), choices=PUT_OFF, required=False, widget=forms.RadioSelect
    )
    put_off_words = WorkerRemarkField(label=_("In your own words"), max_length=200)
    reason = WorkerRemarkField(label=_("Why not?"), max_length=200)
    reask_on = DayField(label=_("Ask again on"), required=False)
    happened_at = MomentField(label=_("When was it?"), required=False)
    note = WorkerNoteField()

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
        self.fields["reask_on"].initial = self.today + REASK_AFTER
        if local_time(now) >= EVENING:
            self.fields["next"].choices = [choice for choice in NEXT_TIMES if choice[0] != THIS_EVENING]

    @property
    def today(self) -> date:
        return local_day(self.now)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") in TWO_WAY_OUTCOMES:
            self._clean_status(cleaned)
        elif cleaned.get("next") == OWN and not cleaned.get("next_at") and "next_at" not in self.errors:
            self.add_error("next_at", _("Choose the day and time."))
        return cleaned

    def _clean_status(self, cleaned):
        status = cleaned.get("status")
        if not status and "status" not in self.errors:
            self.add_error("status", _("Say how they are now."))
        if status == Status.NOT_WILLING and not cleaned.get("reason"):
            self.add_error("reason", _("Not willing needs a reason."))
        if status in STAYS_HOME:
            check_reask_on(self, cleaned, self.today)

    @property
    def is_two_way(self) -> bool:
        return self.cleaned_data["outcome"] in TWO_WAY_OUTCOMES

    @property
    def talk(self) -> dict:
        """Arguments of `record_talk`, without the case, the channel and the actor."""
        data = self.cleaned_data
        stays_home = self.is_two_way and data["status"] in STAYS_HOME
        return {
            "outcome": data["outcome"],
            "happened_at": data["happened_at"] or self.now,
            "status": data["status"] if self.is_two_way else None,
            "note": self._why_and_note if stays_home else data["note"],
            "reask_on": data["reask_on"] if stays_home else None,
            "next_at": None if self.is_two_way else self._chosen_next_at,
            "put_off_because": "" if self.is_two_way else chosen_words(data, "put_off", PUT_OFF),
            "once": data["once"],
            "item": data["item"],
            "wishes": self.wishes if self.is_two_way else {},
        }

    @property
    def wishes(self) -> dict:
        """Columns of the worker that were answered; an empty answer changes nothing."""
        return {}

    @property
    def _chosen_next_at(self) -> datetime | None:
        """None leaves it to the rule of the outcome."""
        times = {
            THIS_EVENING: local_moment(self.today, EVENING.hour, EVENING.minute),
            TOMORROW: local_moment(self.today + timedelta(days=1), MORNING.hour),
            OWN: self.cleaned_data["next_at"],
        }
        return times.get(self.cleaned_data["next"])

    @property
    def _why_and_note(self) -> str:
        """The end of a case wants words: the worker's reason, or at least how they are."""
        data = self.cleaned_data
        why = data["reason"] or str(dict(HOW_IT_GOES)[data["status"]])
        return "\n".join(filter(None, [why, data["note"]]))


class CallForm(TalkForm):
    outcome = forms.ChoiceField(
        label=_("How did the call go?"), choices=[(o.value, o.label) for o in CALL_OUTCOMES], widget=forms.RadioSelect
    )


class VisitForm(TalkForm):
    outcome = forms.ChoiceField(
        label=_("Whom did you meet?"), choices=[(o.value, o.label) for o in VISIT_OUTCOMES], widget=forms.RadioSelect
    )
    wish_place = forms.ChoiceField(
        label=_("Where do they want to go?"),
        required=False,
        choices=list(WISHED_PLACES.items()),
        widget=forms.RadioSelect,
    )
    wish_wage = forms.ChoiceField(
        label=_("At least how much?"),
        required=False,
        choices=[(str(n), f"{n:,}") for n in (3500, 4000, 5000, 6000)],
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
        data = self.cleaned_data
        answered = {
            "wish_place": data["wish_place"],
            "wish_wage": int(data["wish_wage"]) if data["wish_wage"] else "",
            "wish_with_spouse": {"yes": True, "no": False}.get(data["wish_with_spouse"], ""),
        }
        return {name: value for name, value in answered.items() if value != ""}


def chosen_words(cleaned: dict, name: str, choices) -> str:
    """The chip that was pressed, or what was typed instead; "" when nothing was."""
    chosen = cleaned.get(name)
    if not chosen or chosen == OWN_WORDS:
        return cleaned[f"{name}_words"]
    return str(dict(choices)[chosen])


def check_reask_on(form: forms.Form, cleaned: dict, today: date) -> None:
    """A day to ask again that lies ahead."""
    if "reask_on" in form.errors:
        return
    if not cleaned.get("reask_on"):
        form.add_error("reask_on", _("Choose the day on which you will ask again."))
    elif cleaned["reask_on"] <= today:
        form.add_error("reask_on", _("The day to ask again must lie ahead."))
