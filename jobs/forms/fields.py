"""Fields that several forms of work share: whole yuan, a photo."""

import re
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from kit.apart.copies import harmless_copy
from kit.fields import CountField, SentFileField
from workers.forms.fields import read_or_refuse

LARGEST_FILE = 8 * 1024 * 1024
# How a file must begin, whatever its name says.
KINDS = re.compile(rb"\xff\xd8\xff|\x89PNG|%PDF|RIFF....WEBP|....ftyp", re.DOTALL)


class YuanField(CountField):
    """Whole yuan a month."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(**{"min_value": 300, "max_value": 100_000, "widget": widget} | kwargs)


class PaperField(SentFileField):
    """A photo from the phone's camera, or a scan. What is kept is a copy that tells only what is seen in it."""

    default_error_messages = {
        "large": _("The file is larger than 8 MB. Take the photo again in a smaller size."),
        "kind": _("Only a photo (JPEG, PNG, WebP, HEIC) or a PDF can be kept."),
    }

    def __init__(self, **kwargs):
        kinds = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf"
        widget = forms.FileInput(attrs={"accept": kinds})
        super().__init__(**{"largest": LARGEST_FILE, "widget": widget, "required": False} | kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        return self._copied(file.read()) if file else None

    def _copied(self, content: bytes) -> ContentFile:
        """Under a name of our own: the phone's file name may tell whose contract it is."""
        if not KINDS.match(content):
            raise ValidationError(self.error_messages["kind"], code="kind")
        copy = read_or_refuse(harmless_copy, content)
        return ContentFile(copy.content, name=f"{uuid4().hex}.{copy.ending}")
