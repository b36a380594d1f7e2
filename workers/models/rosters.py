import base64
import hashlib

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit.sealing import crypto
from workers.models.notes import MaskedLine


class RosterUpload(models.Model):
    """A roster sent in through the web: looked at first, saved once, and its file forgotten when that is done.

    The file is sealed while it waits, since it is full of ID numbers. What stays is who sent what, when, and the
    report, which names rows and never people and is kept as `workers/imports/report.py` reads it. `people` has the
    keys of those the saved rows are about, by the label of the row, for whoever may see them. `decisions` are what the
    sender answered where a row asked something (workers/imports/questions.py); a birth date may be among them, so they
    go with the file. Rows that wait for an answer when the others are saved become a roster of their own, `rest_of`
    the first.
    """

    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name=_("sent by"))
    file_name = MaskedLine(_("file"), max_length=120)
    digest = models.BinaryField(max_length=32)
    content_cipher = models.BinaryField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    counts = models.JSONField(_("rows by verdict"), default=dict, blank=True)
    report = models.TextField(_("report"), blank=True)
    rows_saved = models.PositiveIntegerField(_("rows saved"), default=0)
    decisions = models.JSONField(_("decisions"), default=dict, blank=True)
    people = models.JSONField(_("people by row"), default=dict, db_default={}, blank=True)
    rest_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="rests", verbose_name=_("left over from")
    )

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        indexes = [models.Index(fields=["by", "-sent_at"], name="rosters_by_sender")]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "digest"], condition=Q(saved_at=None), name="one_waiting_roster_per_sender_and_file"
            ),
            models.CheckConstraint(
                condition=Q(saved_at=None) | Q(started_at__isnull=False), name="roster_started_before_it_is_saved"
            ),
            models.CheckConstraint(
                condition=Q(saved_at=None, content_cipher__isnull=False, report="")
                | (Q(saved_at__isnull=False, content_cipher=None) & ~Q(report="")),
                name="roster_file_is_kept_until_saved_and_then_the_report",
            ),
            models.CheckConstraint(
                condition=Q(saved_at=None) | Q(decisions={}), name="roster_decisions_are_forgotten_with_the_file"
            ),
            models.CheckConstraint(
                condition=Q(people={}) | Q(saved_at__isnull=False), name="roster_has_people_only_once_saved"
            ),
            models.CheckConstraint(
                condition=Q(failed_at=None)
                | Q(saved_at=None, started_at__isnull=False, started_at__lte=F("failed_at")),
                name="roster_failed_only_when_started",
            ),
        ]

    def __str__(self):
        return self.file_name

    @property
    def content(self) -> bytes:
        return base64.b64decode(crypto.unseal(self.content_cipher, **self._place))

    @property
    def is_saved(self) -> bool:
        return self.saved_at is not None

    @property
    def is_rest(self) -> bool:
        return self.rest_of_id is not None

    @property
    def is_being_saved(self) -> bool:
        return self.started_at is not None and self.failed_at is None and not self.is_saved

    def seal(self, content: bytes) -> None:
        """For the row with this file's digest, which it has from the beginning."""
        self.digest = hashlib.sha256(content).digest()
        self.content_cipher = crypto.seal(base64.b64encode(content).decode(), **self._place)

    @property
    def _place(self) -> dict:
        return {"purpose": crypto.column(self, "content_cipher"), "row": self.digest}
