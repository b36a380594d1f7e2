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
