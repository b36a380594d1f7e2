from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit.fields import CountField
from workers.choices import VerifiedHow, WishedStart
from workers.forms import villages
from workers.forms.fields import WorkerForm, WorkerRemarkField, digits_input
from workers.models import Worker

HOW = (VerifiedHow.VISIT, VerifiedHow.CALL, VerifiedHow.PAPERS, VerifiedHow.RELATIVE)
WILLING = [
    ("", _("Not asked")),
    ("yes", pgettext_lazy("wants to work", "Yes")),
    ("no", pgettext_lazy("wants to work", "No")),
]
PLAIN = (
    "name", "sex", "birth_date", "group_no", "wish_place", "wish_kind", "wish_wage", "wish_from", "wish_with_spouse",
    "sms_allowed", "contact_hours",
)  # fmt: skip


class VerifyForm(WorkerForm):
    """The record as it stands, to be put right and vouched for.

    Only what this person changed is sent to the service: each field carries what it showed when the page was opened,
    so two people correcting different facts do not undo each other. Numbers are never filled in; empty keeps them.
    """

    phone_is_gone = forms.BooleanField(label=_("This phone is no longer theirs"), required=False)
    wish_willing = forms.ChoiceField(label=_("Wants to work"), choices=WILLING, required=False)
    wish_place = WorkerRemarkField(label=pgettext_lazy("wish", "Where"), max_length=60)
    wish_kind = WorkerRemarkField(label=_("Kind of work"), max_length=60)
    wish_wage = CountField(
        label=_("At least, yuan a month"), min_value=0, max_value=100_000, required=False, widget=digits_input()
    )
    wish_from = forms.ChoiceField(
        label=_("From when"), choices=[("", _("Not asked")), *WishedStart.choices], required=False
    )
    wish_with_spouse = forms.BooleanField(label=_("Together with spouse"), required=False)
    sms_allowed = forms.BooleanField(label=_("May be sent SMS"), required=False)
    contact_hours = WorkerRemarkField(label=_("Best time to call"), max_length=40)
    how = forms.ChoiceField(label=_("How did you verify it?"), choices=[(how.value, how.label) for how in HOW])

    def __init__(self, *args, worker: Worker, **kwargs):
        super().__init__(*args, initial=_as_shown(worker), **kwargs)
        self.worker = worker
        for name in (*PLAIN, "wish_willing", "village"):
            self.fields[name].show_hidden_initial = True

    def clean_name(self) -> str:
        """A name of before stays as it is until somebody changes it."""
        return super().clean_name() if "name" in self.changed_data else self.worker.name

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("phone") and cleaned.get("phone_is_gone"):
            self.add_error("phone_is_gone", _("Either a new number, or none."))
        return cleaned

    def changes(self) -> dict:
        """Arguments for `services.update_worker`."""
        cleaned = self.cleaned_data
        changed = {name: cleaned[name] for name in PLAIN if name in self.changed_data}
        if "wish_willing" in self.changed_data:
            changed["wish_willing"] = {"yes": True, "no": False}.get(cleaned["wish_willing"])
        if "village" in self.changed_data:
            changed["area"] = self.area
        if cleaned["id_number"]:
            changed["id_number"] = cleaned["id_number"]
        if cleaned["phone"] or cleaned["phone_is_gone"]:
            changed["phone"] = cleaned["phone"]
        return changed

    def hidden_initials(self) -> list[str]:
        """What every field showed when the page was opened, for `changes` to compare with."""
        return [
            self[name].as_hidden(only_initial=True) for name, field in self.fields.items() if field.show_hidden_initial
        ]


def _as_shown(worker: Worker) -> dict:
    shown = {name: getattr(worker, name) for name in PLAIN}
    willing = {True: "yes", False: "no", None: ""}[worker.wish_willing]
    return shown | {
        "wish_willing": willing,
        "township": villages.township_of(worker.area_id),
        "village": worker.area_id,
    }
