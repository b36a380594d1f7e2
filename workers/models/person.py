from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit.keys import area_key, staff_key
from kit.sealing import crypto
from workers import choices
from workers.models.notes import MaskedLine
from workers.querysets import HouseholdQuerySet, WorkerQuerySet, WorkerTagQuerySet
from workers.rules import masks, names


class Household(models.Model):
    """People under one roof. Zero-employment is a fact of the household, recomputed when a member's status changes."""

    area = area_key(_("village or township"), db_index=False)
    address_detail = MaskedLine(_("address"), max_length=120, blank=True)
    relocation_site = MaskedLine(_("relocation site"), max_length=60, blank=True)
    zero_employment = models.BooleanField(_("zero-employment family"), default=False)
    created_at = models.DateTimeField(_("recorded at"))

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes = [models.Index(fields=["area"], condition=Q(zero_employment=True), name="zero_employment_by_area")]

    def __str__(self):
        return f"{self.area_id} {self.address_detail}".strip()


class Worker(models.Model):
    """A labourer on the register: who, where, how things stand, what they wish.

    `area` is where the person lives now and decides who sees the record. ID number and phone are sealed
    (`workers.crypto`); they are written by `set_id_number` and `set_phone` alone, which keep the three columns of
    each together. `service_group` is derived from tags and household by `workers.services` and stored for the clocks.
    """

    Status = choices.Status
    Sex = choices.Sex
    ServiceGroup = choices.ServiceGroup

    name = models.CharField(_("name"), max_length=40, db_collation="C")
    name_pinyin = models.CharField(_("name in pinyin"), max_length=120, db_collation="C", blank=True)
    name_initials = models.CharField(_("pinyin initials"), max_length=40, db_collation="C", blank=True)
    other_readings = models.TextField(_("read in another way"), db_collation="C", blank=True, db_default="")
    sex = models.CharField(_("sex"), max_length=1, choices=choices.Sex.choices)
    birth_date = models.DateField(_("born on"))

    area = area_key(_("lives in"), db_index=False)
    registered_area = area_key(_("registered in"), column="registered_area_code", db_index=False, null=True, blank=True)
    group_no = MaskedLine(_("villagers' group"), max_length=20, blank=True)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("household")
    )
    household_role = models.CharField(
        _("in the household"), max_length=12, choices=choices.HouseholdRole.choices, blank=True
    )

    id_number_cipher = models.BinaryField(null=True, editable=False)
    id_number_blind = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    id_tail = models.CharField(max_length=4, blank=True, editable=False, db_collation="C")
    phone_cipher = models.BinaryField(null=True, editable=False)
    phone_blind = models.BinaryField(max_length=32, null=True, editable=False)
    phone_tail = models.CharField(max_length=4, blank=True, editable=False, db_collation="C")
    # the keyed digest of a number at which somebody else answered: it is never dialled or written to again
    wrong_phone_blind = models.BinaryField(max_length=32, null=True, editable=False)

    service_group = models.CharField(
        _("service group"), max_length=8, choices=choices.ServiceGroup.choices, default=choices.ServiceGroup.GENERAL
    )

    status = models.CharField(
        _("status"), max_length=28, choices=choices.Status.choices, default=choices.Status.UNKNOWN
    )
    status_since = models.DateField(_("since"), null=True, blank=True)
    employer_name = MaskedLine(_("employer"), max_length=80, blank=True)
    industry = MaskedLine(_("industry"), max_length=40, blank=True)
    destination = area_key(_("works in"), column="destination_code", db_index=False, null=True, blank=True)
    wage = models.PositiveIntegerField(_("monthly wage, yuan"), null=True, blank=True)

    wish_willing = models.BooleanField(_("wants to work"), null=True, blank=True)
    wish_place = MaskedLine(_("where"), max_length=60, blank=True)
    wish_kind = MaskedLine(_("kind of work"), max_length=60, blank=True)
    wish_wage = models.PositiveIntegerField(_("at least, yuan a month"), null=True, blank=True)
    wish_from = models.CharField(_("from when"), max_length=10, choices=choices.WishedStart.choices, blank=True)
    wish_with_spouse = models.BooleanField(_("together with spouse"), default=False)

    sms_allowed = models.BooleanField(_("may be sent SMS"), default=True)
    contact_hours = MaskedLine(_("best time to call"), max_length=40, blank=True)

    last_verified_at = models.DateTimeField(_("last verified at"), null=True, blank=True)
    last_verified_by = staff_key(_("last verified by"), db_index=False)
    last_verified_how = models.CharField(
        _("last verified how"), max_length=8, choices=choices.VerifiedHow.choices, blank=True
    )
    created_at = models.DateTimeField(_("recorded at"))
    once = models.UUIDField(null=True, unique=True, editable=False)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        indexes = [
            models.Index(fields=["area", "status"], name="worker_by_area_and_status"),
            models.Index(fields=["name", "area"], name="worker_by_name"),
            models.Index(fields=["name"], condition=Q(id_number_blind=None), name="worker_without_number_by_name"),
            models.Index(fields=["name_initials", "area"], name="worker_by_initials"),
            models.Index(fields=["name_pinyin", "area"], name="worker_by_pinyin"),
            GinIndex(
                SearchVector("other_readings", config="simple"),
                condition=~Q(other_readings=""),
                name="worker_by_other_reading",
            ),
            models.Index(fields=["phone_tail", "area"], condition=~Q(phone_tail=""), name="worker_by_phone_tail"),
            models.Index(fields=["id_tail", "area"], condition=~Q(id_tail=""), name="worker_by_id_tail"),
            models.Index(fields=["phone_blind"], condition=Q(phone_blind__isnull=False), name="worker_by_phone"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="worker_has_a_name"),
            models.CheckConstraint(condition=Q(sex__in=["F", "M"]), name="worker_sex_is_known"),
            models.CheckConstraint(condition=Q(status__in=choices.Status.values), name="worker_status_is_known"),
            models.CheckConstraint(
                condition=Q(service_group__in=choices.ServiceGroup.values), name="worker_service_group_is_known"
            ),
            models.CheckConstraint(condition=Q(birth_date__gte=date(1900, 1, 1)), name="worker_born_since_1900"),
            models.CheckConstraint(
                condition=Q(id_number_cipher=None, id_number_blind=None, id_tail="")
                | (Q(id_number_cipher__isnull=False, id_number_blind__isnull=False) & ~Q(id_tail="")),
                name="worker_id_number_is_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(phone_cipher=None, phone_blind=None, phone_tail="")
                | (Q(phone_cipher__isnull=False, phone_blind__isnull=False) & ~Q(phone_tail="")),
                name="worker_phone_is_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(last_verified_at=None, last_verified_how="", last_verified_by=None)
                | (Q(last_verified_at__isnull=False) & ~Q(last_verified_how="")),
                name="worker_verified_when_and_how_go_together",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(household_role=choices.HouseholdRole.HEAD),
                name="one_head_per_household",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def id_number(self) -> str:
        """18 characters in clear, or "". Opened from the sealed column each time; never log it."""
        return self._opened("id_number_cipher")

    @property
    def phone(self) -> str:
        """E.164 in clear, or "". Opened from the sealed column each time; never log it."""
        return self._opened("phone_cipher")

    @property
    def id_number_masked(self) -> str:
        return masks.id_number(self.id_number)

    @property
    def phone_masked(self) -> str:
        return masks.phone(self.phone)

    @property
    def has_wrong_phone(self) -> bool:
        """The number on record is somebody else's."""
        return bool(self.phone_blind) and _same_digest(self.phone_blind, self.wrong_phone_blind)

    @property
    def can_be_called(self) -> bool:
        return bool(self.phone_tail) and not self.has_wrong_phone

    @property
    def phone_mark(self) -> str:
        """Stands in a form for the number it was shown with: a keyed digest, of this person's number and no other's."""
        blind = bytes(self.phone_blind or b"").hex()
        return crypto.blind_index(f"{self.pk}:{blind}", purpose="phone in a form").hex()

    @property
    def is_employed(self) -> bool:
        return self.status in choices.EMPLOYED

    def age(self, today: date) -> int:
        """Whole years; someone born on 29 February is a year older on 1 March of a common year."""
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday)

    def set_name(self, name: str) -> None:
        """Keeps the pinyin beside the name, which Find needs."""
        self.name = name
        self.name_pinyin, self.name_initials, self.other_readings = names.pinyin_of(name)

    def set_id_number(self, id_number: str) -> None:
        """Normalised (18 characters), or "" for none at hand. Does not touch sex and birth date."""
        columns = sealed_id_number(id_number, self)
        self.id_number_cipher, self.id_number_blind, self.id_tail = columns.values()

    def set_phone(self, phone: str) -> None:
        """E.164, or "" for none."""
        columns = sealed_phone(phone, self)
        self.phone_cipher, self.phone_blind, self.phone_tail = columns.values()

    def seal(self, text: str, column: str) -> bytes:
        """For this person's row and no other, so a new one takes its key before it is saved."""
        if self.pk is None:
            (self.pk,) = Worker.objects.next_keys(1)
        return crypto.seal(text, purpose=crypto.column(Worker, column), row=self.pk)

    def _opened(self, column: str) -> str:
        blob = getattr(self, column)
        return crypto.unseal(blob, purpose=crypto.column(Worker, column), row=self.pk) if blob else ""


def _same_digest(one: bytes, other: bytes | None) -> bool:
    return other is not None and bytes(one) == bytes(other)


class WorkerTag(models.Model):
    """A group the worker belongs to, how we know, and for how long. Never shown to a passer-by or in an SMS."""

    Tag = choices.Tag

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="tags", verbose_name=_("worker"))
    tag = models.CharField(_("tag"), max_length=20, choices=choices.Tag.choices)
    source = models.CharField(_("source"), max_length=40, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("no longer from"), null=True, blank=True)

    objects = WorkerTagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "tag"], condition=Q(valid_to=None), name="one_current_tag_of_a_kind_per_worker"
            ),
            models.CheckConstraint(condition=Q(tag__in=choices.Tag.values), name="tag_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="tag_begins_before_it_ends"
            ),
        ]

    def __str__(self):
        return str(self.get_tag_display())


def sealed_id_number(id_number: str, worker: Worker) -> dict[str, bytes | str | None]:
    """The three columns of an ID number, in the order of the model."""
    if not id_number:
        return {"id_number_cipher": None, "id_number_blind": None, "id_tail": ""}
    return {
        "id_number_cipher": worker.seal(id_number, "id_number_cipher"),
        "id_number_blind": crypto.blind_index(id_number, purpose=crypto.ID_NUMBER),
        "id_tail": id_number[-4:],
    }


def sealed_phone(phone: str, worker: Worker) -> dict[str, bytes | str | None]:
    """The three columns of a phone in E.164."""
    if not phone:
        return {"phone_cipher": None, "phone_blind": None, "phone_tail": ""}
    return {
        "phone_cipher": worker.seal(phone, "phone_cipher"),
        "phone_blind": crypto.blind_index(phone, purpose=crypto.PHONE),
        "phone_tail": phone[-4:],
    }
