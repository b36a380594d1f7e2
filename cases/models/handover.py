from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.keys import staff_key


class Handover(models.Model):
    """Many cases to one person, chosen and looked at first, then handed over by a second press.

    `query` is the list they were chosen from. Once done, `results` has [case, verdict, key of who had it before] for
    each, in the order chosen: the page of the result reads it, and giving back does.
    """

    made_by = staff_key(blank=False)
    made_at = models.DateTimeField()
    query = models.CharField(max_length=500, blank=True)
    owner = staff_key(_("taken over by"))
    case_ids = ArrayField(models.BigIntegerField())
    done_at = models.DateTimeField(null=True)
    results = models.JSONField(default=list)

    class Meta:
        verbose_name = _("handing over of many cases")
        verbose_name_plural = _("handing over of many cases")
        indexes = [models.Index(fields=["made_at"], name="handover_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, results=[]) | (Q(done_at__isnull=False) & ~Q(results=[])),
                name="handover_has_results_once_done",
            ),
        ]

    def __str__(self):
        return f"{self.made_by_id}/{self.pk}"
