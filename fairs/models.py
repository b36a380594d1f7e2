from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from fairs.querysets import FairQuerySet, ReferralQuerySet

LICENSED_FROM = 1000
"""People expected from which a fair needs a police licence (Regulation on Large Mass Activities, art. 2)."""


class FairState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("fair state", "planned")
    OPEN = "open", pgettext_lazy("fair state", "inviting")
    RUNNING = "running", pgettext_lazy("fair state", "under way")
    FINISHED = "finished", pgettext_lazy("fair state", "finished")
    CANCELLED = "cancelled", pgettext_lazy("fair state", "cancelled")


class Fair(FSMModelMixin, models.Model):
    """A day on which employers sit at booths and workers come to meet them."""

    title = models.CharField(_("title"), max_length=80)
    area = models.ForeignKey("areas.Area", models.PROTECT, db_column="area_code", related_name="fairs")
    venue = models.CharField(_("venue"), max_length=80)
    landmark = models.CharField(_("landmark"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    expected = models.PositiveIntegerField(_("people expected"), default=200)
    licence_applied_on = models.DateField(_("police licence applied for on"), null=True, blank=True)
    licence_no = models.CharField(_("police licence number"), max_length=40, blank=True)
    organiser = models.ForeignKey("staff.User", models.PROTECT, related_name="fairs")
    state = FSMField(choices=FairState.choices, default=FairState.PLANNED, protected=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_because = models.CharField(_("why it is cancelled"), max_length=120, blank=True)
    once = models.UUIDField(unique=True, null=True, blank=True)

    objects = FairQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["area", "starts_at"], name="fair_by_area_and_day")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="fair_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False)
                & ~Q(cancelled_because="")
                | ~Q(state="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True),
                name="fair_cancelled_by_someone_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(expected__lt=LICENSED_FROM) | ~Q(licence_no=""),
                name="large_fair_runs_only_with_a_licence",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def needs_licence(self) -> bool:
        return self.expected >= LICENSED_FROM

    @property
    def takes_referrals(self) -> bool:
        return self.state in (FairState.OPEN, FairState.RUNNING)

    @property
    def can_be_cancelled(self) -> bool:
        return self.state in (FairState.PLANNED, FairState.OPEN, FairState.RUNNING)

    @transition(state, source=FairState.PLANNED, target=FairState.OPEN)
    def open(self):
        """Cadres may refer people to it."""

    @transition(state, source=FairState.OPEN, target=FairState.RUNNING)
    def start(self):
        """The doors open: people check in."""

    @transition(state, source=[FairState.OPEN, FairState.RUNNING], target=FairState.FINISHED)
    def finish(self):
        """The doors close; who did not come goes back to the cadre."""

    @transition(
        state, source=[FairState.PLANNED, FairState.OPEN, FairState.RUNNING], target=FairState.CANCELLED
    )
    def cancel(self, *, why, by, at):
        self.cancelled_because, self.cancelled_by, self.cancelled_at = why, by, at


class Booth(models.Model):
    """One employer's table at a fair."""

    fair = models.ForeignKey(Fair, models.CASCADE, related_name="booths")
    number = models.PositiveSmallIntegerField(_("booth"))
    employer = models.ForeignKey("jobs.Employer", models.PROTECT, related_name="booths")

    class Meta:
        ordering = ["fair_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "number"], name="one_employer_a_booth"),
            models.UniqueConstraint(fields=["fair", "employer"], name="one_booth_an_employer"),
        ]

    def __str__(self):
        return f"{self.number:02d} {self.employer}"


class BoothVacancy(models.Model):
    """A vacancy offered at a booth, and how many people the employer wants from this fair."""

    booth = models.ForeignKey(Booth, models.CASCADE, related_name="offers")
    vacancy = models.ForeignKey("jobs.Vacancy", models.PROTECT, related_name="offers")
    wanted = models.PositiveIntegerField(_("wanted at this fair"))

    class Meta:
        ordering = ["booth__number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["booth", "vacancy"], name="a_vacancy_once_a_booth"),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="an_offer_wants_someone"),
        ]

    def __str__(self):
        return f"{self.booth.number:02d} {self.vacancy}"


class Result(models.TextChoices):
    INTENT = "intent", _("intent")
    SECOND_INTERVIEW = "second_interview", _("second interview")
    HIRED = "hired", _("hired")
    NO_MATCH = "no_match", _("no match")
    NO_SHOW = "no_show", _("did not come")


STILL_OPEN = ("", Result.INTENT, Result.SECOND_INTERVIEW)
"""Results after which the referral still waits for an answer. An intent is not a placement."""


class NoMatchReason(models.TextChoices):
    POST = "post", _("the post does not suit")
    WAGE = "wage", _("the wage does not suit")
    CARE = "care", _("must look after family")
    NOT_INTERVIEWED = "not_interviewed", _("was not interviewed")
    REFUSED = "refused", _("the employer said no")


class FairReferral(models.Model):
    """One worker sent to one fair, with a code for the door and up to three wishes."""

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="referrals")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="fair_referrals")
    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="fair_referrals")
    code = models.CharField(max_length=6, validators=[RegexValidator(r"^\d{6}$")])
    referred_at = models.DateTimeField()
    referred_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+")
    result = models.CharField(max_length=20, choices=Result.choices, blank=True)
    result_at = models.DateTimeField(null=True, blank=True)
    result_by = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=NoMatchReason.choices, blank=True)
    vacancy = models.ForeignKey("jobs.Vacancy", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("employer's remark"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=40, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["fair_id", "pk"]
        indexes = [models.Index(fields=["fair", "checked_in_at"], name="referral_by_arrival")]
        constraints = [
            models.UniqueConstraint(fields=["fair", "code"], name="a_code_opens_one_door"),
            models.UniqueConstraint(
                fields=["fair", "worker"], condition=Q(withdrawn_at__isnull=True), name="once_a_fair"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(withdrawn_at__isnull=True, result__in=STILL_OPEN),
                name="one_open_fair_referral_a_case",
            ),
            models.CheckConstraint(
                condition=Q(checked_in_at__isnull=True, checked_in_by__isnull=True)
                | Q(checked_in_at__isnull=False, checked_in_by__isnull=False),
                name="checked_in_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(result="", result_at__isnull=True) | ~Q(result="") & Q(result_at__isnull=False),
                name="a_result_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(result="no_show") | Q(checked_in_at__isnull=True),
                name="who_checked_in_did_come",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) ^ ~Q(withdrawn_because=""),
                name="withdrawn_for_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.fair_id}/{self.code}"

    @property
    def is_waiting(self) -> bool:
        return self.withdrawn_at is None and self.result in STILL_OPEN


class Wish(models.Model):
    """A vacancy the worker wants to ask about, in the order they will walk the booths."""

    referral = models.ForeignKey(FairReferral, models.CASCADE, related_name="wishes")
    offer = models.ForeignKey(BoothVacancy, models.PROTECT, related_name="wishes")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["referral_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "rank"], name="one_wish_a_rank"),
            models.UniqueConstraint(fields=["referral", "offer"], name="a_wish_once"),
            models.CheckConstraint(condition=Q(rank__range=(1, 3)), name="at_most_three_wishes"),
        ]

    def __str__(self):
        return f"{self.rank}. {self.offer}"
