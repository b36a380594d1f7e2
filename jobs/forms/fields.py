"""Fields that several forms of work share: whole yuan, a photo."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 8 * 1024 * 1024
# What the first bytes of a file must be, whatever its name says.
KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"%PDF": "pdf", b"RIFF": "webp"}


class YuanField(forms.IntegerField):
    """Whole yuan a month."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(**{"min_value": 300, "max_value": 100_000, "widget": widget} | kwargs)


class PaperField(forms.FileField):
    """A photo from the phone's camera, or a scan."""

    default_error_messages = {
        "large": _("The file is larger than 8 MB. Take the photo again in a smaller size."),
        "kind": _("Only a photo (JPEG, PNG, WebP) or a PDF can be kept."),
    }

    def __init__(self, **kwargs):
        picture = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"})
        super().__init__(**{"widget": picture, "required": False} | kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        return self._kept(file) if file else None

    def _kept(self, file):
        """Under a name of our own: the phone's file name may tell whose contract it is."""
        if file.size > LARGEST_FILE:
            raise ValidationError(self.error_messages["large"], code="large")
        head = file.read(8)
        file.seek(0)
        ending = next((ending for start, ending in KINDS.items() if head.startswith(start)), None)
        if ending is None:
            raise ValidationError(self.error_messages["kind"], code="kind")
        file.name = f"{uuid4().hex}.{ending}"
        return file
