"""Where somebody is signed in: listed, and ended. A session that is ended lets nobody in from the next request on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from kit.locks.sweeping import forget
from staff.models import OpenSession, User
from staff.signing_in.devices import device_words, masked
from staff.signing_in.session_store import SessionStore

SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class SessionLine:
    """`key` names it in a form, and lets nobody in. `place` is its network address, masked."""

    key: str
    device: str
    place: str
    since: datetime | None
    last_seen: datetime | None
    is_this_one: bool


def sessions_of(user: User, *, at: datetime, this: SessionStore | None = None) -> list[SessionLine]:
    """1 query. The one that asks first, then who was seen last."""
    own = this.row_key if this else ""
    lines = [_line(row, own) for row in OpenSession.objects.filter(user=user, expire_date__gt=at)]
    return sorted(lines, key=lambda line: (not line.is_this_one, -_seconds(line.last_seen)))


def end_session(user: User, key: str) -> int:
    """One of their own; 0 when it is over already, or is somebody else's."""
    return OpenSession.objects.filter(user=user, pk=key).delete()[0]


def seen(session: SessionStore, *, at: datetime) -> None:
    """Written down every few minutes at most."""
    row = session.row
    if row is None or row.signed_in_at is None or at - (row.last_seen_at or row.signed_in_at) < SEEN_EVERY:
        return
    OpenSession.objects.filter(pk=row.pk).update(last_seen_at=at)


def forget_expired() -> int:
    """What is over; returns how many."""
    return forget(OpenSession.objects.filter(expire_date__lt=timezone.now()), what="Sessions forgotten")


def _line(row: OpenSession, own: str) -> SessionLine:
    words = device_words(row.device)
    return SessionLine(
        row.pk, words, masked(row.ip), row.signed_in_at, row.last_seen_at or row.signed_in_at, row.pk == own
    )


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
