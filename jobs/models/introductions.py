from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from jobs.models.employers import Vacancy
from jobs.querysets import IntroductionQuerySet
from kit.keys import staff_key
from workers.models.notes import MaskedLine


class Introduction(models.Model):
    """One person sent to one vacancy directly, without a fair. An intent, not a placement.

    Open while no final result is known; `waiting` is a result that keeps it open (the employer asked for
    time). `lapsed` means that the case moved on by another road before the employer answered.
    """

    class Result(models.TextChoices):
        HIRED = "hired", _("Hired")
        NOT_HIRED = "not_hired", _("Not hired")
        NO_SHOW = "no_show", _("Did not report")
        WAITING = "waiting", _("Employer is still deciding")
        LAPSED = "lapsed", _("Lapsed")
        TAKEN_BACK = "taken_back", _("Taken back")

    UNDECIDED = ("", Result.WAITING)

    case = models.ForeignKey(Case, models.PROTECT, related_name="introductions", verbose_name=_("case"))
    vacancy = models.ForeignKey(Vacancy, models.PROTECT, related_name="introductions", verbose_name=_("vacancy"))
    introduced_at = models.DateTimeField(_("introduced"))
    introduced_by = staff_key()
    until = models.DateTimeField(_("answer expected by"))
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True)
    result_at = models.DateTimeField(_("result known"), null=True, blank=True)
    result_by = staff_key()
    note = MaskedLine(_("note"), max_length=300, blank=True)
    once = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        ordering = ["-introduced_at", "-pk"]
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(result__in=["", "waiting"]),
                name="one_open_introduction_per_case",
            ),
            models.CheckConstraint(
                condition=(Q(result="") & Q(result_at=None)) | (~Q(result="") & Q(result_at__isnull=False)),
                name="introduction_result_has_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.case_id} → {self.vacancy_id}"

    @property
    def is_open(self) -> bool:
        return self.result in self.UNDECIDED
