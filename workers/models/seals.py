from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalSeal(models.Model):
    """A signed statement of where all chains ended (workers/rules/seals/seal.py), as it is also kept elsewhere.

    Numbered from 1 without a gap: by trigger, as is that it never changes.
    """

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    sealed_at = models.DateTimeField(_("sealed at"))
    text = models.TextField(_("seal"))

    class Meta:
        verbose_name = _("seal of the journal")
        verbose_name_plural = _("seals of the journal")

    def __str__(self):
        return str(self.number)


class SealedHead(models.Model):
    """A chain that had moved on since the seal before. `worker_id` is a plain value: it outlives whom it is about."""

    seal = models.ForeignKey(JournalSeal, models.PROTECT, db_index=False, related_name="heads", verbose_name=_("seal"))
    worker_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("sealed head")
        verbose_name_plural = _("sealed heads")
        constraints = [
            models.UniqueConstraint(fields=["worker_id", "seal"], name="head_once_a_seal"),
        ]
        indexes = [models.Index(fields=["seal", "worker_id"], name="heads_of_a_seal")]

    def __str__(self):
        return f"{self.worker_id}/{self.seq}"


class LastSealedHead(models.Model):
    """Where a chain ended in the newest seal that covers it, so that no seal reads all seals before.

    It may change, and nothing is believed of it: a seal is made only while all of them fit the seal before.
    """

    worker_id = models.BigIntegerField(primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("last sealed head")
        verbose_name_plural = _("last sealed heads")

    def __str__(self):
        return f"{self.worker_id}/{self.seq}"


class SealPlace(models.Model):
    """What became of the last try to copy seals to one place of WAYFARE_SEALS; `newest` is what it was given last."""

    place = models.CharField(_("place for seals"), max_length=500, primary_key=True)
    newest = models.PositiveIntegerField(null=True)
    kept_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("place for seals")
        verbose_name_plural = _("places for seals")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(newest=None, kept_at=None) | models.Q(newest__isnull=False, kept_at__isnull=False),
                name="seal_place_kept_at_some_time",
            ),
        ]

    def __str__(self):
        return self.place
