from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import FollowUpResult
from cases.querysets import FollowUpQuerySet
from kit.keys import staff_key
from workers.models.notes import MaskedText


class FollowUp(models.Model):
    """One planned question "are you still at work?", counted in days from the first day at work."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="follow_ups", verbose_name=_("case"))
    round = models.PositiveSmallIntegerField(_("placement"), help_text=_("1 for the first placement."))
    placement_ref = models.BigIntegerField(_("number of the placement"), null=True, blank=True)
    day_no = models.PositiveSmallIntegerField(_("day at work"))
    due_on = models.DateField(_("due on"))
    tries = models.PositiveSmallIntegerField(_("tries without reaching"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)
    by = staff_key(pgettext_lazy("of an entry", "by"))
    result = models.CharField(  # noqa: DJ001
        _("result"), max_length=14, choices=FollowUpResult.choices, null=True, blank=True
    )
    note = MaskedText(_("note"), blank=True)
    dropped_at = models.DateTimeField(_("no longer needed since"), null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            UniqueConstraint(fields=["case", "round", "day_no"], name="one_follow_up_a_day_and_placement"),
            models.CheckConstraint(
                condition=Q(done_at=None, entered_at=None, result=None)
                | Q(done_at__isnull=False, entered_at__isnull=False, result__isnull=False),
                name="follow_up_done_says_result",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(dropped_at=None), name="follow_up_done_is_not_dropped"
            ),
        ]

    def __str__(self):
        return f"{self.case_id}/{self.round}/{self.day_no}"
