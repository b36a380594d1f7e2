from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fairs.choices import MOST_WISHES, STILL_OPEN, NoMatchReason, Result, Withdrawal
from fairs.models.batch import ReferralBatch
from fairs.models.fair import BoothVacancy, Fair
from fairs.querysets import ReferralQuerySet
from kit.columns import QuickLabels
from kit.keys import staff_key
from workers.models.notes import MaskedLine


class FairReferral(QuickLabels, models.Model):
    """One worker sent to one fair, with a code for the door and up to three wishes.

    Whoever changes a referral holds the lock of its case. A walk-in was nobody's guest: registered at the door.
    Withdrawn means nobody waits for an answer any more; who had come still counts as having come.
    """

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="referrals")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="fair_referrals")
    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="fair_referrals")
    code = models.CharField(max_length=6, validators=[RegexValidator(r"^[0-9]{6}$")])
    is_walk_in = models.BooleanField(_("registered at the door"), default=False)
    referred_at = models.DateTimeField()
    referred_by = staff_key(blank=False)
    batch = models.ForeignKey(
        ReferralBatch, models.PROTECT, null=True, blank=True, related_name="referrals", editable=False
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = staff_key()
    result = models.CharField(max_length=20, choices=Result.choices, blank=True)
    result_at = models.DateTimeField(null=True, blank=True)
    result_by = staff_key()
    reason = models.CharField(_("why it did not match"), max_length=20, choices=NoMatchReason.choices, blank=True)
    vacancy = models.ForeignKey("jobs.Vacancy", models.PROTECT, null=True, blank=True, related_name="+")
    note = MaskedLine(_("employer's remark"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=40, choices=Withdrawal.choices, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["fair_id", "pk"]
        verbose_name = _("referral to a fair")
        verbose_name_plural = _("referrals to fairs")
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
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="a_code_has_six_digits"),
            models.CheckConstraint(
                condition=Q(checked_in_at__isnull=True, checked_in_by__isnull=True)
                | Q(checked_in_at__isnull=False, checked_in_by__isnull=False),
                name="checked_in_by_someone",
            ),
            models.CheckConstraint(condition=Q(result__in=["", *Result.values]), name="a_result_is_known"),
            models.CheckConstraint(
                condition=Q(result="", result_at__isnull=True) | ~Q(result="") & Q(result_at__isnull=False),
                name="a_result_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(result="no_show") | Q(checked_in_at__isnull=True),
                name="who_checked_in_did_come",
            ),
            models.CheckConstraint(
                condition=Q(result__in=["", "no_show"]) | Q(checked_in_at__isnull=False),
                name="a_result_needs_a_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["hired", "intent", "second_interview"]) | Q(vacancy__isnull=False),
                name="a_promise_names_its_post",
            ),
            models.CheckConstraint(condition=~Q(result="no_match") | ~Q(reason=""), name="no_match_says_why"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) ^ ~Q(withdrawn_because=""),
                name="withdrawn_for_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.fair_id}/{self.code}"

    @property
    def is_waiting(self) -> bool:
        """An answer is still to come: nothing was said yet, or only an intent."""
        return self.withdrawn_at is None and self.result in STILL_OPEN

    @property
    def is_expected(self) -> bool:
        """On the list, and not here yet."""
        return self.withdrawn_at is None and self.checked_in_at is None and not self.result

    @property
    def is_visitor(self) -> bool:
        """Came to look and has a job: counted, and nobody waits for an answer."""
        return self.withdrawn_because == Withdrawal.HAS_A_JOB

    @property
    def has_come(self) -> bool:
        return self.checked_in_at is not None

    def wishes_to_walk(self) -> list["Wish"]:
        """Without those of employers who stay away. No query for a referral of `for_page`."""
        return [wish for wish in self.wishes.all() if not wish.offer.booth.stays_away]


class Wish(models.Model):
    """A vacancy the worker wants to ask about, in the order they will walk the booths."""

    referral = models.ForeignKey(FairReferral, models.CASCADE, related_name="wishes")
    offer = models.ForeignKey(BoothVacancy, models.PROTECT, related_name="wishes")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["referral_id", "rank"]
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(fields=["referral", "rank"], name="one_wish_a_rank"),
            models.UniqueConstraint(fields=["referral", "offer"], name="a_wish_once"),
            models.CheckConstraint(condition=Q(rank__range=(1, MOST_WISHES)), name="at_most_three_wishes"),
        ]

    def __str__(self):
        return f"{self.rank}. {self.offer}"
