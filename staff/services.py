"""What is done to the people who serve, and the log of what they opened."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.functional import Promise
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from kit import said
from kit.refusals import ReasonMissing, Refusal
from staff.models import AccessLog, OpenSession, Posting, User
from staff.refusals import PostingEndsBeforeItStarts, PostingOverlaps, RolesKeptApart

T = TypeVar("T")
LOGGED_AT_ONCE = 500
KEPT_APART = "posting_watches_no_administration_of_its_own"
UNMASKING = frozenset({AccessLog.What.REVEALED_ID, AccessLog.What.REVEALED_PHONE})


@transaction.atomic
def create_user(*, username: str, display_name: str, password: str, phone: str = "", language: str = "") -> User:
    """Refuses a weak password as Django's ValidationError; the user has no posting yet and so sees nothing."""
    user = User(username=username, display_name=display_name, phone=phone, language=language)
    validate_password(password, user)
    user.set_password(password)
    user.save(force_insert=True)
    return user


@transaction.atomic
def open_account(*, username: str, display_name: str, phone: str = "") -> User:
    """Without a password: nobody can sign in before they chose one."""
    user = User(username=username, display_name=display_name, phone=phone)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


@transaction.atomic
def open_posting(*, user: User, role: str, area: Area, starts_on: date, ends_on: date | None = None) -> Posting:
    """A role in an area from a day on. Returns the same posting when it is opened again from the same day."""
    if ends_on and ends_on < starts_on:
        raise PostingEndsBeforeItStarts
    try:
        with transaction.atomic():
            posting = user.postings.create(role=role, area=area, starts_on=starts_on, ends_on=ends_on)
    except IntegrityError as error:
        again = user.postings.filter(role=role, area=area, starts_on=starts_on, ends_on=ends_on).first()
        if again is None:
            raise _what_forbids(error) from error
        posting = again
    forget_postings(user)
    return posting


@transaction.atomic
def end_posting(*, posting: Posting, ends_on: date | None) -> Posting:
    """`ends_on` is the last day in the role, None for no end. It may not run into the next posting of the same kind."""
    if ends_on and ends_on < posting.starts_on:
        raise PostingEndsBeforeItStarts
    posting.ends_on = ends_on
    try:
        with transaction.atomic():
            posting.save(update_fields=["ends_on"])
    except IntegrityError as error:
        raise _what_forbids(error) from error
    forget_postings(posting.user)
    return posting


@transaction.atomic
def change_preferences(*, user: User, language: str | None = None, theme: str | None = None) -> User:
    """What is None stays as it is."""
    wanted = {"language": language, "theme": theme}
    changed = [name for name, value in wanted.items() if value is not None]
    for name in changed:
        setattr(user, name, wanted[name])
    user.save(update_fields=changed)
    return user


@transaction.atomic
def deactivate_user(*, user: User) -> User:
    """They can no longer sign in or act, whatever is open in a browser; everything they did keeps their name."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user=user)
    forget_postings(user)
    return user


@transaction.atomic
def reactivate_user(*, user: User) -> User:
    """They sign in as before; what they may see depends on the postings that still run."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    forget_postings(user)
    return user


def end_sessions(*, user: User, but: str = "") -> int:
    """Signed out everywhere, or everywhere but in the session of this row; returns how many sessions ended."""
    return OpenSession.objects.filter(user=user).exclude(pk=but).delete()[0]


def demand_new_password(*, user: User) -> str:
    """The old one ends, and every session and link with it. Returns the path of the page where the next is chosen."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_sessions(user=user)
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("staff:set_password", args=[key, default_token_generator.make_token(user)])


def log_access(
    user: User, worker_id: int, what: str, at: datetime, reason: str | Promise = "", ip: str | None = None
) -> AccessLog:
    """Someone saw something of a worker. Unmasking a number needs a reason, which the worker may read."""
    reason = said.stored(reason)
    if what in UNMASKING and not reason.strip():
        raise ReasonMissing(
            _("Say why you need to see the full number."),
            way_out=_("Choose one of the reasons; the worker may see it."),
        )
    return AccessLog.objects.create(user=user, worker_id=worker_id, what=what, at=at, reason=reason.strip(), ip=ip)


def log_export(
    rows: Iterable[tuple[int, T]], *, user: User, at: datetime, reason: str | Promise, ip: str | None = None
) -> Iterator[T]:
    """The rows of an exported list, each with the key of its worker: who is in the file is logged as they pass."""
    reason = said.stored(reason)
    for some in batched(rows, LOGGED_AT_ONCE):
        AccessLog.objects.bulk_create(
            AccessLog(user=user, worker_id=pk, what=AccessLog.What.EXPORTED, at=at, reason=reason[:200], ip=ip)
            for pk, _row in some
        )
        yield from (row for _pk, row in some)


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """itertools.batched, which Python 3.11 does not have."""
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some


def _what_forbids(error: IntegrityError) -> Refusal:
    """By the rule of the database that said no."""
    rule = error.__cause__.diag.constraint_name if error.__cause__ else ""
    return RolesKeptApart() if rule == KEPT_APART else PostingOverlaps()


def forget_postings(user: User) -> None:
    """This instance read its postings before they changed."""
    user.__dict__.pop("current_postings", None)
