from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kit.keys import staff_key


class Selection(models.Model):
    """Cases chosen on the list for a deed of a later stage, so that the look at what would come of it has an address.

    `query` is the list they were chosen from.
    """

    made_by = staff_key(blank=False)
    made_at = models.DateTimeField()
    query = models.CharField(max_length=500, blank=True)
    case_ids = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("choice of many cases")
        verbose_name_plural = _("choices of many cases")
        indexes = [models.Index(fields=["made_at"], name="selection_by_age")]

    def __str__(self):
        return f"{self.made_by_id}/{self.pk}"
