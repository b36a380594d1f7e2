"""What failed is written down. Of an exception only its kind and place: its words may name a person."""

import json
import traceback
from base64 import b64decode

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from operations.models import Failure

Kind = Failure.Kind


def note_deadly(*, queue: str, message: dict, tries: int) -> None:
    """`message` as the broker carries it."""
    headers = message.get("headers", {})
    _write(
        task_id=headers.get("id", ""),
        task=headers.get("task", ""),
        queue=queue,
        arguments=_arguments_in(message),
        kind=Kind.DEADLY,
        tries=tries,
    )


def note_raised(*, task_id: str, task: str, queue: str, arguments: dict, error: BaseException) -> None:
    _write(task_id=task_id, task=task, queue=queue, arguments=arguments, kind=Kind.RAISED, error=kind_and_place(error))


def kind_and_place(error: BaseException) -> str:
    """`KeyError at cases/clock.py:31`: the last line of ours that it passed."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    place = f" at {_short(ours[-1].filename)}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"[:200]


def _write(*, task_id: str, tries: int = 1, **row) -> None:
    """A task that is carried again and fails again is one row."""
    row |= {"happened_at": Now(), "tries": tries}
    failure, created = Failure.objects.get_or_create(task_id=task_id, defaults=row)
    if not created:
        Failure.objects.filter(pk=failure.pk).update(**row | {"tries": F("tries") + 1})


def _arguments_in(message: dict) -> dict:
    _args, arguments, _embedded = json.loads(b64decode(message["body"]))
    return arguments


def _is_ours(path: str) -> bool:
    return path.startswith(str(settings.BASE_DIR)) and "site-packages" not in path


def _short(path: str) -> str:
    return path.removeprefix(f"{settings.BASE_DIR}/")
