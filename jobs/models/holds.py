from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from jobs.models.employers import Employer
from kit.keys import staff_key
from workers.models.notes import MaskedLine


class EmployerHold(models.Model):
    """One time an employer was on hold: who said so, when and why, and who lifted it. No row is ever deleted.

    `held_at` is null for holds from before this was written down.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="holds", verbose_name=_("employer"))
    because = MaskedLine(_("why on hold"), max_length=200)
    held_at = models.DateTimeField(_("on hold since"), null=True)
    held_by = staff_key(blank=False)
    lifted_at = models.DateTimeField(_("hold lifted"), null=True)
    lifted_by = staff_key(blank=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("hold of an employer")
        verbose_name_plural = _("holds of employers")
        constraints = [
            UniqueConstraint(fields=["employer"], condition=Q(lifted_at=None), name="one_hold_an_employer_at_a_time"),
            models.CheckConstraint(condition=~Q(because=""), name="employer_hold_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | Q(lifted_at__isnull=False), name="employer_hold_lifted_says_when"
            ),
        ]

    def __str__(self):
        return f"{self.employer_id} {self.held_at}"
