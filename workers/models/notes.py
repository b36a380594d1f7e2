"""Columns for what people write of somebody in their own words: no number of a person stands there in clear."""

from django.db import models

from workers.rules import masks


class _Masked:
    """Whatever the door: a form has refused the number, a roster, a script or a job of the night has it masked."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return masks.scrub(value) if isinstance(value, str) else value

    def deconstruct(self):
        """As Django's own field: nothing of it concerns the table."""
        name, _path, args, kwargs = super().deconstruct()
        return name, self.stored_as, args, kwargs


class MaskedText(_Masked, models.TextField):
    stored_as = "django.db.models.TextField"


class MaskedLine(_Masked, models.CharField):
    stored_as = "django.db.models.CharField"
