from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit.keys import area_key, staff_key
from workers import choices
from workers.models.notes import MaskedLine
from workers.models.person import Worker
from workers.querysets import FlagQuerySet, StatusReportQuerySet
from workers.rules import flag_rules


class StatusReport(models.Model):
    """Someone said how things stand with a worker. Append-only by trigger; a mistake is put right by a newer report.

    When it happened and when it was entered are two columns: work is often on paper first.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, db_index=False, related_name="reports", verbose_name=_("worker"))
    status = models.CharField(_("status"), max_length=28, choices=choices.Status.choices)
    happened_at = models.DateTimeField(_("happened at"))
    entered_at = models.DateTimeField(_("entered at"))
    source = models.CharField(_("how known"), max_length=8, choices=choices.Source.choices)
    by = staff_key(_("entered by"), db_index=False)
    note = MaskedLine(_("note"), max_length=400, blank=True)
    employer_name = MaskedLine(_("employer"), max_length=80, blank=True)
    destination = area_key(_("works in"), column="destination_code", db_index=False, null=True, blank=True)
    wage = models.PositiveIntegerField(_("monthly wage, yuan"), null=True, blank=True)
    since_on = models.DateField(_("since"), null=True, blank=True)
    once = models.UUIDField(null=True, unique=True, editable=False)

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        indexes = [models.Index(fields=["worker", "-happened_at"], name="report_by_worker")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=choices.Status.values), name="report_status_is_known"),
            models.CheckConstraint(condition=Q(source__in=choices.Source.values), name="report_source_is_known"),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("entered_at")), name="report_entered_after_it_happened"
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} {self.status} {self.happened_at:%Y-%m-%d}"


class Flag(models.Model):
    """Something says this worker needs help. One open flag per worker and rule; the reason is told in words."""

    Rule = choices.Rule

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="flags", verbose_name=_("worker"))
    rule = models.CharField(_("rule"), max_length=24, choices=choices.Rule.choices)
    data = models.JSONField(_("data of the reason"), default=dict, blank=True)
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = staff_key(_("raised by"), db_index=False)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    cleared_by = staff_key(_("cleared by"), db_index=False)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "rule"], condition=Q(cleared_at=None), name="one_open_flag_of_a_rule_per_worker"
            ),
            models.CheckConstraint(condition=Q(rule__in=choices.Rule.values), name="flag_rule_is_known"),
            models.CheckConstraint(
                condition=Q(cleared_at=None) | Q(cleared_at__gte=F("raised_at")),
                name="flag_raised_before_it_is_cleared",
            ),
            models.CheckConstraint(
                condition=Q(cleared_by=None) | Q(cleared_at__isnull=False), name="flag_cleared_by_needs_cleared_at"
            ),
        ]

    def __str__(self):
        return f"{self.worker_id} {self.rule}"

    @property
    def reason(self) -> str:
        """One sentence in the reader's language."""
        return flag_rules.reason(self.rule, self.data)
