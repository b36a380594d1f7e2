"""Messages in each state, with the attempt that state implies: `MessageFactory(failed=True)`."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from kit.sealing import crypto
from notifications.choices import Reason
from notifications.models import InboundMessage, Message, OptOut, address_of
from tests.notifications.texts import NOTE
from tests.workers.factories import NOON, WorkerFactory


def all_sent(*, at=NOON) -> None:
    """Every text that waited has left."""
    for message in Message.objects.queued():
        ref = f"sent:{message.pk}"
        Message.objects.filter(pk=message.pk).update(state="sent", sent_at=at, gateway="sandbox", gateway_ref=ref)


class MessageFactory(DjangoModelFactory):
    """Traits: sending, sent, delivered, failed, unknown, suppressed; none of them is queued and due at `at`."""

    class Meta:
        model = Message
        skip_postgeneration_save = True

    class Params:
        at = NOON
        sending = factory.Trait(state="sending")
        sent = factory.Trait(state="sent", sent_at=factory.SelfAttribute("at"), gateway_ref=factory.Faker("uuid4"))
        delivered = factory.Trait(
            state="delivered",
            sent_at=factory.SelfAttribute("at"),
            delivered_at=factory.LazyAttribute(lambda o: o.at + timedelta(seconds=9)),
            gateway_ref=factory.Faker("uuid4"),
        )
        failed = factory.Trait(state="failed", failed_reason=Reason.NUMBER_INVALID, gateway_code="21211")
        unknown = factory.Trait(state="unknown", failed_reason=Reason.NO_ANSWER)
        suppressed = factory.Trait(state="suppressed", failed_reason=Reason.OPTED_OUT)

    worker = factory.SubFactory(WorkerFactory)
    area = factory.SelfAttribute("worker.area")
    template = NOTE
    body = "【织金就业】您好，招聘会明天上午九点开始。回复TD退订"
    segments = 1
    dedupe_key = factory.Sequence(lambda n: f"test:{n}")
    gateway = factory.LazyAttribute(lambda o: "" if o.state == "queued" else "sandbox")
    state = "queued"
    queued_at = factory.SelfAttribute("at")
    not_before = factory.SelfAttribute("at")
    phone_cipher = factory.LazyAttribute(lambda o: address_of(o.worker)["phone_cipher"])
    phone_blind = factory.SelfAttribute("worker.phone_blind")
    phone_tail = factory.SelfAttribute("worker.phone_tail")

    @factory.post_generation
    def attempt(self, create, wanted, **kwargs):
        outcome = {
            "sending": "started",
            "sent": "accepted",
            "delivered": "accepted",
            "failed": "refused_for_good",
            "unknown": "unknown",
        }.get(self.state)
        if outcome:
            self.attempts.create(
                round=self.round,
                number=1,
                gateway=self.gateway,
                gateway_ref=self.gateway_ref,
                started_at=self.queued_at,
                ended_at=None if outcome == "started" else self.queued_at,
                outcome=outcome,
            )


class InboundMessageFactory(DjangoModelFactory):
    """`answers` says which text; the phone is that worker's."""

    class Meta:
        model = InboundMessage

    worker = factory.SubFactory(WorkerFactory)
    gateway = "sandbox"
    gateway_ref = factory.Faker("uuid4")
    phone_blind = factory.SelfAttribute("worker.phone_blind")
    phone_tail = factory.SelfAttribute("worker.phone_tail")
    body = "1"
    digit = factory.LazyAttribute(lambda o: o.body if o.handled_as == "digit" else "")
    handled_as = "digit"
    received_at = NOON


class OptOutFactory(DjangoModelFactory):
    """`phone` in E.164."""

    class Meta:
        model = OptOut
        exclude = ["phone"]

    phone = "+8613800000001"
    phone_blind = factory.LazyAttribute(lambda o: crypto.blind_index(o.phone, purpose=crypto.PHONE))
    how = "reply"
    opted_out_at = NOON
