"""What every sheet carries unseen: the key of this very form, and the row it was opened for."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST = 2**63 - 1
NOTE = 500


class OnceField(forms.UUIDField):
    """Makes a replayed POST count once. A key that cannot be read is no key; nobody typed it."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, initial=uuid4)

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return None


class RowField(forms.IntegerField):
    """The row the form was shown for, so that a form left open does not answer the row after it."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, min_value=1, max_value=LARGEST)


class NoteField(forms.CharField):
    """A few words in a cadre's own way."""

    def __init__(self, label=None, *, required=False):
        rows = forms.Textarea(attrs={"rows": 2, "maxlength": NOTE})
        super().__init__(label=label or _("Note"), max_length=NOTE, required=required, widget=rows)


class DayField(forms.DateField):
    def __init__(self, label):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, required=False, widget=widget)


class MomentField(forms.DateTimeField):
    """To the minute, as phones and browsers offer it."""

    def __init__(self, label):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(label=label, required=False, widget=widget)
