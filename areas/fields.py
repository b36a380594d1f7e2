"""Form fields in which a division is named."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from areas.destinations import resolve_destination
from areas.models import Area


class PlaceField(forms.CharField):
    """A place of work as it is spoken, 浙江永康 or 织金县, cleaned to an Area down to the county."""

    default_error_messages = {
        "unknown": _(
            "This place is not found, or several have this name. Write province and city, such as Yongkang in Zhejiang."
        )
    }

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 60, "label": _("Place of work")} | kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        code = resolve_destination(text)
        if code is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return Area.objects.get(pk=code)
