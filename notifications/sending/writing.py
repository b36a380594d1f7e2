"""From an occasion to the row of a text: words, address, and whether it may leave at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import models

from kit.sealing.many import Sealer
from notifications import gateways, templates
from notifications.choices import Reason
from notifications.gateways import Gateway
from notifications.models import PURPOSE_OF_PHONE, Message, OptOut, address_of
from notifications.rules.quiet_hours import can_wait_till_morning, next_loud_moment
from notifications.rules.segments import count_segments
from notifications.rules.sensitive import SensitiveText
from notifications.sending import suppressing
from notifications.wording import is_carried, letter_of
from workers.models import Worker


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One text to one worker; what each of these means is said at `queue_message`."""

    worker: Worker
    context: Mapping
    dedupe_key: str
    about: models.Model | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    needed_by: datetime | None = None


@dataclass(frozen=True)
class Pen:
    """What all texts of one template and language share, looked up once."""

    template: str
    language: str
    wording: str
    gateway: Gateway
    has_opted_out: Callable[[bytes], bool]
    address: Callable[[Worker, str], dict]

    def write(self, draft: Draft, at: datetime) -> dict:
        """The columns of the new row."""
        leaves_at, wakes = self._leaves(draft, at)
        return {
            "worker_id": draft.worker.pk,
            "area_id": draft.worker.area_id,
            "dedupe_key": draft.dedupe_key,
            "about_type": draft.about._meta.label_lower if draft.about else "",
            "about_id": draft.about.pk if draft.about else None,
            "template": self.template,
            "language": self.language,
            "queued_at": at,
            "not_before": leaves_at,
            "not_after": draft.not_after,
            "wakes": wakes,
            "handed_over_at": at if leaves_at <= at else None,
            **self._content(draft),
        }

    def _leaves(self, draft: Draft, at: datetime) -> tuple[datetime, bool]:
        """When, and whether the morning would be too late."""
        leaves_at = max(draft.not_before or at, at)
        wakes = not can_wait_till_morning(leaves_at, draft.needed_by)
        if not (wakes or templates.get(self.template).urgent):
            leaves_at = next_loud_moment(leaves_at)
        return leaves_at, wakes

    def _content(self, draft: Draft) -> dict:
        """Body, address and state of a new row: `queued`, or `suppressed` with the reason."""
        worker, gateway, phone = draft.worker, self.gateway, draft.worker.phone
        try:
            context = {"name": worker.name, **draft.context}
            text = templates.render(self.template, context, self.language, wording=self.wording)
            reason = suppressing.why_suppressed(worker, phone=phone, has_opted_out=self.has_opted_out)
            reason = reason or ("" if is_carried(text, gateway) else Reason.BLOCKED)
        except SensitiveText:
            text, reason = "", Reason.SENSITIVE_TEXT
        body = letter_of(text, area_code=worker.area_id, language=self.language, gateway=gateway) if text else ""
        return {
            "body": body,
            "segments": count_segments(body, knows_gsm7=gateway.capabilities.knows_gsm7),
            **self.address(worker, phone),
            "state": Message.State.SUPPRESSED if reason else Message.State.QUEUED,
            "failed_reason": reason,
        }


ADDRESSEE = ("name", "area", "sms_allowed", "phone_cipher", "phone_blind", "phone_tail", "wrong_phone_blind")


def columns_of_addressee(path: str) -> list[str]:
    """What `only` has to name of a worker who is written to, reached by this path: there are forty columns."""
    return [f"{path}__{name}" for name in ADDRESSEE]


def pen(template: str, language: str, wording: str) -> Pen:
    """For a single text: who wants none is asked for each."""
    return Pen(template, language, wording, gateways.current(), OptOut.objects.has_current, address_of)


def pen_for(workers: list[Worker], template: str, language: str, wording: str) -> Pen:
    """For many: 1 query tells who of them wants none."""
    phones = {bytes(worker.phone_blind) for worker in workers if worker.phone_blind}
    silent = OptOut.objects.current().filter(phone_blind__in=phones).values_list("phone_blind", flat=True)
    opted_out = {bytes(phone) for phone in silent}
    address = partial(address_of, sealer=Sealer(PURPOSE_OF_PHONE))
    return Pen(template, language, wording, gateways.current(), opted_out.__contains__, address)
