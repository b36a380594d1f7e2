"""Reasons that overrule refusals, each asked for by the refusal itself."""

import re
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _

from kit.refusals import Refusal
from transport.models import Booking
from transport.refusals import ASKING
from workers.forms.fields import WorkerRemarkField

PREFIX = "why_"
OF_ONE = re.compile(rf"{PREFIX}([a-z_]+)_([0-9]{{1,18}})")
QUESTIONS = {kind.code: kind.question for kind in ASKING}
LONGEST = 200


class ReasonsForm(forms.Form):
    """One field for each refusal that a reason overrules; it is shown once its refusal was given."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code, question in QUESTIONS.items():
            self.fields[f"{PREFIX}{code}"] = WorkerRemarkField(label=question, max_length=LONGEST)

    @property
    def reasons(self) -> dict[str, str]:
        """What was said, by the code of the refusal."""
        said = {code: self.cleaned_data.get(f"{PREFIX}{code}") for code in QUESTIONS}
        return {code: text for code, text in said.items() if text}

    def asked(self, *refusals: Refusal | None) -> list[forms.BoundField]:
        """The fields of these refusals, and those that were answered before."""
        asking = {refusal.code for refusal in refusals if refusal}
        fields = [(code, self[f"{PREFIX}{code}"]) for code in QUESTIONS]
        return [field for code, field in fields if code in asking or (self.is_bound and field.value())]


class ReasonsOfEachForm(ReasonsForm):
    """Many people at once: besides a reason for all who are asked for one, each may have their own, which counts."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.data:
            found = OF_ONE.fullmatch(name)
            if found and found[1] in QUESTIONS:
                self._ask(name)

    @property
    def own_reasons(self) -> dict[int, dict[str, str]]:
        """By the key of the booking and the code of the refusal."""
        said: dict[int, dict[str, str]] = {}
        for name, text in self.cleaned_data.items():
            if (found := OF_ONE.fullmatch(name)) and text:
                said.setdefault(int(found[2]), {})[found[1]] = text
        return said

    def ask_each(self, refused: Iterable[tuple[Booking, Refusal]], others: Iterable[Booking]) -> list[forms.BoundField]:
        """A field for each of those refused for want of a reason, and what was answered for `others` before."""
        asking = {(booking.pk, refusal.code) for booking, refusal in refused if refusal.code in QUESTIONS}
        people = {booking.pk: booking for booking in (*others, *(booking for booking, _refusal in refused))}
        shown = []
        for pk, booking in people.items():
            for code, question in QUESTIONS.items():
                name = f"{PREFIX}{code}_{pk}"
                if (pk, code) in asking or self.data.get(name):
                    self._ask(name, _("%(name)s: %(question)s") % {"name": booking.worker.name, "question": question})
                    shown.append(self[name])
        return shown

    def _ask(self, name: str, label: str = "") -> None:
        self.fields[name] = WorkerRemarkField(label=label, max_length=LONGEST)
