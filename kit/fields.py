"""Fields that forms of several apps share. All but the labels and limits given here may be set as Django's own."""

import re
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal
from kit.scanner import check_harmless

LARGEST = 2**63 - 1
BESIDE_DIGITS = re.compile(r"(?<=\d)[,，\s](?=\d{3})|\s*元\s*$")
OUT_OF_RANGE = {
    MinValueValidator: _("At least %(limit_value)s."),
    MaxValueValidator: _("At most %(limit_value)s."),
}


class OnceField(forms.UUIDField):
    """The key of this very form, so that a replayed POST counts once. What cannot be read is no key: nobody typed it.

    Required, as where the key is also the name of the row, it is refused like any other answer.
    """

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "initial": uuid4} | kwargs)

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            if self.required:
                raise
            return None


class RowField(forms.IntegerField):
    """The row the form was shown for, so that a form left open does not answer the row after it."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "min_value": 1, "max_value": LARGEST} | kwargs)


class CountField(forms.IntegerField):
    """A whole number as people write it: 3,800 and ３８００元 too."""

    default_error_messages = {"invalid": _("Write a whole number in digits, such as 3800.")}

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        for validator in self.validators:
            if words := OUT_OF_RANGE.get(type(validator)):
                validator.message = words

    def to_python(self, value):
        return super().to_python(BESIDE_DIGITS.sub("", value) if isinstance(value, str) else value)


class NoteField(forms.CharField):
    """A few words in a cadre's own way."""

    def __init__(self, **kwargs):
        rows = forms.Textarea(attrs={"rows": 2})
        super().__init__(**{"label": _("Note"), "max_length": 500, "required": False, "widget": rows} | kwargs)


class DayField(forms.DateField):
    """The browser's own calendar, which wants ISO dates."""

    def __init__(self, **kwargs):
        super().__init__(**{"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")} | kwargs)


class MomentField(forms.DateTimeField):
    """To the minute, as phones and browsers offer it."""

    def __init__(self, **kwargs):
        picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"widget": picker} | kwargs)


class SentFileField(forms.FileField):
    """A file of so many bytes at most, in which the virus scanner, if there is one, finds nothing. Every field for a
    file is one of these."""

    def __init__(self, *, largest: int, **kwargs):
        self.largest = largest
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file and file.size > self.largest:
            raise ValidationError(self.error_messages["large"], code="large")
        if file:
            self._scan(file)
        return file

    def _scan(self, file) -> None:
        try:
            check_harmless(file.read())
        except Refusal as refusal:
            raise ValidationError([refusal.message, refusal.way_out]) from None
        file.seek(0)
