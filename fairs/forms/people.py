from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fairs.choices import MOST_WISHES, PROMISES, NoMatchReason, Result
from fairs.models import BoothVacancy, Fair, FairReferral
from fairs.refusals import MoreHiredThanPromised
from fairs.selectors import FairChoice
from fairs.selectors.people import FILTERS
from fairs.services import InterviewResult
from jobs.forms.fields import YuanField
from jobs.forms.placing import YES_NO, quick_days
from jobs.models import Vacancy
from kit.fields import DayField, RowField
from kit.filters import FilterForm, NumberField, SearchField
from kit.refusals import Refusal
from workers.forms.fields import WorkerRemarkField

OWN = "own"
ANSWERS = (Result.HIRED, Result.SECOND_INTERVIEW, Result.INTENT, Result.NO_MATCH)
"""What an employer at a booth can say."""


class PeopleFilter(FilterForm):
    show = forms.ChoiceField(required=False, choices=[(name, name) for name in FILTERS])
    post = NumberField(min_value=1)
    reason = forms.ChoiceField(required=False, choices=NoMatchReason.choices)


class LiveFilter(FilterForm):
    """`seen` is the pulse of the board as the desk shows it."""

    seen = SearchField()


def _marked_if_full(post: Vacancy, name: str) -> str:
    """Still in the list: an employer may speak of a second interview for a post that is full."""
    return name if post.openings else str(_("%(post)s (full)") % {"post": name})


class BeyondField(forms.BooleanField):
    """Shown once a result was refused because the employer had promised no more posts."""

    def __init__(self):
        super().__init__(label=_("It hires more than it promised"), required=False)


class RowResultForm(forms.Form):
    """One row of the results of a booth. `posts` are the booth's, by key; a row without an answer is left alone.

    `chosen` is what was chosen and not sent to be saved yet: nobody is told what is still missing in it.
    """

    result = forms.ChoiceField(
        choices=[("", "—"), *((r.value, r.label) for r in ANSWERS)], required=False, label=_("Result")
    )
    vacancy = forms.TypedChoiceField(required=False, label=_("Post"), empty_value=None)
    start_on = DayField(required=False, label=_("First day of work"))
    needs_transport = forms.BooleanField(required=False, initial=True, label=_("Needs a seat"))
    reason = forms.ChoiceField(choices=[("", "—"), *NoMatchReason.choices], required=False, label=_("Why not"))
    note = WorkerRemarkField(label=_("Employer's remark"), max_length=200)
    beyond = BeyondField()

    def __init__(self, data=None, *, referral: FairReferral, posts: dict[int, Vacancy], chosen=None, **kwargs):
        wished = next((w.offer.vacancy_id for w in referral.wishes.all() if w.offer.vacancy_id in posts), None)
        initial = {"vacancy": wished or next(iter(posts), None)} | (chosen or {})
        super().__init__(data, prefix=f"r{referral.pk}", initial=initial, **kwargs)
        self.referral, self.posts = referral, posts
        self.fields["vacancy"].choices = [(pk, _marked_if_full(post, post.title)) for pk, post in posts.items()]
        self.fields["vacancy"].coerce = lambda pk: posts[int(pk)]

    def unsaved(self) -> "RowResultForm":
        chosen = {name: self[name].value() for name in self.fields}
        return RowResultForm(referral=self.referral, posts=self.posts, chosen=chosen)

    @property
    def is_answered(self) -> bool:
        return bool(self.data.get(self.add_prefix("result")))

    def clean(self) -> dict:
        cleaned = super().clean()
        result = cleaned.get("result")
        if result in (Result.HIRED, *PROMISES) and not cleaned.get("vacancy"):
            self.add_error("vacancy", _("Say which post was talked about."))
        if result == Result.HIRED and not cleaned.get("start_on"):
            self.add_error("start_on", _("Hired needs a first day. Without one, record an intent."))
        if result == Result.NO_MATCH and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it did not match."))
        return cleaned

    @property
    def interview(self) -> InterviewResult:
        """Only what belongs to the answer, as on the page of one person."""
        data = self.cleaned_data
        is_hired, is_no_match = (data["result"] == wanted for wanted in (Result.HIRED, Result.NO_MATCH))
        return InterviewResult(
            result=data["result"],
            vacancy=None if is_no_match else data["vacancy"],
            start_on=data["start_on"] if is_hired else None,
            needs_transport=data["needs_transport"],
            reason=data["reason"] if is_no_match else "",
            note=data["note"],
            is_beyond_promise=data["beyond"],
        )

    def refuse(self, refusal: Refusal) -> None:
        """Said in the row, with the tick that answers it."""
        self.add_error("beyond" if isinstance(refusal, MoreHiredThanPromised) else None, str(refusal))


class ReferForm(forms.Form):
    """One fair of those offered, and up to three of its posts in the order they were ticked."""

    fair = forms.ModelChoiceField(
        Fair.objects.none(),
        label=_("Which fair?"),
        error_messages={"required": _("Choose a fair."), "invalid_choice": _("This fair takes no more people.")},
    )
    wishes = forms.ModelMultipleChoiceField(
        BoothVacancy.objects.none(),
        label=_("Posts to ask about"),
        required=False,
        error_messages={"invalid_choice": _("This post is not offered at this fair.")},
    )

    def __init__(self, *args, choices: list[FairChoice], **kwargs):
        super().__init__(*args, **kwargs)
        offers = [choice.offer.pk for fair in choices for choice in fair.offers]
        self.fields["fair"].queryset = Fair.objects.filter(pk__in=[choice.fair.pk for choice in choices])
        self.fields["wishes"].queryset = BoothVacancy.objects.filter(pk__in=offers).select_related(
            "booth", "vacancy__employer"
        )

    def clean_wishes(self) -> list[BoothVacancy]:
        wishes = list(self.cleaned_data["wishes"])
        if len(wishes) > MOST_WISHES:
            raise forms.ValidationError(_("A worker can wish for at most three posts."), code="too_many_wishes")
        return sorted(wishes, key=lambda offer: self.data.getlist("wishes").index(str(offer.pk)))


class CheckInForm(forms.Form):
    """What is typed or scanned at the door: a code, the slip's square, a phone's tail or a name."""

    digits = forms.CharField(
        label=_("Code, last four digits of the phone, or name"), max_length=60,
        error_messages={"required": _("Type a code, the last four digits of the phone, or a name.")},
    )  # fmt: skip


class WalkInForm(forms.Form):
    case = RowField(required=True)


class NewcomerForm(forms.Form):
    worker = RowField(required=True)


class CallForm(forms.Form):
    """`seen` is the last call the page knew of, so that the same page pressed twice texts once."""

    seen = forms.DateTimeField(required=False)


class ResultForm(forms.Form):
    """What the employer said, or the cadre heard from the employer afterwards."""

    result = forms.ChoiceField(
        label=_("What did the employer say?"),
        choices=[(r.value, r.label) for r in ANSWERS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the employer said.")},
    )
    vacancy = forms.ModelChoiceField(
        Vacancy.objects.none(), label=_("Which post?"), required=False, empty_label="—",
        error_messages={"invalid_choice": _("This post is not offered at this fair.")},
    )  # fmt: skip
    start = forms.ChoiceField(label=_("First day of work"), required=False, widget=forms.RadioSelect)
    start_on = DayField(label=_("Which day?"), required=False)
    wage = YuanField(label=_("Monthly wage, yuan"), required=False)
    needs_transport = forms.ChoiceField(
        label=_("Is a seat needed to get there?"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=_("Why did it not match?"), choices=NoMatchReason.choices, required=False, widget=forms.RadioSelect
    )
    note = WorkerRemarkField(label=_("Employer's remark"), max_length=200)
    beyond = BeyondField()

    faces = {
        "result": {
            Result.HIRED: {"icon": "circle-check", "hint": _("becomes placed")},
            Result.SECOND_INTERVIEW: {"icon": "calendar-event", "hint": _("ask again in 3 working days")},
            Result.INTENT: {"icon": "hourglass-high", "hint": _("ask again in 3 working days")},
            Result.NO_MATCH: {"icon": "x", "hint": _("another job is looked for")},
        },
        "needs_transport": {"yes": {"icon": "bus"}, "no": {"icon": "walk"}},
    }

    def __init__(self, *args, fair: Fair, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        here = BoothVacancy.objects.filter(booth__fair=fair).values("vacancy")
        posts = Vacancy.objects.filter(pk__in=here).select_related("employer").order_by("employer__name", "title", "pk")
        self.fields["vacancy"].queryset = posts
        self.fields["vacancy"].label_from_instance = lambda post: _marked_if_full(
            post, f"{post.title}，{post.employer.name}"
        )
        self.days = quick_days(today)
        words = {"today": _("Today"), "tomorrow": _("Tomorrow"), "monday": _("Next Monday")}
        choose = (OWN, pgettext_lazy("choose a time", "Choose"))
        self.fields["start"].choices = [(name, words[name]) for name in self.days] + [choose]

    def clean(self) -> dict:
        cleaned = super().clean()
        result = cleaned.get("result")
        if result in (Result.HIRED, *PROMISES):
            self._needs("vacancy", _("Say which post was talked about."))
        if result == Result.HIRED:
            self._clean_start(cleaned)
            self._needs("needs_transport", _("Say whether a seat is needed."))
        if result == Result.NO_MATCH:
            self._needs("reason", _("Say why it did not match."))
        return cleaned

    def _clean_start(self, cleaned: dict) -> None:
        self._needs("start", _("Hired needs a first day. Without one, record an intent."))
        if cleaned.get("start") == OWN:
            self._needs("start_on", _("Choose the first day of work."))

    def _needs(self, field: str, words) -> None:
        if not self.cleaned_data.get(field) and field not in self.errors:
            self.add_error(field, words)

    @property
    def interview(self) -> InterviewResult:
        """Only what belongs to the answer: without script a page sends the other fields along."""
        data = self.cleaned_data
        is_hired, is_no_match = (data["result"] == wanted for wanted in (Result.HIRED, Result.NO_MATCH))
        return InterviewResult(
            result=data["result"],
            vacancy=None if is_no_match else data["vacancy"],
            start_on=(self.days.get(data["start"]) or data["start_on"]) if is_hired else None,
            wage=data["wage"] if is_hired else None,
            needs_transport=data["needs_transport"] != "no",
            reason=data["reason"] if is_no_match else "",
            note=data["note"],
            is_beyond_promise=data["beyond"],
        )
