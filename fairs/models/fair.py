from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from areas.ranges import is_inside
from fairs.choices import LICENCE_NOTICE, LICENSED_FROM, NOT_OVER, TAKES_REFERRALS, FairState
from fairs.querysets import FairQuerySet
from kit.columns import QuickLabels
from kit.days import local_day
from kit.keys import area_key, staff_key
from workers.models.notes import MaskedLine


class Fair(QuickLabels, FSMModelMixin, models.Model):
    """A day on which employers sit at booths and workers come to meet them. It serves the people of its area."""

    title = models.CharField(_("title"), max_length=80)
    area = area_key(related_name="fairs")
    venue = models.CharField(_("venue"), max_length=80)
    landmark = models.CharField(_("landmark"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    expected = models.PositiveIntegerField(_("people expected"), default=200)
    licence_applied_on = models.DateField(_("police licence applied for on"), null=True, blank=True)
    licence_no = models.CharField(_("police licence number"), max_length=40, blank=True)
    licence_papers = models.JSONField(_("papers handed in"), default=list, blank=True)
    organiser = models.ForeignKey("staff.User", models.PROTECT, related_name="fairs")
    state = FSMField(choices=FairState.choices, default=FairState.PLANNED, protected=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(_("another time or place was last told at"), null=True, blank=True)
    # when it was to start before that: who has not read the text yet sets out for it
    changed_from = models.DateTimeField(null=True, blank=True, editable=False)
    # when the end alone moved: nobody is told, but everybody's case rests until the new one
    end_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    called_at = models.DateTimeField(_("the missing were last texted at"), null=True, blank=True)
    caught_up_with = models.JSONField(default=list, editable=False)
    """Changes and calls of which everybody has been told: a later batch tells none of them again."""
    is_behind = models.BooleanField(_("some people are still to be told or sent home"), default=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = staff_key()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = staff_key()
    cancelled_because = MaskedLine(_("why it is cancelled"), max_length=120, blank=True)
    once = models.UUIDField(unique=True, null=True, blank=True)

    objects = FairQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("fair")
        verbose_name_plural = _("fairs")
        indexes = [
            models.Index(fields=["area", "starts_at"], name="fair_by_area_and_day"),
            models.Index(fields=["id"], condition=Q(is_behind=True), name="fair_behind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FairState.values), name="fair_state_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="fair_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False)
                & ~Q(cancelled_because="")
                | ~Q(state="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancelled_because=""),
                name="fair_cancelled_by_someone_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="finished", finished_at__isnull=False)
                | ~Q(state="finished") & Q(finished_at__isnull=True, finished_by__isnull=True),
                name="fair_finished_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(expected__lt=LICENSED_FROM) | ~Q(licence_no=""),
                name="large_fair_runs_only_with_a_licence",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def was_licence_asked_for(self) -> bool:
        """It is there, or was applied for in time."""
        applied_on = self.licence_applied_on
        return bool(self.licence_no) or (applied_on is not None and applied_on <= self.licence_last_day)

    @property
    def licence_last_day(self) -> date:
        """The last day on which the police can still be asked."""
        return local_day(self.starts_at) - LICENCE_NOTICE

    @property
    def calls_and_changes(self) -> list[str]:
        """Each kind with its moment, as `caught_up_with` holds them."""
        moments = {name: getattr(self, name) for name in ("changed_at", "end_changed_at", "called_at")}
        return [f"{name} {moment.timestamp():.6f}" for name, moment in moments.items() if moment]

    def is_news(self, name: str) -> bool:
        """Somebody may not have been told of the last one."""
        return any(step.startswith(f"{name} ") for step in self.calls_and_changes if step not in self.caught_up_with)

    @property
    def takes_referrals(self) -> bool:
        return self.state in TAKES_REFERRALS

    @property
    def is_running(self) -> bool:
        return self.state == FairState.RUNNING

    @property
    def is_not_over(self) -> bool:
        return self.state in NOT_OVER

    def serves(self, code: int) -> bool:
        """Does somebody who lives there belong to this fair? Needs the area at hand."""
        return is_inside(code, [(self.area.low, self.area.high)])

    @transition(state, source=FairState.PLANNED, target=FairState.OPEN)
    def open(self):
        """Cadres may refer people to it."""

    @transition(state, source=FairState.OPEN, target=FairState.RUNNING)
    def start(self):
        """The doors open: people check in."""

    @transition(state, source=list(TAKES_REFERRALS), target=FairState.FINISHED)
    def finish(self, *, by, at):
        """The doors close; who did not come goes back to the cadre. `by=None` is the clock."""
        self.finished_by, self.finished_at = by, at

    @transition(state, source=list(NOT_OVER), target=FairState.CANCELLED)
    def cancel(self, *, why, by, at):
        self.cancelled_because, self.cancelled_by, self.cancelled_at = why, by, at


class Booth(models.Model):
    """One employer's table at a fair."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="booths")
    number = models.PositiveSmallIntegerField(_("booth"))
    employer = models.ForeignKey("jobs.Employer", models.PROTECT, related_name="booths")
    confirmed_at = models.DateTimeField(_("the employer answered at"), null=True, blank=True)
    comes = models.BooleanField(_("the employer comes"), null=True, blank=True)
    who_comes = MaskedLine(_("who comes"), max_length=80, blank=True)

    class Meta:
        ordering = ["fair_id", "number"]
        verbose_name = _("booth")
        verbose_name_plural = _("booths")
        constraints = [
            models.UniqueConstraint(fields=["fair", "number"], name="one_employer_a_booth"),
            models.UniqueConstraint(fields=["fair", "employer"], name="one_booth_an_employer"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, comes__isnull=True, who_comes="")
                | Q(confirmed_at__isnull=False, comes=True) & ~Q(who_comes="")
                | Q(confirmed_at__isnull=False, comes=False, who_comes=""),
                name="an_employer_who_comes_says_who",
            ),
        ]

    def __str__(self):
        return f"{self.number:02d} {self.employer}"

    @property
    def stays_away(self) -> bool:
        """The employer has said that it cannot come."""
        return self.comes is False


class BoothVacancy(models.Model):
    """A vacancy offered at a booth, and how many people the employer wants from this fair.

    Never more than are open besides those hired here: a trigger refuses it, and another lowers `wanted` of fairs to
    come when posts are filled elsewhere or closed, to 0 if need be.
    """

    booth = models.ForeignKey(Booth, models.CASCADE, related_name="offers")
    vacancy = models.ForeignKey("jobs.Vacancy", models.PROTECT, related_name="offers")
    wanted = models.PositiveIntegerField(_("wanted at this fair"))

    class Meta:
        ordering = ["booth__number", "pk"]
        verbose_name = _("post at a booth")
        verbose_name_plural = _("posts at booths")
        constraints = [
            models.UniqueConstraint(fields=["booth", "vacancy"], name="a_vacancy_once_a_booth"),
        ]

    def __str__(self):
        return f"{self.booth.number:02d} {self.vacancy}"
