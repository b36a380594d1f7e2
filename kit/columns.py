"""Columns of models: those that the database looks after by itself, and the words of those that have choices."""

from functools import cache

from django.db import models
from django.utils.encoding import force_str


class KeptByDatabase(models.BooleanField):
    """False in a new row and from then on written by a trigger alone: `save()` leaves it as it stands, whatever the
    instance was read with."""

    def __init__(self, verbose_name=None, **more):
        super().__init__(verbose_name, **{"default": False, "editable": False} | more)

    def pre_save(self, instance, add):
        return super().pre_save(instance, add) if add else models.F(self.attname)


class QuickLabels:
    """Mixed into a model: `get_state_display` and its like say the same as ever.

    For every word it says, Django hashes all those of the field, each translated: on a list of fifty rows that took
    longer than asking the database for them.
    """

    def _get_FIELD_display(self, field: models.Field):
        value = getattr(self, field.attname)
        return force_str(_words_of(field).get(value, value), strings_only=True)


@cache
def _words_of(field: models.Field) -> dict:
    """Lazy ones, which are translated when they are said."""
    return dict(field.flatchoices)
