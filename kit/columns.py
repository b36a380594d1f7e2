"""Columns of models that the database looks after by itself."""

from django.db import models


class KeptByDatabase(models.BooleanField):
    """False in a new row and from then on written by a trigger alone: `save()` leaves it as it stands, whatever the
    instance was read with."""

    def __init__(self, verbose_name=None, **more):
        super().__init__(verbose_name, **{"default": False, "editable": False} | more)

    def pre_save(self, instance, add):
        return super().pre_save(instance, add) if add else models.F(self.attname)
