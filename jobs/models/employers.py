from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from jobs.querysets import EmployerQuerySet, VacancyQuerySet
from kit.columns import QuickLabels
from kit.keys import staff_key
from workers.models.notes import MaskedLine
from workers.rules.ages import ADULT, WORKING_AGE


class Employer(QuickLabels, models.Model):
    """Who hires. Not bound to an area for reading: a factory in Zhejiang takes people from every township."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PARK = "park", _("Industrial park")
        WORKSHOP = "workshop", _("Assistance workshop")
        PUBLIC_WELFARE = "public_welfare", _("Public-welfare post")
        INDIVIDUAL = "individual", _("Sole trader")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.COMPANY)
    area = models.ForeignKey(Area, models.PROTECT, db_column="area_code", related_name="+", verbose_name=_("where"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    is_held = models.BooleanField(_("on hold"), default=False)
    hold_reason = MaskedLine(_("why on hold"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("entered"))
    created_by = staff_key()
    once = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        indexes = [models.Index(fields=["area", "name"], name="employer_by_area_and_name")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(is_held=False) & Q(hold_reason="")) | (Q(is_held=True) & ~Q(hold_reason="")),
                name="employer_hold_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(credit_code=""), name="employer_credit_code_is_null_not_empty"),
        ]

    def __str__(self):
        return self.name


class Vacancy(models.Model):
    """One post, for one or many people. `filled` is counted by the database, never written by hand.

    A trigger recounts the current placements whenever one is made, moved or ended, and a check keeps the
    count within the headcount: two cadres cannot fill the last opening twice, whatever the code forgets.
    Wages are whole yuan a month.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="vacancies", verbose_name=_("employer"))
    title = models.CharField(_("post"), max_length=80)
    area = models.ForeignKey(
        Area, models.PROTECT, db_column="area_code", related_name="+", verbose_name=_("place of work")
    )
    headcount = models.PositiveIntegerField(_("people wanted"))
    filled = models.PositiveIntegerField(_("filled"), default=0, editable=False)
    wage_low = models.PositiveIntegerField(_("lowest wage"))
    wage_high = models.PositiveIntegerField(_("highest wage"))
    board = models.BooleanField(_("meals"), default=False)
    lodging = models.BooleanField(_("lodging"), default=False)
    age_min = models.PositiveSmallIntegerField(_("youngest age"), default=ADULT)
    age_max = models.PositiveSmallIntegerField(_("oldest age"), default=60)
    night_shift = models.BooleanField(_("night shifts"), default=False)
    suits_minors = models.BooleanField(_("suits people of 16 and 17"), default=False)
    note = models.CharField(_("what else to know"), max_length=300, blank=True)
    open_from = models.DateField(_("open from"))
    open_until = models.DateField(_("open until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    closed_by = staff_key(editable=False)
    created_at = models.DateTimeField(_("entered"))
    created_by = staff_key()
    once = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        ordering = ["-open_from", "-pk"]
        verbose_name = _("vacancy")
        verbose_name_plural = _("vacancies")
        indexes = [
            models.Index(
                fields=["area", "-wage_high"],
                condition=Q(closed_at=None) & Q(filled__lt=F("headcount")),
                name="vacancy_with_openings_by_place",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(headcount__gte=1), name="vacancy_wants_someone"),
            models.CheckConstraint(condition=Q(filled__lte=F("headcount")), name="vacancy_never_overfilled"),
            models.CheckConstraint(
                condition=Q(wage_low__gte=1) & Q(wage_low__lte=F("wage_high")), name="vacancy_wage_range_in_order"
            ),
            models.CheckConstraint(
                condition=Q(age_min__gte=WORKING_AGE) & Q(age_min__lte=F("age_max")),
                name="vacancy_ages_in_order_from_16",
            ),
            models.CheckConstraint(
                condition=Q(suits_minors=False) | Q(night_shift=False), name="vacancy_no_night_shift_for_minors"
            ),
            models.CheckConstraint(
                condition=Q(open_until=None) | Q(open_from__lte=F("open_until")),
                name="vacancy_opens_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(closed_at__isnull=False), name="vacancy_closed_by_has_a_time"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def openings(self) -> int:
        return self.headcount - self.filled

    @property
    def takes_minors(self) -> bool:
        return self.suits_minors and not self.night_shift

    def is_open(self, today: date) -> bool:
        not_over = self.open_until is None or today <= self.open_until
        return self.closed_at is None and self.open_from <= today and not_over
