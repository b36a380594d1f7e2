from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import FollowUpResult, State, ToldBy
from cases.querysets import EntryQuerySet
from kit.keys import staff_key
from workers.models.notes import MaskedText


class FollowUpEntry(models.Model):
    """What somebody wrote down of a follow-up, tries in vain included: each can be taken back the same day.

    `is_answer` says that the question was done with it. `state_before`, `state_after` and `before` say what the entry
    did, as with a `ContactAttempt`.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="follow_up_entries", verbose_name=_("case"))
    follow_up = models.ForeignKey(
        "cases.FollowUp", models.PROTECT, related_name="entries", verbose_name=_("follow-up"), db_index=False
    )
    work_item = models.ForeignKey(
        "cases.WorkItem", models.PROTECT, related_name="follow_up_entries", verbose_name=_("work item")
    )
    result = models.CharField(_("result"), max_length=14, choices=FollowUpResult.choices)
    told_by = models.CharField(_("who said so"), max_length=11, choices=ToldBy.choices, blank=True)
    is_answer = models.BooleanField(_("answers the follow-up"))
    note = MaskedText(_("note"), blank=True)
    happened_at = models.DateTimeField(_("happened at"))
    entered_at = models.DateTimeField(_("entered at"))
    by = staff_key(pgettext_lazy("of an entry", "by"))
    state_before = models.CharField(_("state before"), max_length=12, choices=State.choices)
    state_after = models.CharField(_("state after"), max_length=12, choices=State.choices)
    before = models.JSONField(_("how things stood before"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    once = models.UUIDField(_("sent once"), unique=True, null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = staff_key(_("undone by"))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a follow-up")
        verbose_name_plural = _("entries of follow-ups")
        indexes = [models.Index(fields=["by", "entered_at"], name="follow_up_entry_by_person")]
        constraints = [
            UniqueConstraint(
                fields=["follow_up"],
                condition=Q(is_answer=True, undone_at=None),
                name="one_standing_answer_a_follow_up",
            ),
            models.CheckConstraint(
                condition=Q(result__in=FollowUpResult.values), name="follow_up_entry_result_is_known"
            ),
            models.CheckConstraint(
                condition=Q(is_answer=True) | Q(result="not_reached"), name="follow_up_try_in_vain_reached_nobody"
            ),
            models.CheckConstraint(
                condition=Q(told_by="") | Q(told_by__in=ToldBy.values) & ~Q(result="not_reached"),
                name="follow_up_told_by_somebody_reached",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("entered_at")), name="follow_up_entered_after_it_happened"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False),
                name="follow_up_undone_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.pk} {self.get_result_display()}"

    @property
    def key(self) -> str:
        """Among entries of every kind."""
        return f"f{self.pk}"

    @property
    def told(self) -> str:
        return str(self.get_result_display())

    @property
    def is_reached(self) -> bool:
        return self.result != FollowUpResult.NOT_REACHED

    @property
    def has_ended_a_job(self) -> bool:
        """Then it stays: the post may be given to somebody else."""
        return self.result == FollowUpResult.LEFT
