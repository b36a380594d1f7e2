"""From the right password to being signed in: a code in between, for whoever has an app that shows one."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse

from kit.days import as_moment
from staff.models import SignIn, StaffChange, User
from staff.network import address_of
from staff.signing_in import alarms, devices
from staff.signing_in.session_store import SIGN_IN, SIGNED_IN

BACKEND = "django.contrib.auth.backends.ModelBackend"
HALFWAY = "halfway"  # in the session of somebody who gave the password and not yet the code
PROVED = "second_factor"  # in the session of somebody who did both
MARK, LONGEST_MARK, MARK_LASTS = "wayfare_device", 64, 400 * 24 * 60 * 60  # the longest a browser keeps a cookie
MAY_TAKE = timedelta(minutes=10)


@dataclass(frozen=True)
class Halfway:
    """Who gave their password, and the path they asked for."""

    user: User
    next: str


def ask_for_code(request: HttpRequest, user: User, *, next: str, at: datetime) -> None:
    """Nobody is signed in until it came; a new password ends the waiting."""
    logout(request)
    until = (at + MAY_TAKE).isoformat()
    request.session[HALFWAY] = {"user": user.pk, "hash": user.get_session_auth_hash(), "until": until, "next": next}


def halfway(request: HttpRequest, *, at: datetime) -> Halfway | None:
    kept = request.session.get(HALFWAY)
    if not kept or as_moment(kept["until"]) < at:
        return None
    user = User.objects.active().filter(pk=kept["user"]).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        return None
    return Halfway(user, kept["next"])


def is_locked_out(request: HttpRequest, user: User) -> bool:
    """After too many wrong passwords or codes from here."""
    return not AxesProxyHandler.is_allowed(request, {"username": user.username})


def count_wrong(request: HttpRequest, user: User) -> None:
    """A wrong code counts like a wrong password, wherever it is asked for: the fifth of both pauses this name at this
    address."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)


def enter(request: HttpRequest, user: User, *, mark: str, at: datetime, proved: bool = False) -> SignIn:
    """`mark` is what this browser is known by."""
    came = alarms.came_in(user, device=device_of(request), mark=mark, ip=address_of(request), at=at)
    request.session.pop(HALFWAY, None)
    login(request, user, backend=BACKEND)
    request.session[SIGNED_IN] = {"at": at.isoformat(), "device": came.device, "ip": came.ip, SIGN_IN: came.pk}
    if proved:
        request.session[PROVED] = True
    request.session.save()
    alarms.ask(came, session_key=request.session.row_key)
    return came


def device_of(request: HttpRequest) -> str:
    return devices.device_of(request.headers.get("User-Agent", ""))


def mark_of(request: HttpRequest) -> str:
    """Of the browser, by which it is known again; a new one for a new browser."""
    return request.COOKIES.get(MARK, "")[:LONGEST_MARK] or secrets.token_hex(16)


def keep_mark(response: HttpResponse, mark: str) -> None:
    response.set_cookie(
        MARK, mark, max_age=MARK_LASTS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def has_proved(request: HttpRequest) -> bool:
    return PROVED in request.session


def changed_by_others(user: User, *, since: datetime | None) -> list[StaffChange]:
    """What somebody is told at the next sign-in: that the code was reset, or that they were signed out. 1 query."""
    told = (StaffChange.What.FACTOR_RESET, StaffChange.What.SESSIONS_ENDED)
    changes = user.changes.filter(what__in=told).exclude(by=user).select_related("by").order_by("at", "pk")
    return list(changes.filter(at__gte=since) if since else changes)
