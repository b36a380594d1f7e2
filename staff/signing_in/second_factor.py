"""The code at sign-in: an app on the phone shows six digits, and ten recovery codes stand in for a phone that is lost.

Wrong codes are counted by django-otp: after each the next is taken a second later, then two, four, eight.
"""

import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kit.dates import clock
from kit.refusals import Refusal
from kit.sealing import crypto
from staff import policies, services
from staff.appointing.changes import What, locked, not_over, write_down
from staff.models import Authenticator, RecoveryCode, User
from staff.models.signing_in import DIGITS, STEP
from staff.refusals import (
    CodesPaused,
    CodeUsed,
    FactorIsOff,
    FactorIsOn,
    WrongCode,
    WrongPassword,
    WrongRecoveryCode,
)
from staff.roles import ADMINISTRATORS, OVERSEERS
from staff.signing_in.session_store import SessionStore

KEY_BYTES = 20
HOW_MANY = 10
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # without those that are taken for another; 5 bits each
READ_AS = str.maketrans("oil", "011")
CODE_LETTERS, GROUP = 12, 4


def is_demanded_of(user: User) -> bool:
    """Who oversees, and administrators; where the settings say `required`."""
    return settings.WAYFARE_SECOND_FACTOR == "required" and user.has_role_anywhere(*OVERSEERS, *ADMINISTRATORS)


def has_one(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exists()


def codes_left(user: User) -> int:
    return user.recovery_codes.filter(used_at=None).count()


# ---- set up --------------------------------------------------------------------------------------------------------


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def typed_key(key: bytes) -> str:
    """As an app takes it that cannot scan: letters and digits in fours."""
    return _in_groups(b32encode(key).decode())


def address_of_key(key: bytes, user: User) -> str:
    """What stands in the square code: https://github.com/google/google-authenticator/wiki/Key-Uri-Format."""
    house = _("Wayfare")
    more = {"secret": b32encode(key).decode(), "issuer": house, "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(f'{house}:{user.username}')}?{urlencode(more, quote_via=quote)}"


def set_up(*, user: User, key: bytes, token: str, session: SessionStore, at: datetime) -> list[str]:
    """With a first code that fits. Returns the recovery codes, which are kept nowhere else; other sessions end."""
    with transaction.atomic():
        user, _by = locked(user, user)
        if has_one(user):
            raise FactorIsOn
        authenticator = Authenticator(user=user, began_at=at)
        authenticator.key = key
        if (step := authenticator.step_of(_plain(token), at)) is None:
            raise WrongCode
        authenticator.last_t, authenticator.drift = step.t(), step.drift
        authenticator.save(force_insert=True)
        write_down(user, What.FACTOR_ON, by=user, at=at)
        services.end_sessions(user=user, but=session.row_key)
        return _new_codes(user)


def make_codes_anew(*, user: User, token: str, at: datetime) -> list[str]:
    """The old ones end."""
    prove(user=user, typed=token, at=at)
    with transaction.atomic():
        write_down(user, What.CODES_MADE, by=user, at=at)
        return _new_codes(user)


# ---- asked for at sign-in ------------------------------------------------------------------------------------------


def prove(*, user: User, typed: str, at: datetime) -> None:
    """A code of the app, or a recovery code: each is taken once. What did not fit is counted before it is refused."""
    with transaction.atomic():
        authenticator = Authenticator.objects.select_for_update(no_key=True, of=["self"]).filter(user=user).first()
        refusal = FactorIsOff() if authenticator is None else _judge(authenticator, _plain(typed), at)
    if refusal is not None:
        raise refusal


def _judge(authenticator: Authenticator, typed: str, at: datetime) -> Refusal | None:
    is_allowed, why_not = authenticator.verify_is_allowed()
    if not is_allowed:
        return CodesPaused(CodesPaused.message % {"clock": clock(why_not["locked_until"])})
    refusal = (
        _take_code(authenticator, typed, at) if len(typed) == DIGITS else _take_recovery(authenticator.user, typed, at)
    )
    if refusal is None:
        authenticator.throttle_reset()
    elif not isinstance(refusal, CodeUsed):  # it was right once: a second press is no guess
        authenticator.throttle_increment()
    return refusal


def _take_code(authenticator: Authenticator, token: str, at: datetime) -> Refusal | None:
    step = authenticator.step_of(token, at)
    if step is None:
        return WrongCode()
    if step.t() <= authenticator.last_t:
        return CodeUsed()
    authenticator.last_t, authenticator.drift = step.t(), step.drift
    return None


def _take_recovery(user: User, typed: str, at: datetime) -> Refusal | None:
    """In one statement, so that of two who type the same one is let in."""
    found = user.recovery_codes.filter(code_blind=_blind(user, typed), used_at=None)
    if not found.update(used_at=at):
        return WrongRecoveryCode()
    write_down(user, What.RECOVERY_USED, by=user, at=at)
    return None


# ---- ended ---------------------------------------------------------------------------------------------------------


def turn_off(*, user: User, password: str, token: str, session: SessionStore, at: datetime) -> None:
    """By its owner, with the password and a code. Other sessions end."""
    if not user.check_password(password):
        raise WrongPassword
    prove(user=user, typed=token, at=at)
    with transaction.atomic():
        _forget(user)
        write_down(user, What.FACTOR_OFF, by=user, at=at)
        services.end_sessions(user=user, but=session.row_key)


@transaction.atomic
def reset(*, user: User, by: User, at: datetime) -> None:
    """By whoever decides on the account, for a phone that is lost with its codes. All sessions end; who signs in next
    is told. Who has no code set up leaves no line."""
    user, by = locked(user, by)
    policies.check_can_switch(by, user, not_over(user, at))
    if _forget(user):
        write_down(user, What.FACTOR_RESET, by=by, at=at)
        services.end_sessions(user=user)


def _forget(user: User) -> bool:
    user.recovery_codes.all().delete()
    return bool(Authenticator.objects.filter(user=user).delete()[0])


def _new_codes(user: User) -> list[str]:
    user.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(CODE_LETTERS)) for _code in range(HOW_MANY)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_blind=_blind(user, code)) for code in codes)
    return [_in_groups(code) for code in codes]


def _blind(user: User, code: str) -> bytes:
    return crypto.blind_index(f"{user.pk}\0{code}", purpose="staff.recovery_code")


def _plain(typed: str) -> str:
    """As it was meant: full-width digits of a Chinese keyboard, capitals, blanks and dashes make no difference."""
    narrow = unicodedata.normalize("NFKC", typed).lower()
    said = "".join(letter for letter in narrow if letter.isalnum())
    return said if len(said) == DIGITS else said.translate(READ_AS)


def _in_groups(text: str) -> str:
    return " ".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))
