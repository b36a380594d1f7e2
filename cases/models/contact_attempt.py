from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import OUTCOMES_OF, TWO_WAY_OUTCOMES, Channel, Outcome, State, told
from cases.contact.outcomes import AT_WORK
from cases.querysets import ContactAttemptQuerySet
from kit.keys import staff_key
from workers.models.notes import MaskedLine, MaskedText

# in a fixed order: they are written into a migration
CALL_OUTCOMES = [o for o in Outcome.values if o in OUTCOMES_OF[Channel.CALL]]
VISIT_OUTCOMES = [o for o in Outcome.values if o in OUTCOMES_OF[Channel.VISIT]]


class ContactAttempt(models.Model):
    """A call or a visit. Only a two-way talk with the worker is a contact; everything else leaves the clock running.

    `state_before`, `state_after` and `before` say what the entry did, so that it can be undone the same day.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="attempts", verbose_name=_("case"))
    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="+", verbose_name=_("worker"))
    work_item = models.ForeignKey(
        "cases.WorkItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attempts",
        verbose_name=_("work item"),
    )
    channel = models.CharField(_("way of contact"), max_length=5, choices=Channel.choices)
    outcome = models.CharField(_("outcome"), max_length=18, choices=Outcome.choices)
    happened_at = models.DateTimeField(_("happened at"))
    entered_at = models.DateTimeField(_("entered at"))
    by = staff_key(pgettext_lazy("of an entry", "by"))
    note = MaskedText(_("note"), blank=True)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    # how long the clock let it wait; whoever plans for later says why
    next_until = models.DateTimeField(_("next attempt at the latest"), null=True, blank=True)
    put_off_because = MaskedLine(_("why it has to wait"), max_length=200, blank=True)
    status = models.CharField(_("status reported"), max_length=30, null=True, blank=True)  # noqa: DJ001
    state_before = models.CharField(_("state before"), max_length=12, choices=State.choices)
    state_after = models.CharField(_("state after"), max_length=12, choices=State.choices)
    before = models.JSONField(_("how things stood before"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    # the number before the one that was told on the phone; for the undo alone
    phone_before = models.BinaryField(null=True, editable=False)
    lon = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    once = models.UUIDField(_("sent once"), unique=True, null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = staff_key(_("undone by"))

    objects = ContactAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact attempt")
        verbose_name_plural = _("contact attempts")
        indexes = [
            models.Index(fields=["case", "happened_at"], name="attempt_by_case_and_time"),
            models.Index(fields=["by", "entered_at"], name="attempt_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("entered_at")), name="attempt_entered_after_it_happened"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False),
                name="attempt_undone_says_when",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__isnull=False, lat__isnull=False),
                name="attempt_point_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(next_at=None)
                | Q(next_until=None)
                | Q(next_at__lte=F("next_until"))
                | ~Q(put_off_because=""),
                name="attempt_beyond_the_clock_says_why",
            ),
            models.CheckConstraint(
                condition=Q(channel="call", outcome__in=CALL_OUTCOMES) | Q(channel="visit", outcome__in=VISIT_OUTCOMES),
                name="attempt_outcome_fits_channel",
            ),
        ]

    def __str__(self):
        return f"{self.pk} {self.get_outcome_display()}"

    @property
    def key(self) -> str:
        """Among entries of every kind."""
        return str(self.pk)

    @property
    def told(self) -> str:
        return told(self.channel, self.outcome)

    @property
    def has_ended_a_job(self) -> bool:
        """Later stages have built on that; it is never taken back."""
        return self.state_before in AT_WORK and self.state_after != self.state_before

    @property
    def is_reached(self) -> bool:
        return self.is_two_way

    @property
    def is_two_way(self) -> bool:
        return self.outcome in TWO_WAY_OUTCOMES
