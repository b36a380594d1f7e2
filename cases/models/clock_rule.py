from datetime import date

from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from cases.choices import Clock, ServiceGroup, Unit
from kit.keys import staff_key


class ClockRule(models.Model):
    """How long a step may take for a group, and when it goes up. Changed by a new row with a later first day.

    A trigger (migration 0009) refuses at commit whatever leaves a clock without a rule on some day from its first on.

    For `follow_up` there is one row a follow-up: `amount` is the day at work on which it falls due.
    """

    clock = models.CharField(_("clock"), max_length=20, choices=Clock.choices)
    service_group = models.CharField(_("service group"), max_length=8, choices=ServiceGroup.choices)
    amount = models.PositiveSmallIntegerField(_("time allowed"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices, default=Unit.DAYS)
    escalate_township_days = models.PositiveSmallIntegerField(
        _("to the township after"), null=True, blank=True, help_text=_("Days after it fell due.")
    )
    escalate_county_days = models.PositiveSmallIntegerField(
        _("to the county after"), null=True, blank=True, help_text=_("Days after it fell due.")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("no longer from"), null=True, blank=True)
    changed_by = staff_key(_("set by"), editable=False)
    changed_at = models.DateTimeField(_("set at"), null=True, editable=False)

    class Meta:
        ordering = ["clock", "service_group", "amount", "valid_from"]
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            UniqueConstraint(
                fields=["clock", "service_group"],
                condition=Q(valid_to=None) & ~Q(clock="follow_up"),
                name="one_current_clock_a_group",
            ),
            UniqueConstraint(
                fields=["clock", "service_group", "amount"],
                condition=Q(valid_to=None, clock="follow_up"),
                name="one_current_follow_up_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="clock_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(escalate_county_days=None)
                | Q(escalate_township_days=None)
                | Q(escalate_township_days__lt=F("escalate_county_days")),
                name="clock_goes_up_in_order",
            ),
            models.CheckConstraint(condition=Q(amount__gte=1, amount__lte=400), name="clock_allows_some_time"),
            models.CheckConstraint(
                condition=Q(valid_from__gte=date(2000, 1, 1), valid_from__lte=date(2099, 12, 31)),
                name="clock_begins_in_our_century",
            ),
        ]

    def __str__(self):
        return f"{self.get_clock_display()} {self.get_service_group_display()}"

    @property
    def time_allowed(self) -> str:
        return Unit(self.unit).count(self.amount)
