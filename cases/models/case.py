from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from cases.choices import (
    AT_WORK_STATES,
    ENDED_STATES,
    OPEN_STATES,
    CloseReason,
    Priority,
    ServiceGroup,
    State,
    Step,
)
from cases.querysets import CaseQuerySet
from kit.columns import KeptByDatabase, QuickLabels
from kit.days import local_day
from kit.keys import area_key, staff_key
from workers.models.notes import MaskedText


class Case(QuickLabels, FSMModelMixin, models.Model):
    """One worker's path from a flag to a job. At most one is open per worker; a reopened one keeps its clock."""

    # viewflow points at its artifact with a 32-bit column
    id = models.AutoField(primary_key=True)
    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="cases", verbose_name=_("worker"))
    area = area_key(_("area"))
    state = FSMField(_("state"), max_length=12, choices=State.choices, default=State.FLAGGED, protected=True)
    state_since = models.DateTimeField(_("in this state since"))
    service_group = models.CharField(
        _("service group"), max_length=8, choices=ServiceGroup.choices, default=ServiceGroup.GENERAL
    )
    owner = staff_key(pgettext_lazy("of a case", "responsible"), related_name="owned_cases")
    opened_at = models.DateTimeField(_("opened at"))
    opened_by_flag = models.ForeignKey(
        "workers.Flag", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    first_contacted_at = models.DateTimeField(_("first contacted at"), null=True, blank=True)
    needs_transport = models.BooleanField(_("needs transport"), null=True, blank=True)
    placed_on = models.DateField(_("first day at work"), null=True, blank=True)
    follow_up_round = models.PositiveSmallIntegerField(_("placements so far"), default=0)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    # by a trigger on the moves, so that who ever came so far is counted without looking for the move
    has_been_referred = KeptByDatabase(_("was ever recommended for a job"))
    has_travelled = KeptByDatabase(_("has ever travelled"))
    closed_because = models.CharField(_("closed because"), max_length=16, choices=CloseReason.choices, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = staff_key(_("closed by"))
    close_note = MaskedText(_("note on closing"), blank=True)
    reask_on = models.DateField(_("ask again on"), null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    last_reopened_at = models.DateTimeField(_("last reopened at"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("one worker's", "case")
        verbose_name_plural = pgettext_lazy("workers'", "cases")
        indexes = [
            models.Index(fields=["area", "state"], name="case_by_area_and_state"),
            models.Index(fields=["opened_at"], name="case_by_opening"),
            models.Index(fields=["state_since", "id"], name="case_by_state_since"),
            # the newest of those who ever came so far
            models.Index(
                fields=["id"], name="case_referred", condition=Q(follow_up_round__gt=0) | Q(has_been_referred=True)
            ),
            models.Index(fields=["id"], name="case_placed", condition=Q(follow_up_round__gt=0)),
            models.Index(fields=["id"], name="case_travelled", condition=Q(has_travelled=True)),
            models.Index(fields=["id"], name="case_settled", condition=Q(settled_at__isnull=False)),
            # back at the beginning, and has been further
            models.Index(
                fields=["id"],
                name="case_flagged_again",
                condition=Q(state="flagged")
                & (
                    Q(first_contacted_at__isnull=False)
                    | Q(follow_up_round__gt=0)
                    | Q(has_been_referred=True)
                    | Q(has_travelled=True)
                    | Q(settled_at__isnull=False)
                ),
            ),
            models.Index(fields=["owner"], name="case_open_by_owner", condition=~Q(state__in=ENDED_STATES)),
            models.Index(fields=["reask_on"], name="case_to_ask_again", condition=Q(reask_on__isnull=False)),
        ]
        constraints = [
            UniqueConstraint(fields=["worker"], condition=~Q(state__in=ENDED_STATES), name="one_open_case_per_worker"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_because__in=CloseReason.values)
                | (~Q(state="closed") & Q(closed_at=None, closed_by=None, closed_because="")),
                name="case_closed_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False) | (~Q(state="settled") & Q(settled_at=None)),
                name="case_settled_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AT_WORK_STATES)
                | Q(placed_on__isnull=False, needs_transport__isnull=False, follow_up_round__gt=0),
                name="case_at_work_since_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["flagged", "closed"]) | Q(first_contacted_at__isnull=False),
                name="case_past_flagged_was_contacted",
            ),
            models.CheckConstraint(
                condition=~Q(closed_because="not_willing") | Q(reask_on__isnull=False),
                name="case_not_willing_is_asked_again",
            ),
            models.CheckConstraint(
                condition=Q(reopened_count=0, last_reopened_at=None)
                | Q(reopened_count__gt=0, last_reopened_at__isnull=False),
                name="case_reopened_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.pk} {self.get_state_display()}"

    @property
    def told_state(self) -> str:
        """As one says it: who has a job that starts tomorrow is not at work yet."""
        if self.state == State.PLACED and self.placed_on and self.placed_on > local_day(now()):
            return str(_("To start work"))
        return self.get_state_display()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def priority(self) -> int:
        """0 comes first."""
        return Priority[ServiceGroup(self.service_group).name].value

    @property
    def step(self) -> str | None:
        """What has to be done next; None when the case has ended."""
        if self.state == State.PLACED:
            return Step.TRAVEL if self.needs_transport else Step.FOLLOW_UP
        return STEP_OF_STATE.get(self.state)

    @transition(state, source=State.FLAGGED, target=State.CONTACTED)
    def contact(self, *, happened_at, at):
        self.first_contacted_at = self.first_contacted_at or happened_at
        self.state_since = at

    @transition(state, source=State.CONTACTED, target=State.REFERRED)
    def refer(self, *, at):
        self.state_since = at

    @transition(state, source=State.REFERRED, target=State.CONTACTED)
    def miss_match(self, *, at):
        self.state_since = at

    @transition(state, source=[State.CONTACTED, State.REFERRED], target=State.PLACED)
    def place(self, *, start_on, needs_transport, at):
        self.placed_on, self.needs_transport, self.state_since = start_on, needs_transport, at
        self.follow_up_round += 1

    @transition(state, source=State.PLACED, target=State.PLACED)
    def travel_alone(self):
        """The state stands, the step does not: from arranging travel to following up."""
        self.needs_transport = False

    @transition(state, source=State.PLACED, target=State.PLACED)
    def undo_travel_alone(self):
        """Compensates `travel_alone`: a seat is to be arranged after all."""
        self.needs_transport = True

    @transition(state, source=State.PLACED, target=State.TRANSPORTED)
    def transport(self, *, at):
        self.state_since = at

    @transition(state, source=State.TRANSPORTED, target=State.PLACED)
    def undo_transport(self, *, at):
        """Compensates `transport`: ticked aboard by mistake."""
        self.state_since = at

    @transition(state, source=[State.PLACED, State.TRANSPORTED], target=State.CONTACTED)
    def fall_through(self, *, at):
        self.placed_on, self.needs_transport, self.state_since = None, None, at

    @transition(state, source=[State.PLACED, State.TRANSPORTED], target=State.SETTLED)
    def settle(self, *, at):
        self.settled_at = self.state_since = at

    @transition(state, source=list(OPEN_STATES), target=State.CLOSED)
    def close(self, *, reason, by, at, note="", reask_on=None):
        self.closed_because, self.closed_by, self.closed_at = reason, by, at
        self.close_note, self.reask_on, self.state_since = note, reask_on, at

    @transition(state, source=list(ENDED_STATES), target=State.FLAGGED)
    def reopen(self, *, at):
        self._forget_the_end()
        self.placed_on, self.needs_transport = None, None
        self.reopened_count += 1
        self.last_reopened_at = self.state_since = at

    @transition(state, source=State.CONTACTED, target=State.FLAGGED)
    def undo_contact(self, *, first_contacted_at, at):
        """Compensates `contact`: the talk did not happen."""
        self.first_contacted_at, self.state_since = first_contacted_at, at

    @transition(state, source=State.REFERRED, target=State.CONTACTED)
    def undo_refer(self, *, at):
        """Compensates `refer`: nobody was recommended."""
        self.state_since = at

    @transition(state, source=State.CONTACTED, target=State.REFERRED)
    def undo_miss_match(self, *, at):
        """Compensates `miss_match`: the employer had not said no."""
        self.state_since = at

    @transition(state, source=State.PLACED, target=RETURN_VALUE(State.CONTACTED, State.REFERRED))
    def undo_place(self, *, back_to, at):
        """Compensates `place`: there is no such job, and this placement never counts."""
        self.placed_on, self.needs_transport, self.state_since = None, None, at
        self.follow_up_round -= 1
        return back_to

    @transition(state, source=State.CLOSED, target=RETURN_VALUE(State.FLAGGED, State.CONTACTED, State.REFERRED))
    def undo_close(self, *, back_to, first_contacted_at, at):
        """Compensates a `close` that came from an entry taken back the same day."""
        self._forget_the_end()
        self.first_contacted_at, self.state_since = first_contacted_at, at
        return back_to

    @transition(state, source=State.SETTLED, target=RETURN_VALUE(State.PLACED, State.TRANSPORTED))
    def undo_settle(self, *, back_to, at):
        """Compensates a `settle` that came from a follow-up taken back the same day."""
        self._forget_the_end()
        self.state_since = at
        return back_to

    def _forget_the_end(self):
        self.settled_at = self.closed_at = self.closed_by = self.reask_on = None
        self.closed_because = self.close_note = ""


STEP_OF_STATE = {
    State.FLAGGED: Step.CONTACT,
    State.CONTACTED: Step.REFER,
    State.REFERRED: Step.RESULT,
    State.TRANSPORTED: Step.FOLLOW_UP,
}
