from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import Cause, State
from kit.columns import QuickLabels
from kit.keys import staff_key


class CaseMove(QuickLabels, models.Model):
    """A case went from one state to another. Append-only, and written by `cases.queue.moves` alone.

    Triggers refuse a change of `Case.state` without its row, and a row that does not follow on from the one before.
    `from_state` is "" for the opening. `work_item` is the item whose finishing was the move; `line` is the journal line
    that tells it, null only where an older journal was silent.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, db_index=False, related_name="moves", verbose_name=_("case"))
    from_state = models.CharField(_("state before"), max_length=12, choices=State.choices, blank=True)
    to_state = models.CharField(_("state after"), max_length=12, choices=State.choices)
    cause = models.CharField(pgettext_lazy("of a move", "cause"), max_length=12, choices=Cause.choices)
    at = models.DateTimeField(_("entered at"))
    happened_at = models.DateTimeField(_("happened at"))
    by = staff_key(pgettext_lazy("of an entry", "by"), blank=False, db_index=False)
    work_item = models.ForeignKey(
        "cases.WorkItem", models.PROTECT, db_index=False, null=True, related_name="+", verbose_name=_("work item")
    )
    line = models.ForeignKey(
        "workers.JournalLine",
        models.PROTECT,
        db_index=False,
        null=True,
        related_name="+",
        verbose_name=_("journal line"),
    )

    class Meta:
        verbose_name = pgettext_lazy("of a case", "move")
        verbose_name_plural = pgettext_lazy("of cases", "moves")
        indexes = [
            # the path of a case, and its last move, without a look at the table
            models.Index(fields=["case", "id"], include=["to_state"], name="move_by_case"),
            # who came to a state, in a period or ever
            models.Index(fields=["to_state", "at"], include=["case"], name="move_by_state"),
            # for the database alone, when an item goes with the roster that opened its case
            models.Index(fields=["work_item"], name="move_by_item", condition=Q(work_item__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_state="", to_state=State.FLAGGED, cause=Cause.OPENED)
                | (Q(from_state__in=State.values) & ~Q(cause=Cause.OPENED)),
                name="move_of_an_opening_begins_flagged",
            ),
            models.CheckConstraint(
                condition=Q(to_state__in=State.values) & ~Q(to_state=F("from_state")), name="move_changes_the_state"
            ),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="move_cause_is_known"),
        ]

    def __str__(self):
        return f"{self.case_id} {self.get_from_state_display()} > {self.get_to_state_display()}"
