"""Which texts ask for an answer, and whom an answer fits. The apps that ask say whether a question still stands."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from notifications import templates
from notifications.models import Message

ANSWERS_WITHIN = timedelta(days=14)

# Of these keys of what the texts are about: those that still wait for the person.
Standing = Callable[[list[int]], Collection[int]]
ASKING: dict[str, Standing] = {}


def register(keys: Iterable[str], standing: Standing) -> None:
    """Once at start-up. A text that wants an answer names its person: families share phones."""
    for key in keys:
        if "name" not in templates.get(key).fields:
            raise templates.TemplateBroken(f"message template {key} asks and does not say whom")
        ASKING[key] = standing


def fitting(phone_blind: bytes, at: datetime) -> list[Message]:
    """The last question to each person on this phone whom a digit may come from, the one asked last in front.

    Who has answered, or was confirmed by a call, may still change their mind: while both questions stand it fits two.
    """
    asked = _lately(phone_blind, at).filter(template__in=ASKING)
    questions = list(asked.select_related("worker"))
    standing = _standing_of(questions)
    return _last_of_each(question for question in questions if question.pk in standing)


def stands(message: Message) -> bool:
    """Does this text ask something, and is the answer still waited for?"""
    return bool(_standing_of([message])) if message.template in ASKING else False


def texted(phone_blind: bytes, at: datetime) -> list[Message]:
    """The last text to each person on this phone whom words may come from, question or not."""
    return _last_of_each(_lately(phone_blind, at).select_related("worker"))


def _lately(phone_blind: bytes, at: datetime):
    texts = Message.objects.answerable_from(phone_blind).filter(sent_at__gte=at - ANSWERS_WITHIN)
    return texts.order_by("-sent_at", "-pk")


def _last_of_each(newest_first: Iterable[Message]) -> list[Message]:
    last: dict[int, Message] = {}
    for message in newest_first:
        last.setdefault(message.worker_id, message)
    return list(last.values())


def _standing_of(questions: list[Message]) -> set[int]:
    """The keys of the texts whose question still stands."""
    about = defaultdict(list)
    for message in questions:
        about[message.template].append(message.about_id)
    waiting = {template: set(ASKING[template](ids)) for template, ids in about.items()}
    return {message.pk for message in questions if message.about_id in waiting[message.template]}
