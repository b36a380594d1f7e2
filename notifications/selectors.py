"""What the pages about texts show. Each function is one plan of queries; what comes out holds no query any more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import get_language

from areas.ranges import in_ranges, is_inside
from kit.pages import Keyset
from notifications import rewording, templates
from notifications.choices import CHINESE, ENGLISH, WORDS, Handled
from notifications.models import InboundMessage, Message, OptOut, Wording
from notifications.receiving import questions
from notifications.rules.placeholders import sample
from staff.models import User
from staff.querysets import ranges_of
from staff.roles import RECORD_READERS, TEXT_READERS, TEXT_SENDERS
from workers.models import Worker

PAGE = 50
BUBBLES = 60
OF_ONE_PHONE = 5
NEWEST_FIRST = Keyset("-pk")

State = Message.State

# Word, shape and colour of a state, as `{% badge %}` knows them.
KINDS = {
    State.QUEUED: "wait",
    State.SENDING: "info",
    State.SENT: "info",
    State.DELIVERED: "done",
    State.FAILED: "late",
    State.UNKNOWN: "soon",
    State.SUPPRESSED: "none",
}


@dataclass(frozen=True)
class Text:
    """One text as a list shows it. `at` is the newest thing we know of it, `reason` a whole sentence or empty."""

    pk: int
    round: int
    worker_id: int
    worker_name: str
    place: str
    phone_tail: str
    title: str
    body: str
    segments: int
    state: str
    state_words: str
    kind: str
    reason: str
    queued_at: datetime
    not_before: datetime
    at: datetime
    is_stuck: bool
    may_be_sent_again: bool = False


@dataclass(frozen=True)
class Log:
    """`stuck` counts what waits for a person anywhere in the reader's areas, whatever the filter.

    `next_after` is the key of the next page, None on the last.
    """

    texts: tuple[Text, ...]
    stuck: int
    waiting: int
    next_after: str | None


@dataclass(frozen=True)
class Conversation:
    """`lines` newest first, texts and replies mixed; `last` is the newest text, or None."""

    lines: tuple[object, ...]
    last: Text | None
    is_opted_out: bool
    phone_masked: str


@dataclass(frozen=True)
class Bubble:
    """`is_ours`: from the office to the phone."""

    is_ours: bool
    body: str
    at: datetime


@dataclass(frozen=True)
class Letter:
    language: str
    body: str
    parts: int


@dataclass(frozen=True)
class PhoneScreen:
    """What lies on the phone, oldest first, and what has not reached it yet."""

    bubbles: tuple[Bubble, ...]
    waiting: tuple[Text, ...]
    shared_with: tuple[str, ...]
    is_opted_out: bool


def message_log(*, user: User, state: str = "", template: str = "", after: str | None = None) -> Log:
    """Newest first. `state` may be `stuck`, for failed and unknown together."""
    mine = Message.objects.held_by(user, TEXT_READERS)
    sends_in = user.ranges_as(*TEXT_SENDERS)
    rows = _filtered(mine, state, template).select_related("worker", "area")
    found, next_after = NEWEST_FIRST.page(rows, after, PAGE)
    return Log(
        texts=tuple(replace(_text(m), may_be_sent_again=m.is_stuck and is_inside(m.area_id, sends_in)) for m in found),
        stuck=mine.stuck().count(),
        waiting=mine.queued().count(),
        next_after=next_after,
    )


@dataclass(frozen=True)
class Said:
    """A reply in words as a list shows it. `people` are (key, name) of whoever has that phone, where it is not known
    who of them wrote, or else of the one who did."""

    pk: int
    people: tuple[tuple[int, str], ...]
    is_sure: bool
    place: str
    phone_tail: str
    body: str
    kind_words: str
    at: datetime


def replies_to_read(*, user: User, after: str | None = None) -> tuple[tuple[Said, ...], str | None]:
    """Newest first, and the key of the next page, None on the last. 2 queries."""
    rows = InboundMessage.objects.to_read_by(user).select_related("worker", "worker__area")
    found, next_after = NEWEST_FIRST.page(rows, after, PAGE)
    on_phone = _people_on({bytes(reply.phone_blind) for reply in found if reply.worker is None}, user)
    return tuple(_said(reply, on_phone) for reply in found), next_after


def _people_on(phones: set[bytes], user: User) -> dict[bytes, list[Worker]]:
    people: dict[bytes, list[Worker]] = {}
    known = Worker.objects.held_by(user, TEXT_READERS).filter(phone_blind__in=phones).select_related("area")
    for worker in known.order_by("pk"):
        people.setdefault(bytes(worker.phone_blind), []).append(worker)
    return people


def _said(reply: InboundMessage, on_phone: Mapping[bytes, list[Worker]]) -> Said:
    people = [reply.worker] if reply.worker else on_phone.get(bytes(reply.phone_blind), [])[:OF_ONE_PHONE]
    return Said(
        pk=reply.pk,
        people=tuple((worker.pk, worker.name) for worker in people),
        is_sure=reply.worker is not None,
        place=str(people[0].area) if people else "",
        phone_tail=reply.phone_tail,
        body=reply.body,
        kind_words=reply.get_handled_as_display(),
        at=reply.received_at,
    )


def conversation(*, worker: Worker) -> Conversation:
    """About one worker, for whoever may see the worker."""
    messages = worker.messages.select_related("worker", "area").order_by("-pk")[:PAGE]
    texts = [_text(message) for message in messages]
    replies = list(_replies_of(worker).order_by("-pk")[:PAGE])
    lines = sorted([*texts, *replies], key=_moment_of, reverse=True)
    return Conversation(
        lines=tuple(lines[:PAGE]),
        last=texts[0] if texts else None,
        is_opted_out=_is_opted_out(worker),
        phone_masked=worker.phone_masked,
    )


def has_words_to_read(talk: Conversation) -> bool:
    """The newest thing said is theirs, and no answer that the house understands."""
    newest = talk.lines[0] if talk.lines else None
    return isinstance(newest, InboundMessage) and newest.handled_as in WORDS


def phone_screen(*, worker: Worker, user: User) -> PhoneScreen:
    """A family's phone shows what everyone on it was sent, but only of people this user may see."""
    texts = Message.objects.visible_to(user).to_phone(worker.phone_blind).select_related("worker", "area")
    arrived = texts.sent().filter(gateway="sandbox").order_by("-pk")[:BUBBLES]
    replies = _replies_from(worker, user)[:BUBBLES]
    bubbles = [Bubble(True, message.body, message.sent_at) for message in arrived]
    bubbles += [Bubble(False, reply.body, reply.received_at) for reply in replies]
    waiting = texts.exclude(state__in=[State.SENT, State.DELIVERED]).order_by("-pk")[:5]
    others = Worker.objects.visible_to(user).filter(phone_blind=worker.phone_blind).exclude(pk=worker.pk)
    return PhoneScreen(
        bubbles=tuple(sorted(bubbles, key=lambda bubble: bubble.at)[-BUBBLES:]),
        waiting=tuple(_text(message) for message in waiting),
        shared_with=tuple(others.order_by("pk").values_list("name", flat=True)[:5]),
        is_opted_out=_is_opted_out(worker),
    )


def template_choices() -> list[tuple[str, str]]:
    """One of each title: texts that differ only in how they are sent have the same."""
    found = {templates.title_of(key): key for key in reversed(templates.all_keys())}
    return sorted((key, title) for title, key in found.items())


@dataclass(frozen=True)
class WordedText:
    """A text as it is worded now, and what it costs; `set_by` is the newest change, None for the house's own words."""

    key: str
    title: str
    letters: tuple[Letter, ...]
    set_by: Wording | None
    is_urgent: bool
    wants_answer: bool


def worded_texts() -> list[WordedText]:
    """1 query a text, of which there are two dozen."""
    return sorted((worded_text(key) for key in templates.all_keys()), key=lambda text: text.title)


def worded_text(key: str) -> WordedText:
    template, texts = templates.get(key), rewording.in_force(key)
    return WordedText(
        key=key,
        title=str(template.title),
        letters=letters_of(key, texts),
        set_by=rewording.newest_of(key),
        is_urgent=template.urgent,
        wants_answer=key in questions.ASKING,
    )


def letters_of(key: str, texts: Mapping[str, str]) -> tuple[Letter, ...]:
    """As they stand on the phone of an invented person."""
    letters = {language: rewording.on_the_phone(key, text, language) for language, text in texts.items()}
    return tuple(Letter(language, body, rewording.parts_of(body)) for language, body in letters.items())


def placeholders_of(key: str) -> list[tuple[str, str]]:
    """What may stand in braces, and what comes of it in the reader's language."""
    language = CHINESE if get_language() == CHINESE else ENGLISH
    fields = sorted(templates.get(key).fields)
    filled = {
        name: templates.filled(f"{{{name}}}", {name: value}, language)
        for name, value in sample(fields, language).items()
    }
    return list(filled.items())


def wordings_of(key: str) -> list[Wording]:
    """Newest first."""
    return list(Wording.objects.filter(template=key).select_related("by").order_by("-pk")[:PAGE])


def _filtered(messages, state: str, template: str):
    if state == "stuck":
        messages = messages.stuck()
    elif state:
        messages = messages.filter(state=state)
    return messages.filter(template__in=templates.called_like(template)) if template else messages


def _replies_of(worker: Worker):
    """Theirs, and those that may be theirs or another's on the same phone."""
    unclear = Q(handled_as=Handled.UNCLEAR, phone_blind=worker.phone_blind) if worker.phone_blind else Q()
    return InboundMessage.objects.filter(Q(worker=worker) | unclear)


def _replies_from(worker: Worker, user: User):
    may_see = Q(worker=None) | in_ranges("worker__area_id", ranges_of(user, RECORD_READERS))
    return InboundMessage.objects.filter(may_see, phone_blind=worker.phone_blind).order_by("-pk")


def _is_opted_out(worker: Worker) -> bool:
    return bool(worker.phone_blind) and OptOut.objects.current().of_phone(worker.phone_blind).exists()


def _text(message: Message) -> Text:
    return Text(
        pk=message.pk,
        round=message.round,
        worker_id=message.worker_id,
        worker_name=message.worker.name,
        place=str(message.area),
        phone_tail=message.phone_tail,
        title=templates.title_of(message.template),
        body=message.body,
        segments=message.segments,
        state=message.state,
        state_words=message.get_state_display(),
        kind=KINDS[message.state],
        reason=message.get_failed_reason_display() if message.failed_reason else "",
        queued_at=message.queued_at,
        not_before=message.not_before,
        at=message.delivered_at or message.sent_at or message.queued_at,
        is_stuck=message.is_stuck,
    )


def _moment_of(line: Text | InboundMessage) -> datetime:
    return line.received_at if isinstance(line, InboundMessage) else line.queued_at
