from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from areas.ranges import Level, code_at
from kit.days import local_day
from kit.fields import CountField, OnceField
from staff.roles import RECORD_READERS
from workers import identity, selectors
from workers.choices import EMPLOYED, OUT_OF_WORK, Source, Status, Tag
from workers.forms.fields import JobFields, WorkerForm, WorkerRemarkField, digits_input
from workers.models import Worker
from workers.rules import names
from workers.rules.likeness import Traits
from workers.services import NewWorker

ASKED = (
    Status.UNEMPLOYED_WILLING,
    Status.RETURNED_STAYING,
    Status.RETURNED_GOING_BACK,
    Status.EMPLOYED_OUTSIDE_PROVINCE,
    Status.EMPLOYED_IN_PROVINCE,
    Status.EMPLOYED_IN_CITY,
    Status.EMPLOYED_IN_COUNTY,
    Status.FARMING,
    Status.NOT_WILLING,
    Status.STUDENT,
    Status.UNABLE,
    Status.ARMY,
)
NEWS = ("phone", "group_no", "wish_place", "wish_kind", "wish_wage", "wish_with_spouse", "contact_hours")
HEARD = (Source.VISIT, Source.CALL, Source.SELF)


class AddForm(WorkerForm, JobFields):
    """One person onto the register, with how things stand and what they wish."""

    status = forms.ChoiceField(label=_("How things stand"), choices=[(s.value, s.label) for s in ASKED])
    source = forms.ChoiceField(
        label=_("How do you know?"), choices=[(s.value, s.label) for s in HEARD], initial=Source.VISIT
    )
    wish_place = WorkerRemarkField(label=pgettext_lazy("wish", "Where"), max_length=60)
    wish_kind = WorkerRemarkField(label=_("Kind of work"), max_length=60)
    wish_wage = CountField(
        label=_("At least, yuan a month"), min_value=0, max_value=100_000, required=False, widget=digits_input()
    )
    wish_with_spouse = forms.BooleanField(label=_("Together with spouse"), required=False)
    tags = forms.MultipleChoiceField(
        label=_("Groups"),
        choices=[(tag.value, tag.label) for tag in Tag if tag not in (Tag.ZERO_EMPLOYMENT, Tag.MINOR_16_17)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sms_allowed = forms.BooleanField(label=_("May be sent SMS"), required=False, initial=True)
    contact_hours = WorkerRemarkField(label=_("Best time to call"), max_length=40)
    is_somebody_else = forms.BooleanField(label=_("No, this is another person"), required=False)
    same_as = forms.IntegerField(required=False)
    renamed = forms.IntegerField(required=False)
    once = OnceField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.look_alikes: list[Worker] = []
        self.known: Worker | None = None

    @property
    def twin_has_another_name(self) -> bool:
        return self.twin is not None and not names.are_same(self.twin.name, self.cleaned_data["name"])

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("id_number") and "id_number" not in self.errors:
            self._need_sex_and_birth_date(cleaned)
        if not self.errors and not self._was_sent_before():
            self._recognise(cleaned)
        if not self.errors and not self.known and not self._was_sent_before():
            self._ask_about_look_alikes(cleaned)
        return cleaned

    def recognition(self) -> dict:
        """Arguments of `services.recognise_worker` but who and when: what was typed of `known`, a record there is."""
        cleaned, known = self.cleaned_data, self.known
        job = self.job() if cleaned["status"] in EMPLOYED else {}
        keeps_name = not cleaned["renamed"] and not names.are_same(known.name, cleaned["name"])
        return {
            "worker": known, "changes": self._news(), "id_number": cleaned["id_number"], "tags": cleaned["tags"],
            "keeps_name": keeps_name, "source": cleaned["source"],
            "report": {"status": cleaned["status"], "once": cleaned["once"], **job},
        }  # fmt: skip

    def _news(self) -> dict:
        """What was typed and stands on the record too. As in a roster a blank field erases nothing; nor does a box
        left as it was."""
        cleaned = self.cleaned_data
        changes = {name: cleaned[name] for name in NEWS if cleaned[name]}
        if cleaned["renamed"]:
            changes["name"] = cleaned["name"]
        if not cleaned["sms_allowed"]:
            changes["sms_allowed"] = False
        if cleaned["status"] in OUT_OF_WORK:
            changes["wish_willing"] = True
        if cleaned["village"] != code_at(cleaned["village"], Level.TOWNSHIP):
            changes["area"] = self.area
        return changes

    def new_worker(self) -> NewWorker:
        cleaned = self.cleaned_data
        same = ("name", "sex", "birth_date", "id_number", "phone", "group_no", "status", "once")
        wishes = ("wish_place", "wish_kind", "wish_wage", "wish_with_spouse", "sms_allowed", "contact_hours")
        return NewWorker(
            area=self.area,
            tags=tuple(cleaned["tags"]),
            wish_willing=True if cleaned["status"] in OUT_OF_WORK else None,
            **(self.job() if cleaned["status"] in EMPLOYED else {}),
            **{name: cleaned[name] for name in (*same, *wishes)},
        )

    def _need_sex_and_birth_date(self, cleaned: dict) -> None:
        for name in ("sex", "birth_date"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Needed when there is no ID number."))

    def _was_sent_before(self) -> bool:
        """A second press of the same button: the service returns the person it made the first time."""
        once = self.cleaned_data.get("once")
        return once is not None and Worker.objects.filter(once=once).exists()

    def _recognise(self, cleaned: dict) -> None:
        """One of those the form asked about, and nobody else, whatever was posted."""
        pressed = cleaned.get("same_as") or cleaned.get("renamed")
        if not pressed:
            return
        asked = [*self._alike(cleaned), *selectors.with_id_number(cleaned["id_number"], user=self.user)]
        self.known = next((worker for worker in asked if worker.pk == pressed), None)
        if self.known is None or self._is_told_apart(self.known, cleaned["id_number"]):
            self.known = None
            self.add_error(None, _("This record does not fit what is written here any more. Look again."))

    @staticmethod
    def _is_told_apart(worker: Worker, number: str) -> bool:
        return bool(number and worker.id_number_blind and worker.id_number != number)

    def _alike(self, cleaned: dict) -> list[Worker]:
        """By the number, where there is one, and not by what was typed beside it."""
        number = cleaned["id_number"]
        read = identity.read_id_number(number, local_day(timezone.now())) if number else None
        traits = Traits(
            name=cleaned["name"], area=cleaned["village"], has_number=bool(number),
            sex=read.sex if read else cleaned["sex"], birth_date=read.birth_date if read else cleaned["birth_date"],
            phone=selectors.blind_phone(cleaned["phone"]),
        )  # fmt: skip
        return selectors.look_alikes({"": traits}, ranges=self.user.ranges_as(*RECORD_READERS)).get("", [])

    def _ask_about_look_alikes(self, cleaned: dict) -> None:
        number = cleaned["id_number"]
        if cleaned.get("is_somebody_else") or selectors.with_id_number(number, user=self.user):
            return
        self.look_alikes = self._alike(cleaned)
        if self.look_alikes:
            self.add_error("is_somebody_else", _("Somebody of this name is on the register. Is it the same person?"))
