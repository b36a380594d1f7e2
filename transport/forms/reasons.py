"""Reasons that overrule refusals, each asked for by the refusal itself."""

from django import forms

from kit.refusals import Refusal
from transport.refusals import ASKING
from workers.forms.fields import WorkerRemarkField

PREFIX = "why_"


class ReasonsForm(forms.Form):
    """One field for each refusal that a reason overrules; it is shown once its refusal was given."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in ASKING:
            self.fields[f"{PREFIX}{kind.code}"] = WorkerRemarkField(label=kind.question, max_length=200)

    @property
    def reasons(self) -> dict[str, str]:
        """What was said, by the code of the refusal."""
        said = {name.removeprefix(PREFIX): text for name, text in self.cleaned_data.items() if name.startswith(PREFIX)}
        return {code: text for code, text in said.items() if text}

    def asked(self, *refusals: Refusal | None) -> list[forms.BoundField]:
        """The fields of these refusals, and those that were answered before."""
        names = {f"{PREFIX}{refusal.code}" for refusal in refusals if refusal}
        fields = [field for field in self if field.name.startswith(PREFIX)]
        return [field for field in fields if field.name in names or (self.is_bound and field.value())]
