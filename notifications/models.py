"""The message row is the outbox: what has no row here was never sent, and each row says what became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from kit.columns import QuickLabels
from kit.keys import area_key, staff_key
from kit.sealing import crypto
from kit.sealing.many import Sealer
from notifications.choices import Handled, Reason
from notifications.querysets import AttemptQuerySet, InboundMessageQuerySet, MessageQuerySet, OptOutQuerySet
from workers.models.notes import MaskedText


class Message(QuickLabels, FSMModelMixin, models.Model):
    """One text to one worker. `not_before` is when it may leave; its body is fixed when it is queued.

    `wakes`: the morning would be too late for it, so it leaves in quiet hours too.

    `about_type` is a model label such as `fairs.fairreferral` and `about_id` its key: plain values as in the journal,
    since texts come from apps this one does not know.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("message", "Queued")
        SENDING = "sending", pgettext_lazy("message", "Sending")
        SENT = "sent", pgettext_lazy("message", "Sent")
        DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
        FAILED = "failed", pgettext_lazy("message", "Failed")
        UNKNOWN = "unknown", pgettext_lazy("message", "Outcome unknown")
        SUPPRESSED = "suppressed", pgettext_lazy("message", "Held back")

    STUCK = (State.FAILED, State.UNKNOWN)
    OVER = (State.SENT, State.DELIVERED, State.FAILED, State.SUPPRESSED)

    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="messages", verbose_name=_("worker"))
    area = area_key(_("area"), db_index=False)
    template = models.CharField(_("template"), max_length=40)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    body = models.TextField(_("text"), blank=True)
    segments = models.PositiveSmallIntegerField(_("segments"), default=0)
    dedupe_key = models.CharField(max_length=120, unique=True)
    about_type = models.CharField(_("about"), max_length=48, blank=True)
    about_id = models.BigIntegerField(null=True)

    phone_cipher = models.BinaryField(null=True, editable=False)
    phone_blind = models.BinaryField(max_length=32, null=True, editable=False)
    phone_tail = models.CharField(max_length=4, blank=True, editable=False)

    state = FSMField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED, protected=True)
    failed_reason = models.CharField(_("why not"), max_length=20, choices=Reason.choices, blank=True)
    gateway_code = models.CharField(_("code of the network"), max_length=20, blank=True)
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)
    gateway_ref = models.CharField(_("reference of the network"), max_length=64, blank=True)

    queued_at = models.DateTimeField(_("queued at"))
    not_before = models.DateTimeField(_("leaves from"))
    not_after = models.DateTimeField(_("useless after"), null=True, blank=True)
    wakes = models.BooleanField(_("leaves at night too"), default=False)
    handed_over_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    round = models.PositiveSmallIntegerField(
        default=1, help_text=_("One more each time a person presses “send again”.")
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="queued"), name="message_queue"),
            models.Index(fields=["area", "-id"], name="message_by_area"),
            models.Index(fields=["-id"], condition=Q(state__in=["failed", "unknown"]), name="message_stuck"),
            models.Index(fields=["phone_blind", "-id"], name="message_by_phone"),
            models.Index(fields=["about_type", "about_id"], name="message_by_about"),
            models.Index(
                fields=["queued_at"],
                condition=Q(state__in=["sent", "delivered", "failed", "suppressed"], phone_cipher__isnull=False),
                name="message_over_with_number",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(about_type="", about_id=None) | (~Q(about_type="") & Q(about_id__isnull=False)),
                name="message_about_is_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "delivered", "failed", "unknown", "suppressed"]),
                name="message_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "delivered"], failed_reason="")
                | (Q(state__in=["failed", "unknown", "suppressed"]) & ~Q(failed_reason="")),
                name="message_says_why_it_did_not_arrive",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | (Q(sent_at__isnull=False) & ~Q(gateway_ref="")),
                name="message_sent_has_time_and_reference",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at=None)),
                name="message_delivered_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="suppressed") | (Q(phone_blind__isnull=False) & ~Q(body="")),
                name="message_leaves_only_with_phone_and_text",
            ),
        ]

    def __str__(self):
        return f"{self.template} {self.pk}"

    @property
    def phone_masked(self) -> str:
        return f"••• {self.phone_tail}" if self.phone_tail else ""

    @property
    def phone(self) -> str:
        """E.164, for the gateway alone; empty once forgotten."""
        return crypto.unseal(self.phone_cipher, **place_of_phone(self.worker_id)) if self.phone_cipher else ""

    @property
    def is_stuck(self) -> bool:
        return self.state in self.STUCK

    def address_to(self, worker) -> None:
        """Take over the worker's number as it is now: a corrected number counts until the text leaves."""
        for column, value in address_of(worker).items():
            setattr(self, column, value)

    @transition(state, source=State.QUEUED, target=State.SENDING)
    def claim(self, *, gateway):
        self.gateway = gateway

    @transition(state, source=State.SENDING, target=State.QUEUED)
    def postpone(self, *, until):
        self.not_before, self.handed_over_at = until, None

    @transition(state, source=[State.SENDING, State.UNKNOWN], target=State.SENT)
    def accept(self, *, ref, at):
        """An unknown outcome may still be cleared up by the network's own report."""
        self.gateway_ref, self.sent_at, self.failed_reason = ref, at, ""

    @transition(state, source=State.SENT, target=State.DELIVERED)
    def confirm(self, *, at):
        self.delivered_at = at

    @transition(state, source=[State.SENDING, State.SENT, State.UNKNOWN], target=State.FAILED)
    def fail(self, *, reason, code=""):
        self.failed_reason, self.gateway_code = reason, code

    @transition(state, source=State.SENDING, target=State.UNKNOWN)
    def lose_track(self, *, reason):
        self.failed_reason = reason

    @transition(state, source=State.QUEUED, target=State.SUPPRESSED)
    def suppress(self, *, reason):
        self.failed_reason = reason

    @transition(state, source=[State.FAILED, State.UNKNOWN], target=State.QUEUED)
    def send_again(self, *, not_before):
        """A person decided; a new round begins. What was tried stays on the attempts."""
        self.not_before, self.not_after, self.handed_over_at = not_before, None, None
        self.failed_reason, self.gateway_code, self.gateway_ref, self.sent_at = "", "", "", None
        self.round += 1


PURPOSE_OF_PHONE = crypto.column(Message, "phone_cipher")


def address_of(worker, phone: str | None = None, *, sealer: Sealer | None = None) -> dict[str, bytes | str | None]:
    """The worker's number as a text keeps it: sealed for this table, found by the same digest. `phone` is the number
    where it is opened already."""
    cipher = None
    if worker.phone_cipher:
        phone = worker.phone if phone is None else phone
        cipher = sealer.seal(phone, worker.pk) if sealer else crypto.seal(phone, **place_of_phone(worker.pk))
    return {"phone_cipher": cipher, "phone_blind": worker.phone_blind, "phone_tail": worker.phone_tail}


def place_of_phone(worker_id: int) -> dict:
    return {"purpose": PURPOSE_OF_PHONE, "row": worker_id}


class DeliveryAttempt(models.Model):
    """Written before the network is spoken to. An open one that nobody finishes may have left: never repeat it."""

    class Delivery(models.TextChoices):
        STARTED = "started", pgettext_lazy("attempt", "Started")
        ACCEPTED = "accepted", pgettext_lazy("attempt", "Accepted")
        REFUSED_FOR_NOW = "refused_for_now", pgettext_lazy("attempt", "Refused for now")
        REFUSED_FOR_GOOD = "refused_for_good", pgettext_lazy("attempt", "Refused for good")
        UNKNOWN = "unknown", pgettext_lazy("attempt", "Unknown")

    message = models.ForeignKey(Message, models.PROTECT, related_name="attempts")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    gateway = models.CharField(max_length=20)
    gateway_ref = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Delivery.choices, default=Delivery.STARTED)
    code = models.CharField(max_length=20, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        ordering = ["message_id", "round", "number"]
        indexes = [models.Index(fields=["started_at"], condition=Q(outcome="started"), name="attempt_open")]
        constraints = [
            models.UniqueConstraint(fields=["message", "round", "number"], name="attempt_number_once_a_round"),
            models.UniqueConstraint(
                fields=["message", "round"],
                condition=Q(outcome__in=["started", "accepted", "unknown"]),
                name="attempt_leaves_once_a_round",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_ref"], condition=~Q(gateway_ref=""), name="attempt_by_reference"
            ),
            models.CheckConstraint(
                condition=Q(outcome="started", ended_at=None) | (~Q(outcome="started") & Q(ended_at__isnull=False)),
                name="attempt_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="accepted") | ~Q(gateway_ref=""), name="attempt_accepted_has_reference"
            ),
        ]

    def __str__(self):
        return f"{self.message_id}/{self.round}.{self.number}"

    def end(self, *, outcome, at, code="", ref=""):
        self.outcome, self.ended_at, self.code = outcome, at, code
        self.gateway_ref = ref or self.gateway_ref


class InboundMessage(models.Model):
    """A text from a phone, exactly once. `worker` is whoever we last wrote to there; families share phones."""

    gateway = models.CharField(max_length=20)
    gateway_ref = models.CharField(max_length=64)
    phone_blind = models.BinaryField(max_length=32, editable=False)
    phone_tail = models.CharField(max_length=4, editable=False)
    worker = models.ForeignKey("workers.Worker", models.PROTECT, null=True, blank=True, related_name="replies")
    answers = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="replies")
    body = MaskedText(_("text"))
    digit = models.CharField(max_length=1, blank=True)
    handled_as = models.CharField(max_length=10, choices=Handled.choices)
    received_at = models.DateTimeField(_("received at"))

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        indexes = [
            models.Index(fields=["phone_blind", "-id"], name="inbound_by_phone"),
            models.Index(fields=["received_at"], name="inbound_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_ref"], name="inbound_once"),
            models.CheckConstraint(
                condition=Q(handled_as="digit", digit__regex=r"^[0-9]$") | (~Q(handled_as="digit") & Q(digit="")),
                name="inbound_answer_is_one_digit",
            ),
            models.CheckConstraint(
                condition=Q(worker__isnull=False) | Q(answers=None), name="inbound_answer_has_worker"
            ),
        ]

    def __str__(self):
        return f"{self.handled_as} {self.pk}"


class ReplyStep(models.Model):
    """What was done about a reply, written in the transaction that did it: nothing is done twice, or forgotten."""

    class What(models.TextChoices):
        NOTED = "noted", pgettext_lazy("reply step", "Noted")
        TOLD = "told", pgettext_lazy("reply step", "Told")

    reply = models.ForeignKey(InboundMessage, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=5, choices=What.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "what"], name="reply_step_once")]

    def __str__(self):
        return f"{self.reply_id} {self.what}"


class OptOut(models.Model):
    """This phone wants no texts. It is the phone's word, so it holds for everyone who shares it."""

    class How(models.TextChoices):
        REPLY = "reply", pgettext_lazy("opt-out", "By reply")
        NETWORK = "network", pgettext_lazy("opt-out", "Told by the network")

    phone_blind = models.BinaryField(max_length=32, editable=False)
    how = models.CharField(max_length=10, choices=How.choices)
    opted_out_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [
            models.UniqueConstraint(fields=["phone_blind"], condition=Q(revoked_at=None), name="opt_out_once_a_phone"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=models.F("opted_out_at")),
                name="opt_out_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.how} {self.pk}"


class Wording(models.Model):
    """How a text is worded from a moment on; the newest counts. Rows only ever grow: they are the history."""

    template = models.CharField(_("text"), max_length=40)
    zh = models.TextField(_("in Chinese"))
    en = models.TextField(_("in English"))
    since = models.DateTimeField(_("since when"))
    by = staff_key(blank=False)
    # the row that counted before; null for the first
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("wording of a text")
        verbose_name_plural = _("wordings of texts")
        indexes = [models.Index(fields=["template", "-id"], name="wording_newest")]
        constraints = [
            models.CheckConstraint(condition=~Q(zh="") & ~Q(en=""), name="wording_says_something"),
            models.UniqueConstraint(
                fields=["template", "replaces"], nulls_distinct=False, name="wording_replaces_what_was_seen"
            ),
        ]

    def __str__(self):
        return f"{self.template} {self.pk}"
