"""Accounts: opened with a first posting, entered by a link that works once, let in again, closed and reopened."""

from datetime import date, datetime, timedelta

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db import IntegrityError, transaction

from areas.models import Area
from kit.days import local_day
from staff import policies, services
from staff.appointing import handing_over
from staff.appointing.changes import What, check_begins_near, check_held_at, locked, not_over, write_down
from staff.events import user_deactivated
from staff.models import Authenticator, User
from staff.refusals import AccountIsClosed, UsernameTaken


@transaction.atomic
def create_account(
    *, username: str, display_name: str, phone: str, role: str, area: Area, starts_on: date, by: User, at: datetime
) -> User:
    """Somebody new, with the posting they come for. They have no password until they choose one by a link."""
    policies.check_can_give(by, User(), role, area)
    check_held_at(role, area)
    check_begins_near(starts_on, local_day(at))
    try:
        with transaction.atomic():
            user = services.open_account(username=username, display_name=display_name, phone=phone)
    except IntegrityError as error:
        raise UsernameTaken from error
    write_down(user, What.CREATED, by=by, at=at)
    posting = services.open_posting(user=user, role=role, area=area, starts_on=starts_on)
    write_down(user, What.POSTED, by=by, at=at, posting=posting, day=starts_on)
    return user


@transaction.atomic
def correct(*, user: User, display_name: str, phone: str, by: User, at: datetime) -> User:
    """Name and work phone, as texts and papers show them from now on. The same again leaves no line."""
    user, by = locked(user, by)
    policies.check_can_switch(by, user, not_over(user, at))
    if (user.display_name, user.phone) != (display_name, phone):
        user.display_name, user.phone = display_name, phone
        user.save(update_fields=["display_name", "phone"])
        write_down(user, What.CORRECTED, by=by, at=at)
    return user


@transaction.atomic
def give_link(*, user: User, by: User, at: datetime) -> str:
    """The path of a page where they choose a password, once and within PASSWORD_RESET_TIMEOUT.

    The old password, every link given before and all open sessions end now: the token and the sessions depend on the
    password. Nothing is stored, so the link can be shown only by whoever asked for it.
    """
    user, by = locked(user, by)
    policies.check_can_switch(by, user, not_over(user, at))
    if not user.is_active:
        raise AccountIsClosed
    path = services.demand_new_password(user=user)
    write_down(user, What.LINK_GIVEN, by=by, at=at)
    return path


@transaction.atomic
def password_chosen(*, user: User, at: datetime) -> None:
    """By the link. Wrong tries of before no longer keep them out."""
    reset(username=user.username)
    write_down(user, What.PASSWORD_CHOSEN, by=user, at=at)


@transaction.atomic
def unlock(*, user: User, by: User, at: datetime) -> None:
    """Lets somebody try again before the half hour is over. Nobody who is not paused leaves a line."""
    user, by = locked(user, by)
    policies.check_can_switch(by, user, not_over(user, at))
    if is_paused(user, at):
        reset(username=user.username)
        Authenticator.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)
        write_down(user, What.UNLOCKED, by=by, at=at)


@transaction.atomic
def sign_out(*, user: User, by: User, at: datetime) -> int:
    """Everywhere, at once; they are told when they sign in again. Nobody who is not signed in leaves a line."""
    user, by = locked(user, by)
    policies.check_can_switch(by, user, not_over(user, at))
    if ended := services.end_sessions(user=user):
        write_down(user, What.SESSIONS_ENDED, by=by, at=at)
    return ended


def is_paused(user: User, at: datetime) -> bool:
    """After too many wrong passwords or codes, at whatever address."""
    since, enough = at - timedelta(hours=settings.AXES_COOLOFF_TIME), settings.AXES_FAILURE_LIMIT
    wrong = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=since)
    codes = Authenticator.objects.filter(user=user, throttling_failure_count__gte=enough)
    return wrong.filter(failures_since_start__gte=enough).exists() or codes.exists()


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime, successor: User | None = None) -> User:
    """Shut out at once, whatever is open in a browser. Postings stay as they are, for the day they come back.

    What is in hand goes to `successor` where they serve, else to whoever serves there.
    """
    user, by, is_so = _ready_to_switch(user, is_active=False, by=by, at=at)
    if is_so:
        return user
    handing_over.hand_on(user, [], to=successor, by=by, at=at)
    services.deactivate_user(user=user)
    write_down(user, What.DEACTIVATED, by=by, at=at)
    user_deactivated.send(sender=User, user=user, by=by, at=at)
    return user


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> User:
    """Signs in with the old password, and serves wherever a posting still runs."""
    user, by, is_so = _ready_to_switch(user, is_active=True, by=by, at=at)
    if not is_so:
        services.reactivate_user(user=user)
        write_down(user, What.REACTIVATED, by=by, at=at)
    return user


def _ready_to_switch(user: User, *, is_active: bool, by: User, at: datetime) -> tuple[User, User, bool]:
    """Both locked, allowed, and whether the account is so already."""
    user, by = locked(user, by)
    policies.check_can_switch(by, user, not_over(user, at))
    return user, by, user.is_active == is_active
