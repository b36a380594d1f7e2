from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fairs.models.fair import Fair
from kit.keys import staff_key


class ReferralBatch(models.Model):
    """Many people sent to one fair by one press, what came of each, and whether it was taken back.

    `verdicts` maps a word of `services.inviting.Verdict` to the keys of cases. Texts leave some minutes later, so that
    a press taken back at once is heard of by nobody; `told_at` says that all have been written.
    """

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="batches")
    made_at = models.DateTimeField()
    made_by = staff_key(blank=False)
    words = models.CharField(_("whom it was about"), max_length=200, blank=True)
    verdicts = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = staff_key()
    once = models.UUIDField(unique=True, null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("referral of many people")
        verbose_name_plural = _("referrals of many people")
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="a_batch_undone_by_someone",
            ),
        ]

    def __str__(self):
        return f"{self.fair_id}/{self.pk}"
