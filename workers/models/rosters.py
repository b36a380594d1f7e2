import base64
import hashlib

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit.keys import area_key, staff_key
from kit.sealing import crypto
from workers.models.notes import MaskedLine


class RosterUpload(models.Model):
    """A roster on its way to the register: looked at first, saved chunk by chunk, its file forgotten when that is done.

    The file is sealed while it waits, since it is full of ID numbers; one that a command reads stays on the disk of
    whoever runs the server. What stays is who sent what, when, and a verdict for every row. `decisions` are what the
    sender answered where a row asked something (workers/imports/questions.py); a birth date may be among them, so they
    go with the file. Rows that wait for an answer when the others are saved become a roster of their own, `rest_of`
    the first. `left_out` are rows without a verdict, as `workers/imports/left_out.py` names them, and `told` what else
    the page says of the file. `disputed` are rows that give one record different numbers, by label. `report` and
    `people` are of rosters saved by earlier versions.
    """

    by = models.ForeignKey(
        "staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    is_on_disk = models.BooleanField(_("read by a command"), default=False, db_default=False)
    file_name = MaskedLine(_("file"), max_length=120)
    digest = models.BinaryField(max_length=32)
    content_cipher = models.BinaryField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cut_at = models.DateTimeField(_("read at"), null=True, blank=True)
    compared_at = models.DateTimeField(_("compared at"), null=True, blank=True)
    moved_at = models.DateTimeField(_("last moved at"), null=True, blank=True)
    taking_back_at = models.DateTimeField(_("being taken back since"), null=True, blank=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = staff_key(_("taken back by"), db_index=False)
    rows = models.PositiveIntegerField(_("rows"), default=0, db_default=0)
    left_out = models.JSONField(_("rows left out"), default=list, db_default=[], blank=True)
    told = models.JSONField(_("what is odd about the file"), default=dict, db_default={}, blank=True)
    disputed = models.JSONField(_("rows that give one record two numbers"), default=dict, db_default={}, blank=True)
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
                fields=["by", "digest"],
                condition=Q(saved_at=None),
                nulls_distinct=False,
                name="one_waiting_roster_per_sender_and_file",
            ),
            models.CheckConstraint(
                condition=Q(saved_at=None) | Q(started_at__isnull=False), name="roster_started_before_it_is_saved"
            ),
            models.CheckConstraint(
                condition=Q(saved_at__isnull=False, content_cipher=None)
                | Q(saved_at=None, is_on_disk=True, content_cipher=None, report="")
                | Q(saved_at=None, is_on_disk=False, content_cipher__isnull=False, report=""),
                name="roster_file_is_kept_until_saved",
            ),
            models.CheckConstraint(
                condition=Q(is_on_disk=True) | Q(by__isnull=False), name="roster_through_the_web_has_a_sender"
            ),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(cut_at__isnull=False) | ~Q(saved_at=None),
                name="roster_is_read_before_it_is_started",
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
            models.CheckConstraint(
                condition=Q(taking_back_at=None) | Q(saved_at__isnull=False),
                name="roster_is_saved_before_it_is_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(taking_back_at__isnull=False),
                name="roster_taken_back_was_begun",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by=None) | Q(taking_back_at__isnull=False),
                name="roster_taken_back_by_somebody_was_begun",
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

    @property
    def is_paused(self) -> bool:
        return self.is_being_saved and self.paused_at is not None

    @property
    def is_being_taken_back(self) -> bool:
        return self.taking_back_at is not None and self.taken_back_at is None

    def seal(self, content: bytes) -> None:
        """For the row with this file's digest, which it has from the beginning."""
        self.digest = hashlib.sha256(content).digest()
        self.content_cipher = crypto.seal(base64.b64encode(content).decode(), **self._place)

    @property
    def _place(self) -> dict:
        return {"purpose": crypto.column(self, "content_cipher"), "row": self.digest}


class ColumnMeaning(models.Model):
    """What a heading stands for in the rosters of an area, where its own words do not say so, or say another thing.

    `heading` is how `workers/imports/columns.py` compares headings; `field` is a name there, "" for a column left out.
    """

    area = area_key(_("area"), db_index=False)
    heading = models.CharField(_("heading"), max_length=200)
    field = models.CharField(_("what it stands for"), max_length=20, blank=True)
    said_by = staff_key(_("said by"), db_index=False)
    said_at = models.DateTimeField(_("said at"))

    class Meta:
        verbose_name = _("meaning of a column")
        verbose_name_plural = _("meanings of columns")
        constraints = [models.UniqueConstraint(fields=["area", "heading"], name="one_meaning_of_a_heading_per_area")]

    def __str__(self):
        return f"{self.area_id}: {self.heading}"


class ChunkState(models.TextChoices):
    CUT = "cut", _("read")
    OUTLINED = "outlined", _("compared with the others")
    CHECKED = "checked", _("compared with the register")
    SAVED = "saved", _("saved")


class RosterChunk(models.Model):
    """Some thousand rows of a roster in their order: what one process judges, or saves, in one transaction.

    `content_cipher` are the rows, `outline_cipher` what tells which of them to set against others
    (workers/imports/akin.py) and `judged_cipher` what each says by itself, all sealed and forgotten when they are
    saved, but for rows that still ask. `compared` is what the other rows of the file add, `families` what is odd about
    households: [issue, label of the row it names, places of the rows]. `counts` are rows by verdict. `undone` says,
    once what it brought is taken back, how many people left the register, how many have their earlier record, and how
    many cases went.
    """

    State = ChunkState

    upload = models.ForeignKey(RosterUpload, models.CASCADE, related_name="chunks", verbose_name=_("roster"))
    no = models.PositiveIntegerField(_("number"))
    first = models.PositiveIntegerField(_("first row"))
    rows = models.PositiveIntegerField(_("rows"))
    state = models.CharField(_("state"), max_length=8, choices=ChunkState.choices, default=ChunkState.CUT)
    content_cipher = models.BinaryField(null=True, editable=False)
    outline_cipher = models.BinaryField(null=True, editable=False)
    judged_cipher = models.BinaryField(null=True, editable=False)
    compared = models.JSONField(_("what other rows add"), default=dict, blank=True)
    families = models.JSONField(_("what is odd about households"), default=list, db_default=[], blank=True)
    counts = models.JSONField(_("rows by verdict"), default=dict, blank=True)
    asking = models.PositiveIntegerField(_("rows that ask"), default=0)
    rows_saved = models.PositiveIntegerField(_("rows saved"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone = models.JSONField(_("what was taken back"), default=dict, db_default={}, blank=True)

    class Meta:
        verbose_name = _("part of a roster")
        verbose_name_plural = _("parts of rosters")
        constraints = [
            models.UniqueConstraint(fields=["upload", "no"], name="one_chunk_of_a_number_per_roster"),
            models.CheckConstraint(condition=Q(state__in=ChunkState.values), name="chunk_state_is_known"),
            models.CheckConstraint(condition=Q(rows_saved__lte=F("rows")), name="chunk_saves_no_more_than_it_has"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone={}) | Q(undone_at__isnull=False, state="saved"),
                name="chunk_is_saved_before_it_is_taken_back",
            ),
        ]

    def __str__(self):
        return f"{self.upload_id}: {self.no}"


class RosterHousehold(models.Model):
    """Which household on the register a household of a roster is, for chunks that are saved later: forgotten with the
    roster. `key` is a keyed digest of what the roster knows it by; of rows left over, `upload` is the first roster."""

    pk = models.CompositePrimaryKey("upload_id", "key")
    upload = models.ForeignKey(RosterUpload, models.CASCADE, db_index=False, related_name="households")
    key = models.UUIDField()
    household = models.ForeignKey("workers.Household", models.PROTECT, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("household of a roster")
        verbose_name_plural = _("households of rosters")

    def __str__(self):
        return f"{self.upload_id}: {self.household_id}"


class RosterVerdict(models.Model):
    """What was said of one row, in codes: the words are the reader's. While the roster waits also whose row it is.

    `rank` is the order of the page: 0 for a row that asks, then by verdict, gravest first. `worker` is whom the row is
    about on the register; `is_new` says that they are there because of it.
    """

    pk = models.CompositePrimaryKey("upload_id", "no")
    upload = models.ForeignKey(RosterUpload, models.CASCADE, db_index=False, related_name="verdicts")
    no = models.PositiveIntegerField()
    label = models.TextField(_("row"))
    rank = models.PositiveSmallIntegerField()
    verdict = models.CharField(_("verdict"), max_length=20)
    issues = models.JSONField(_("issues"), default=list)
    worker = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    is_saved = models.BooleanField(default=False)
    is_new = models.BooleanField(default=False)
    adds_number = models.BooleanField(default=False)
    name = models.CharField(_("name"), max_length=80, blank=True)
    asks = models.JSONField(_("what it asks"), null=True)
    answered = models.JSONField(_("what was answered"), null=True)

    class Meta:
        verbose_name = _("verdict on a row")
        verbose_name_plural = _("verdicts on rows")
        indexes = [models.Index(fields=["upload", "rank", "no"], name="verdicts_gravest_first")]

    def __str__(self):
        return f"{self.upload_id}: {self.label}"


class RosterTrace(models.Model):
    """What a roster left of one person: so many lines of their journal, and how their record stood before.

    `first` and `last` number the lines that it brought, `first` being one more than `last` where it brought none; 1 is
    of somebody who came onto the register with it. `earlier_cipher` is the record of somebody known as it stood before
    (workers/imports/traces.py). Kept for as long as a roster can be taken back, and no longer.
    """

    # no constraints: the person may leave by this very row, and to check costs more than the row
    worker = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    upload = models.ForeignKey(
        RosterUpload, models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+", verbose_name=_("roster")
    )
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    left_at = models.DateTimeField()
    earlier_cipher = models.BinaryField(null=True, editable=False)

    class Meta:
        verbose_name = _("trace of a roster")
        verbose_name_plural = _("traces of rosters")
        constraints = [
            models.UniqueConstraint(fields=["worker", "upload"], name="one_trace_of_a_roster_per_person"),
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first") - 1), name="trace_is_a_stretch_of_lines"
            ),
            models.CheckConstraint(
                condition=Q(first=1, earlier_cipher=None) | Q(first__gt=1, earlier_cipher__isnull=False),
                name="trace_of_somebody_known_says_how_they_stood",
            ),
        ]

    def __str__(self):
        return f"{self.upload_id}: {self.worker_id}"
