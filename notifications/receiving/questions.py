"""Which texts ask for an answer, and whom an answer fits. The apps that ask say whether a question still stands."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from notifications import templates
from notifications.models import Message

ANSWERS_WITHIN = timedelta(days=14)

# Of these keys of what the texts are about: those that still wait for the person, and whether they were answered.
Standing = Callable[[list[int]], Mapping[int, bool]]
ASKING: dict[str, Standing] = {}


def register(keys: Iterable[str], standing: Standing) -> None:
    """Once at start-up. A text that wants an answer names its person: families share phones."""
    for key in keys:
        if "name" not in templates.get(key).fields:
            raise templates.TemplateBroken(f"message template {key} asks and does not say whom")
        ASKING[key] = standing


def fitting(phone_blind: bytes, at: datetime) -> list[Message]:
    """The last question to each person on this phone whom an answer may come from, the one asked last in front.

    Who has answered, or was confirmed by a call, may still change their mind: while both questions stand it fits two.
    """
    asked = Message.objects.to_phone(phone_blind).filter(template__in=ASKING, sent_at__gte=at - ANSWERS_WITHIN)
    questions = list(asked.select_related("worker").order_by("-sent_at", "-pk"))
    standing = _standing_of(questions)
    by_worker = {message.worker_id: message for message in reversed(questions) if message.pk in standing}
    return sorted(by_worker.values(), key=lambda message: (message.sent_at, message.pk), reverse=True)


def _standing_of(questions: list[Message]) -> dict[int, bool]:
    """Of those that still stand, whether they were answered; by the key of the text."""
    about = defaultdict(list)
    for message in questions:
        about[message.template].append(message.about_id)
    told = {template: ASKING[template](ids) for template, ids in about.items()}
    return {
        message.pk: told[message.template][message.about_id]
        for message in questions
        if message.about_id in told[message.template]
    }
