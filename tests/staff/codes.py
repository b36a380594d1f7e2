"""A phone in a colleague's hand: the app for codes with the key that was scanned."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_otp.oath import TOTP

from staff.models import Authenticator, RecoveryCode
from staff.signing_in import second_factor
from staff.signing_in.second_factor import _blind

RECOVERY = "abcd efgh jkmn"


def phone_of(user, **more) -> bytes:
    """Sets it up; returns the key in the phone. One recovery code is RECOVERY."""
    key = second_factor.new_key()
    authenticator = Authenticator(user=user, began_at=timezone.now(), **more)
    authenticator.key = key
    authenticator.save()
    RecoveryCode.objects.create(user=user, code_blind=_blind(user, RECOVERY.replace(" ", "")))
    return key


def shown(key: bytes, *, steps: int = 0, at: datetime | None = None) -> str:
    """What the app shows now, or that many half minutes away."""
    totp = TOTP(key, 30, digits=6)
    totp.time = ((at or timezone.now()) + timedelta(seconds=30 * steps)).timestamp()
    return f"{totp.token():06d}"


def other_than(*codes: str) -> str:
    """A code that is none of these."""
    return next(f"{n:06d}" for n in range(10) if f"{n:06d}" not in codes)
