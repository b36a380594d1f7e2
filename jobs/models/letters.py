from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from cases.models import Case
from jobs.models.employers import Employer, Vacancy
from jobs.querysets import LetterQuerySet
from jobs.sealed import sealed_files
from kit.keys import staff_key
from workers.models import Worker
from workers.models.notes import MaskedLine


class LetterCounter(models.Model):
    """The last serial given out by a county in a year. Its row is the lock that keeps the book without gaps."""

    county = models.ForeignKey(
        Area, models.PROTECT, db_column="county_code", related_name="+", verbose_name=_("county")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("letter counter")
        verbose_name_plural = _("letter counters")
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="one_letter_counter_a_county_and_year")]

    def __str__(self):
        return f"{self.county_id} {self.year}: {self.last_number}"


class Letter(models.Model):
    """One numbered placement letter, kept exactly as issued.

    `facts` is what the paper says, taken on the day: a later change of name, wage or address does not rewrite
    it. The ID number is not in it; it lies encrypted beside it. `pdf` is sealed with the same keys, because
    the employer's part shows the whole ID number. Number, county, year and facts never change, and no row is
    deleted: a trigger refuses both, and refuses a number that does not follow the one before.
    A worker has one valid letter for one job: an exclusion constraint (migration 0009) refuses a second.
    """

    class State(models.TextChoices):
        VALID = "valid", _("Valid")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")
        DONE = "done", _("Answered")

    class Receipt(models.TextChoices):
        HIRED = "hired", _("Hired")
        NOT_HIRED = "not_hired", _("Not hired")
        NOT_REPORTED = "not_reported", _("Did not report")

    SAID_NO = (Receipt.NOT_HIRED, Receipt.NOT_REPORTED)
    """Such a letter is valid no longer, and another may be issued for the same job."""

    county = models.ForeignKey(
        Area, models.PROTECT, db_column="county_code", related_name="+", verbose_name=_("county")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    serial = models.CharField(_("serial"), max_length=60, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="letters", verbose_name=_("case"))
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="letters", verbose_name=_("worker"))
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="letters", verbose_name=_("employer"))
    vacancy = models.ForeignKey(
        Vacancy, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("vacancy")
    )
    facts = models.JSONField(_("what the paper says"))
    id_number_cipher = models.BinaryField(null=True, editable=False)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = staff_key(blank=False)
    valid_days = models.PositiveSmallIntegerField(_("days of validity"), default=15)
    valid_until = models.DateField(_("valid until"))
    verify_code = models.CharField(_("verification code"), max_length=12, unique=True)
    print_count = models.PositiveSmallIntegerField(_("times printed"), default=0)
    pdf = models.FileField(_("PDF"), storage=sealed_files, upload_to="letters/%Y/", max_length=200, blank=True)
    pdf_print = models.PositiveSmallIntegerField(_("print the file is for"), default=0)
    rendered_at = models.DateTimeField(_("rendered"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = staff_key()
    revoked_because = MaskedLine(_("why revoked"), max_length=200, blank=True)
    # taken back on the day it was issued, before it went out: revoked too, so that nobody verifies it
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    receipt = models.CharField(_("receipt says"), max_length=12, choices=Receipt.choices, blank=True)
    receipt_at = models.DateTimeField(_("receipt recorded"), null=True, blank=True)
    receipt_by = staff_key()
    receipt_note = MaskedLine(_("remark on the receipt"), max_length=200, blank=True)
    is_twin = models.BooleanField(default=False, db_default=False, editable=False)  # before one a job was the rule
    once = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("placement letter")
        verbose_name_plural = _("placement letters")
        constraints = [
            models.UniqueConstraint(fields=["county", "year", "number"], name="letter_serial_given_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="letter_numbers_begin_at_1"),
            models.CheckConstraint(condition=Q(valid_days__gte=1, valid_days__lte=90), name="letter_valid_days"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="letter_revoked_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at=F("revoked_at"), print_count=0, receipt=""),
                name="letter_undone_before_it_went_out",
            ),
            models.CheckConstraint(
                condition=Q(receipt="", receipt_at=None) | (~Q(receipt="") & Q(receipt_at__isnull=False)),
                name="letter_receipt_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(pdf="", rendered_at=None, pdf_print=0)
                | (~Q(pdf="") & Q(rendered_at__isnull=False, pdf_print__gte=1)),
                name="letter_file_says_what_it_is",
            ),
        ]

    def __str__(self):
        return self.serial

    @property
    def edition(self) -> int:
        """The print the paper is for: 1 is the first one, 3 the second reprint."""
        return max(self.print_count, 1)

    @property
    def is_rendered(self) -> bool:
        return self.pdf_print == self.edition

    def state(self, today: date) -> str:
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.receipt in self.SAID_NO:
            return self.State.DONE
        return self.State.VALID if today <= self.valid_until else self.State.EXPIRED
