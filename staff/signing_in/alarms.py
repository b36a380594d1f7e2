"""Sign-ins that look like somebody else's: judged as they come in, asked about on the person's other devices, listed.

A device that came in as a new one answers for nobody, itself included, before somebody has answered for it, however
often it signs in: whoever has stolen a password must not still the alarm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Sum

from kit.dates import moment
from kit.days import local_time
from kit.locks.sweeping import forget
from kit.sealing import crypto
from staff import services
from staff.appointing.changes import What, locked, write_down
from staff.models import OpenSession, SignIn, User
from staff.people import people_under
from staff.refusals import NotAsked
from staff.signing_in.devices import device_words, masked
from staff.signing_in.session_store import SIGN_IN, SIGNED_IN, SessionStore

Odd = SignIn.Odd
NIGHT_FROM, NIGHT_TO = 22, 6  # hours in Asia/Shanghai
MANY = 3  # wrong tries
TRIES_COUNT_FOR = timedelta(days=1)
LONG = timedelta(days=60)
ASKED_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=400)


@dataclass(frozen=True)
class Question:
    """What somebody is asked on the next page."""

    when: str
    device: str
    place: str
    why: str


def came_in(user: User, *, device: str, mark: str, ip: str | None, at: datetime) -> SignIn:
    """Before the sign-in itself, which forgets wrong tries and the last time. 3 queries."""
    device_blind = crypto.blind_index(f"{user.pk}\0{mark}", purpose="staff.device")
    odd = judge(user, device_blind=device_blind, at=at)
    return SignIn.objects.create(user=user, at=at, device=device, device_blind=device_blind, ip=ip, odd=odd)


def judge(user: User, *, device_blind: bytes, at: datetime) -> list[str]:
    """What is odd about it. A first sign-in comes from no new device: there was none before."""
    is_known = ExpressionWrapper(Q(device_blind=device_blind), BooleanField())
    known = set(SignIn.objects.filter(user=user).values_list(is_known, flat=True).distinct())
    tries = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=at - TRIES_COUNT_FOR)
    found = {
        Odd.NEW_DEVICE: known == {False},
        Odd.ODD_HOUR: not NIGHT_TO <= local_time(at).hour < NIGHT_FROM,
        Odd.MANY_FAILURES: (tries.aggregate(n=Sum("failures_since_start"))["n"] or 0) >= MANY,
        Odd.LONG_REST: user.last_login is not None and at - user.last_login >= LONG,
    }
    return [odd.value for odd, is_so in found.items() if is_so]


def ask(came: SignIn, *, session_key: str) -> None:
    """An odd one on the person's other devices; and here, on a device known before, about the newest of the others."""
    if came.odd:
        OpenSession.objects.filter(user=came.user).exclude(pk=session_key).update(asks=came)
    if Odd.NEW_DEVICE not in came.odd and (other := _unanswered(came).first()):
        OpenSession.objects.filter(pk=session_key).update(asks=other)


def asked_in(session: SessionStore) -> Question | None:
    """2 queries where somebody is asked, and none for everybody else."""
    if (sign_in := _asked_about(session)) is None:
        return None
    return Question(moment(sign_in.at), device_words(sign_in.device), masked(sign_in.ip), odd_words(sign_in.odd))


@transaction.atomic
def it_was_me(*, user: User, session: SessionStore) -> None:
    """Of this one and the older ones of its device nobody is asked any more; here the next device is asked about."""
    sign_in = _asked(user, session)
    same_device = _odd_of(user).filter(answer="", at__lte=sign_in.at, device_blind=sign_in.device_blind)
    answered = list(same_device.values_list("pk", flat=True))
    same_device.update(answer=SignIn.Answer.MINE)
    OpenSession.objects.filter(user=user, asks__in=answered).update(asks=None)
    if (came := _own(session).first()) and (other := _unanswered(came).first()):
        OpenSession.objects.filter(pk=session.row_key).update(asks=other)


@transaction.atomic
def it_was_not_me(*, user: User, session: SessionStore, at: datetime) -> str:
    """Everybody is out, whoever they are, and the password ends. Returns the path where the next one is chosen."""
    sign_in = _asked(user, session)
    user, _by = locked(user, user)
    SignIn.objects.filter(pk=sign_in.pk).update(answer=SignIn.Answer.NOT_ME)
    write_down(user, What.NOT_ME, by=user, at=at)
    return services.demand_new_password(user=user)


def odd_ones_under(user: User, *, at: datetime) -> QuerySet[SignIn]:
    """Of the last month, of people whose postings this person decides on."""
    found = SignIn.objects.exclude(odd=[]).filter(at__gte=at - ASKED_FOR, user__in=people_under(user))
    return found.select_related("user")


def forget_old(*, at: datetime) -> int:
    """Returns how many."""
    return forget(SignIn.objects.filter(at__lt=at - KEPT_FOR), what="Sign-ins forgotten")


def odd_words(odd: list[str]) -> str:
    return " · ".join(str(Odd(kind).label) for kind in odd)


def _asked(user: User, session: SessionStore) -> SignIn:
    sign_in = _asked_about(session)
    if sign_in is None or sign_in.user_id != user.pk:
        raise NotAsked
    return sign_in


def _asked_about(session: SessionStore) -> SignIn | None:
    row = getattr(session, "row", None)
    return row.asks if row is not None and row.asks_id and not _is_doubted(session, row.asks) else None


def _is_doubted(session: SessionStore, asked: SignIn) -> bool:
    """The device of this session was new within the month before, and nobody has said that it is theirs."""
    newcomers = SignIn.objects.filter(user=asked.user_id, odd__contains=[Odd.NEW_DEVICE], at__gte=asked.at - ASKED_FOR)
    doubted = newcomers.exclude(answer=SignIn.Answer.MINE)
    return doubted.filter(device_blind__in=_own(session).values("device_blind")).exists()


def _own(session: SessionStore) -> QuerySet[SignIn]:
    """The one by which this session began; none for a session from before that was kept."""
    return SignIn.objects.filter(pk=session.get(SIGNED_IN, {}).get(SIGN_IN))


def _odd_of(user: User) -> QuerySet[SignIn]:
    return SignIn.objects.filter(user=user).exclude(odd=[])


def _unanswered(came: SignIn) -> QuerySet[SignIn]:
    others = _odd_of(came.user).filter(answer="", at__gte=came.at - ASKED_FOR).exclude(pk=came.pk)
    return others.exclude(device_blind=came.device_blind).order_by("-at", "-pk")
