"""The outcome of a call or a visit: three taps at most, and four more for what the worker wishes."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import TELLS_A_NUMBER, TWO_WAY_OUTCOMES, Outcome
from cases.contact.outcomes import is_end_of_job
from cases.forms.answers import (
    A_DAY,
    DAYS_AGO,
    HAPPENED,
    HOW_IT_GOES,
    NEXT_TIMES,
    OWN,
    PUT_OFF,
    SEAT,
    SINCE,
    STAYS_HOME,
    SUGGESTED,
    THIS_EVENING,
    TOMORROW,
    WHY_NOT,
    YESTERDAY,
    check_is_sure,
    chosen_words,
)
from kit import said
from kit.days import local_day, local_moment, local_time
from kit.fields import DayField, MomentField, OnceField, RowField
from workers import identity
from workers.choices import EMPLOYED, WISHED_PLACES, Status, WishedStart
from workers.forms.fields import JobFields, WorkerNoteField, WorkerRemarkField, digits_input, read_or_refuse

CALL_OUTCOMES = (
    Outcome.SPOKE_TO_WORKER, Outcome.SPOKE_TO_RELATIVE, Outcome.NO_ANSWER,
    Outcome.SWITCHED_OFF, Outcome.WRONG_NUMBER, Outcome.REFUSED,
)  # fmt: skip
VISIT_OUTCOMES = (Outcome.VISITED_MET, Outcome.SPOKE_TO_RELATIVE, Outcome.VISITED_ABSENT, Outcome.REFUSED)

REASK_AFTER = timedelta(days=30)
EVENING, MORNING = time(18, 30), time(9)


def chips(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


class NextTimeField(forms.ChoiceField):
    """A sheet may have been opened while it was still offered: a time that is over now means the suggested one."""

    is_over = ""

    def take_out(self, choice: str) -> None:
        self.is_over = choice
        self.choices = [each for each in self.choices if each[0] != choice]

    def to_python(self, value):
        return SUGGESTED if value and value == self.is_over else super().to_python(value)


class TalkForm(JobFields):
    """`talk` is what the service wants of it. Answers that do not belong to the outcome are not looked at."""

    once = OnceField()
    item = RowField()
    phone_mark = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    status = chips(_("How are they now?"), HOW_IT_GOES)
    wish_place = chips(_("Where do they want to go?"), list(WISHED_PLACES.items()))
    wish_from = chips(_("From when?"), WishedStart.choices)
    wish_wage = chips(_("At least how much?"), [(str(n), f"{n:,}") for n in (3500, 4000, 5000, 6000)])
    wish_with_spouse = chips(
        _("Who comes along?"), [("no", pgettext_lazy("travels", "Alone")), ("yes", _("With spouse"))]
    )
    seat = chips(_("Is a seat needed?"), SEAT)
    since = chips(_("Since when?"), SINCE)
    since_on = DayField(label=_("Which day?"), required=False)
    new_phone = forms.CharField(
        label=_("The new number"), max_length=40, required=False, widget=digits_input(type="tel")
    )
    next = NextTimeField(
        label=_("Next time"), choices=NEXT_TIMES, initial=SUGGESTED, required=False, widget=forms.RadioSelect
    )
    next_at = MomentField(label=_("Day and time"), required=False)
    put_off = chips(_("Why does it have to wait?"), PUT_OFF)
    put_off_words = WorkerRemarkField(label=_("In your own words"), max_length=200)
    sure = forms.BooleanField(label=_("Yes, the job has ended"), required=False)
    why = chips(_("Why not?"), WHY_NOT)
    why_words = WorkerRemarkField(label=_("In your own words"), max_length=200)
    reask_on = DayField(label=_("Ask again on"), required=False)
    happened = chips(_("When was it?"), HAPPENED)
    happened_at = MomentField(label=_("Day and time"), required=False)
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

    def __init__(self, *args, now: datetime, opened_at: datetime, state: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        self.ends_a_job = [status for status, _label in HOW_IT_GOES if is_end_of_job(state, status)]
        self.fields["reask_on"].initial = self.today + REASK_AFTER
        if local_time(now) >= EVENING:
            self.fields["next"].take_out(THIS_EVENING)
        if local_day(opened_at) >= self.today:
            self.fields["happened"].choices = [choice for choice in HAPPENED if choice[0] != YESTERDAY]

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

    def clean_new_phone(self) -> str:
        return read_or_refuse(identity.read_phone, self.cleaned_data["new_phone"])

    def _clean_status(self, cleaned):
        status = cleaned.get("status")
        if not status and "status" not in self.errors:
            self.add_error("status", _("Say how they are now."))
        if status == Status.NOT_WILLING and not chosen_words(cleaned, "why", WHY_NOT):
            self.add_error("why", _("Not willing needs a reason."))
        if status in self.ends_a_job:
            check_is_sure(self, cleaned)
        if status in STAYS_HOME:
            check_reask_on(self, cleaned, self.today)
        if status in EMPLOYED and (cleaned.get("since_on") or self.today) > self.today:
            self.add_error("since_on", _("This day is still to come."))

    @property
    def is_two_way(self) -> bool:
        return self.cleaned_data["outcome"] in TWO_WAY_OUTCOMES

    @property
    def talk(self) -> dict:
        """Arguments of `record_talk`, without the case, the channel and the actor."""
        data = self.cleaned_data
        told = {"outcome": data["outcome"], "happened_at": self._happened_at, "note": data["note"]}
        told |= {"once": data["once"], "item": data["item"], "wishes": {}}
        told["new_phone"] = data["new_phone"] if data["outcome"] in TELLS_A_NUMBER else ""
        return told | (self._said_by_the_worker() if self.is_two_way else self._tried_in_vain())

    def _tried_in_vain(self) -> dict:
        data = self.cleaned_data
        return {
            "next_at": self._chosen_next_at,
            "put_off_because": chosen_words(data, "put_off", PUT_OFF),
            "phone_mark": data["phone_mark"],
        }

    def _said_by_the_worker(self) -> dict:
        data = self.cleaned_data
        told = {"status": data["status"]}
        if data["status"] in STAYS_HOME:
            return told | {"note": self._why_and_note, "reask_on": data["reask_on"]}
        if data["status"] in EMPLOYED:
            return told | self.job() | {"started_on": self._started_on}
        if data["status"] == Status.RETURNED_GOING_BACK:
            return told | {"seat": data["seat"]}
        return told | {"wishes": self.wishes if data["status"] == Status.UNEMPLOYED_WILLING else {}}

    @property
    def wants_a_seat(self) -> bool:
        """Said by somebody who goes back to work."""
        data = self.cleaned_data
        return self.is_two_way and data["status"] == Status.RETURNED_GOING_BACK and data["seat"] == "yes"

    @property
    def wishes(self) -> dict:
        """Columns of the worker that were answered; an empty answer changes nothing."""
        data = self.cleaned_data
        answered = {
            "wish_place": data["wish_place"],
            "wish_from": data["wish_from"],
            "wish_wage": int(data["wish_wage"]) if data["wish_wage"] else "",
            "wish_with_spouse": {"yes": True, "no": False}.get(data["wish_with_spouse"], ""),
        }
        return {name: value for name, value in answered.items() if value != ""}

    @property
    def _happened_at(self) -> datetime:
        """Yesterday is yesterday at this hour."""
        if self.cleaned_data["happened"] == YESTERDAY:
            return self.now - A_DAY
        return self.cleaned_data["happened_at"] or self.now

    @property
    def _started_on(self) -> date | None:
        since = self.cleaned_data["since"]
        return self.today - DAYS_AGO[since] * A_DAY if since in DAYS_AGO else self.cleaned_data["since_on"]

    @property
    def _chosen_next_at(self) -> datetime | None:
        """None leaves it to the rule of the outcome."""
        times = {
            THIS_EVENING: local_moment(self.today, EVENING.hour, EVENING.minute),
            TOMORROW: local_moment(self.today + A_DAY, MORNING.hour),
            OWN: self.cleaned_data["next_at"],
        }
        return times.get(self.cleaned_data["next"])

    @property
    def _why_and_note(self) -> str:
        """The end of a case wants words: the worker's reason, or at least how they are."""
        data = self.cleaned_data
        why = chosen_words(data, "why", WHY_NOT) or said.stored(dict(HOW_IT_GOES)[data["status"]])
        return "\n".join(filter(None, [why, data["note"]]))


class CallForm(TalkForm):
    outcome = forms.ChoiceField(
        label=_("How did the call go?"), choices=[(o.value, o.label) for o in CALL_OUTCOMES], widget=forms.RadioSelect
    )


class VisitForm(TalkForm):
    outcome = forms.ChoiceField(
        label=_("Whom did you meet?"), choices=[(o.value, o.label) for o in VISIT_OUTCOMES], widget=forms.RadioSelect
    )


def check_reask_on(form: forms.Form, cleaned: dict, today: date) -> None:
    """A day to ask again that lies ahead."""
    if "reask_on" in form.errors:
        return
    if not cleaned.get("reask_on"):
        form.add_error("reask_on", _("Choose the day on which you will ask again."))
    elif cleaned["reask_on"] <= today:
        form.add_error("reask_on", _("The day to ask again must lie ahead."))
