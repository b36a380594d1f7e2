from datetime import date, datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from viewflow.workflow.models import Process

from cases import reasons
from cases.choices import Escalation, ItemState, Priority, Step
from cases.querysets import WorkItemQuerySet
from kit import said
from kit.columns import QuickLabels
from kit.days import local_day
from kit.keys import area_key, staff_key

SHOWS_WHEN_IT_COMES = ["not_before", "opened_at", "step", "id"]
"""Beside the order of a list: whoever is not of the wanted group is passed over without a look at the table."""


class CaseProcess(Process):
    """viewflow's process of one case; its artifact is the case. A proxy, because subclasses forbid bulk_create."""

    class Meta:
        proxy = True
        verbose_name = _("course of a case")
        verbose_name_plural = _("courses of cases")


class WorkItem(QuickLabels, models.Model):
    """What viewflow's task lacks: where, who, by when, how urgent and why. Lists read this and never the task."""

    task = models.OneToOneField("viewflow.Task", models.PROTECT, related_name="work_item", verbose_name=_("task"))
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="work_items", verbose_name=_("case"))
    area = area_key(_("area"))
    step = models.CharField(_("step"), max_length=12, choices=Step.choices)
    owner = staff_key(pgettext_lazy("of a case", "responsible"), related_name="work_items")
    due_at = models.DateTimeField(_("due at"))
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.GENERAL)
    reason = models.CharField(_("why"), max_length=200)
    reason_data = models.JSONField(_("details of why"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    state = models.CharField(_("state"), max_length=10, choices=ItemState.choices, default=ItemState.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    finished_by = staff_key(_("finished by"))
    escalation_level = models.PositiveSmallIntegerField(
        _("escalated to"), choices=Escalation.choices, default=Escalation.VILLAGE
    )
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    # when the clock takes it further; null: never. Written with due_at, so the sweep reads one index
    escalates_at = models.DateTimeField(_("escalates at"), null=True, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        indexes = [
            models.Index(
                fields=["owner", "priority", "due_at", "case"],
                name="open_item_of_owner",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["area", "priority", "due_at", "case"],
                include=SHOWS_WHEN_IT_COMES,
                name="open_item_of_area",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["priority", "due_at", "case"],
                include=["area", *SHOWS_WHEN_IT_COMES],
                name="open_item_in_order",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["area", "priority", "due_at", "case"],
                name="escalated_item_of_area",
                condition=Q(state="open", escalation_level__gt=0),
            ),
            models.Index(
                fields=["area", "priority", "due_at", "case"],
                name="unowned_item_of_area",
                condition=Q(state="open", owner=None),
            ),
            # the numbers of Today without a look at the table, and the lists of one step
            models.Index(
                fields=["step", "area"],
                include=["due_at", "not_before", "opened_at", "reason"],
                name="open_item_by_step",
                condition=Q(state="open"),
            ),
            # those opened today, who stand on Today at once
            models.Index(
                fields=["opened_at"],
                include=["area", "due_at"],
                name="new_item",
                condition=Q(state="open", step="contact", not_before=None),
            ),
            # late ones among those who came further: few, and each then asks its case
            models.Index(
                fields=["due_at"],
                include=["area", "case"],
                name="item_past_contact",
                condition=Q(state="open") & ~Q(step="contact"),
            ),
            models.Index(
                fields=["escalates_at"],
                name="open_item_by_escalation",
                condition=Q(state="open", escalates_at__isnull=False),
            ),
            models.Index(fields=["finished_by", "finished_at"], name="done_item_by_person", condition=Q(state="done")),
        ]
        constraints = [
            UniqueConstraint(fields=["case"], condition=Q(state="open"), name="one_open_item_per_case"),
            models.CheckConstraint(
                condition=Q(state="open", finished_at=None, finished_by=None)
                | (~Q(state="open") & Q(finished_at__isnull=False)),
                name="item_finished_says_when",
            ),
            models.CheckConstraint(
                condition=Q(escalation_level=0, escalated_at=None)
                | Q(escalation_level__gt=0, escalated_at__isnull=False),
                name="item_escalated_says_when",
            ),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="item_step_is_known"),
        ]

    def __str__(self):
        return f"{self.pk} {self.get_step_display()}"

    @property
    def reason_text(self) -> str:
        """The sentence in the reader's language."""
        return reasons.text_of(self.reason, self.reason_data)

    @property
    def step_text(self) -> str:
        """What is next, in the reader's language."""
        return str(reasons.step_words(self.reason).title or self.get_step_display())

    @property
    def comes_back(self) -> date | datetime | None:
        """While that is still to come: the moment of the next attempt, else the day when there is something to do."""
        if self.not_before is None or self.not_before <= now():
            return None
        is_attempt = bool(reasons.tried(self.reason, self.reason_data))
        return self.not_before if is_attempt else local_day(self.not_before)

    def waits_because(self, today: date) -> str:
        """A cadre's own words for waiting longer than the clock allows; "" when nobody does, and once the day of the
        next attempt has come."""
        is_waiting = self.not_before is not None and local_day(self.not_before) > today
        return said.spoken(self.reason_data.get("put_off", "")) if is_waiting else ""

    @property
    def is_open(self) -> bool:
        return self.state == ItemState.OPEN
