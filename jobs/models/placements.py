from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from cases.models import Case
from jobs.models.employers import Employer, Vacancy
from jobs.querysets import PlacementQuerySet
from jobs.sealed import sealed_files
from kit.keys import staff_key
from workers.models import Worker
from workers.models.notes import MaskedLine


class Placement(models.Model):
    """A job someone starts: employer, place, first day and one kind of evidence. At most one is current a worker.

    `area` is where the work is. Who may see the row follows the case, never the place of work.
    `employer_name` is the name as it stood on the day, for papers and the journal.
    """

    class Evidence(models.TextChoices):
        WORKER_WORD = "worker_word", _("The worker's word")
        EMPLOYER_WORD = "employer_word", _("The employer's word")
        CONTRACT_PHOTO = "contract_photo", _("Photo of the contract")
        STATION_CHECK = "station_check", _("Checked by the cooperation station")
        WAGE_RECORD = "wage_record", _("Wage record")

    class FoundThrough(models.TextChoices):
        FAIR = "fair", _("Job fair")
        INTRODUCTION = "introduction", _("Introduction")
        SELF = "self", _("Found it alone")
        NEARBY = "nearby", _("Work nearby")

    class Ended(models.TextChoices):
        NEVER_STARTED = "never_started", _("Never started")
        LEFT = "left", _("Left the job")
        DISMISSED = "dismissed", _("Let go by the employer")
        TERM_OVER = "term_over", _("Contract or season over")
        WAGE_TROUBLE = "wage_trouble", _("Trouble over pay")
        CHANGED_JOB = "changed_job", _("Went to another job")
        CASE_CLOSED = "case_closed", _("Case closed")
        TAKEN_BACK = "taken_back", _("Entered by mistake")

    case = models.ForeignKey(Case, models.PROTECT, related_name="placements", verbose_name=_("case"))
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="placements", verbose_name=_("worker"))
    vacancy = models.ForeignKey(
        Vacancy, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name=_("vacancy")
    )
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="placements", verbose_name=_("employer"))
    employer_name = MaskedLine(_("employer on the day"), max_length=120)
    area = models.ForeignKey(
        Area, models.PROTECT, db_column="area_code", related_name="+", verbose_name=_("place of work")
    )
    start_on = models.DateField(_("first day of work"))
    wage = models.PositiveIntegerField(_("monthly wage"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=16, choices=Evidence.choices)
    evidence_note = MaskedLine(_("who confirmed it, and how"), max_length=300, blank=True)
    evidence_file = models.FileField(
        _("photo or scan"), storage=sealed_files, upload_to="evidence/%Y/%m/", max_length=200, blank=True
    )
    found_through = models.CharField(_("found through"), max_length=12, choices=FoundThrough.choices)
    needs_transport = models.BooleanField(_("needs transport"))
    confirmed_at = models.DateTimeField(_("confirmed"))
    confirmed_by = staff_key()
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_because = models.CharField(_("why it ended"), max_length=16, choices=Ended.choices, blank=True)
    ended_by = staff_key()
    once = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-confirmed_at", "-pk"]
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], condition=Q(ended_on=None), name="one_current_placement_per_worker"
            ),
            models.CheckConstraint(condition=~Q(evidence="") & ~Q(employer_name=""), name="placement_has_evidence"),
            models.CheckConstraint(
                condition=~Q(evidence__in=["employer_word", "station_check"]) | ~Q(evidence_note=""),
                name="placement_word_of_others_names_them",
            ),
            models.CheckConstraint(
                condition=~Q(evidence="contract_photo") | ~Q(evidence_file=""),
                name="placement_contract_photo_is_kept",
            ),
            models.CheckConstraint(
                condition=~Q(evidence="wage_record") | ~Q(evidence_file="") | ~Q(evidence_note=""),
                name="placement_wage_record_is_kept_or_told",
            ),
            models.CheckConstraint(
                condition=(Q(ended_on=None) & Q(ended_because="")) | (Q(ended_on__isnull=False) & ~Q(ended_because="")),
                name="placement_end_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["vacancy"], condition=Q(ended_on=None), name="placement_current_by_vacancy")]

    def __str__(self):
        return f"{self.employer_name} {self.start_on:%Y-%m-%d}"

    @property
    def is_current(self) -> bool:
        return self.ended_on is None
