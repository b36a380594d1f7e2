from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.keys import staff_key
from workers.models.person import Worker
from workers.querysets import JournalLineQuerySet


class JournalLine(models.Model):
    """One change to anything about a worker. Append-only by trigger, chained by hash; see `workers.journal`.

    `mac` shows that this program wrote the line: its key is not in the database. It alone may be renewed, when keys
    change. Empty for lines from before there was one, if their chain did not hold.

    `about_type` is a model label such as `workers.flag` and `about_id` its key: plain values, since the lines
    outlive what they are about and come from apps this one does not know.
    """

    # instead of a foreign key a trigger: lines are written of who is on the register, and stay when they leave it
    worker = models.ForeignKey(
        Worker,
        models.PROTECT,
        db_index=False,
        db_constraint=False,
        related_name="journal_lines",
        verbose_name=_("worker"),
    )
    seq = models.PositiveIntegerField(_("number"))
    what = models.CharField(_("what"), max_length=48)
    about_type = models.CharField(_("about"), max_length=48, blank=True)
    about_id = models.BigIntegerField(null=True)
    by = staff_key(_("by"), blank=False, db_index=False)
    happened_at = models.DateTimeField(_("happened at"))
    entered_at = models.DateTimeField(_("entered at"))
    data = models.JSONField(_("data"), default=dict)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=36, default=b"")

    objects = JournalLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal lines")
        indexes = [BrinIndex(fields=["entered_at"], name="journal_by_entry", autosummarize=True)]
        constraints = [
            models.UniqueConstraint(fields=["worker", "seq"], name="journal_one_line_per_number"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="journal_counts_from_one"),
            models.CheckConstraint(
                condition=Q(about_type="", about_id=None) | (~Q(about_type="") & Q(about_id__isnull=False)),
                name="journal_about_is_whole_or_absent",
            ),
        ]

    def __str__(self):
        return f"{self.worker_id}/{self.seq} {self.what}"


class JournalHead(models.Model):
    """The end of one worker's chain: the row every writer locks, and the proof that no last line was cut off.

    Authenticated as lines are. Writers leave a `mac` that does not hold as it is, so that nothing written later hides
    that somebody moved the head.
    """

    worker = models.OneToOneField(
        Worker,
        models.PROTECT,
        primary_key=True,
        db_constraint=False,
        related_name="journal_head",
        verbose_name=_("worker"),
    )
    seq = models.PositiveIntegerField(default=0)
    hash = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=36, default=b"")

    class Meta:
        verbose_name = _("journal head")
        verbose_name_plural = _("journal heads")

    def __str__(self):
        return f"{self.worker_id}/{self.seq}"
