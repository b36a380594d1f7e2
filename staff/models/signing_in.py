"""How somebody signs in beyond the password, and where they are signed in."""

import re
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from kit.keys import staff_key
from kit.sealing import crypto

STEP, DIGITS = 30, 6  # seconds a code stands, and how long it is: what every app for codes expects (RFC 6238)
TOLERANCE = 1  # steps before and after, for a phone whose clock is off
NEVER = -1


class Authenticator(ThrottlingMixin, Device):
    """The app on somebody's phone that shows a code of six digits, by the key both know.

    The key lies sealed for this account. `last_t` is the step of the last code taken, so that none is taken twice;
    `drift` is how many steps the phone's clock is off.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="authenticator", verbose_name=_("user")
    )
    name = confirmed = None  # one app a person, and none without a first code that fitted
    key_cipher = models.BinaryField()
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=NEVER)
    began_at = models.DateTimeField(_("from"))

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    def __str__(self):
        return f"{self.user} {self.began_at:%Y-%m-%d}"

    @property
    def key(self) -> bytes:
        """20 bytes. ValueError (crypto.CannotOpen) for one that was sealed for another account."""
        text = crypto.unseal(self.key_cipher, purpose=crypto.column(Authenticator, "key_cipher"), row=self.user_id)
        return bytes.fromhex(text)

    @key.setter
    def key(self, key: bytes) -> None:
        purpose = crypto.column(Authenticator, "key_cipher")
        self.key_cipher = crypto.seal(key.hex(), purpose=purpose, row=self.user_id)

    def step_of(self, token: str, at: datetime) -> TOTP | None:
        """The step, around `at`, in which the app shows this code; None when it shows it in none."""
        if not re.fullmatch(f"[0-9]{{{DIGITS}}}", token):
            return None
        totp = TOTP(self.key, STEP, digits=DIGITS, drift=self.drift)
        totp.time = at.timestamp()
        return totp if totp.verify(int(token), TOLERANCE) else None

    def get_throttle_factor(self) -> int:
        """Seconds to wait after the first wrong code; each one more doubles them."""
        return 1


class RecoveryCode(models.Model):
    """Lets its owner in once, for a phone that is lost. Only a keyed hash of it is known here."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recovery_codes", verbose_name=_("user")
    )
    code_blind = models.BinaryField(unique=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")

    def __str__(self):
        return f"{self.user} {'used' if self.used_at else 'unused'}"


class OpenSession(AbstractBaseSession):
    """Where somebody is signed in. `session_key` is a hash of what the browser holds: whoever reads this table cannot
    sign in with it. `device` as `staff.signing_in.devices` writes it."""

    user = staff_key(_("user"))
    signed_in_at = models.DateTimeField(_("signed in"), null=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True)
    device = models.CharField(_("device"), max_length=40, blank=True)
    ip = models.GenericIPAddressField(_("network address"), null=True)
    # a sign-in somewhere else of which its owner is asked here whether it was theirs
    asks = models.ForeignKey("SignIn", models.SET_NULL, null=True, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("open session")
        verbose_name_plural = _("open sessions")

    def save(self, *args, force_update=False, **kwargs):
        """What a request carries along is written back; who was seen when is written by itself."""
        if force_update:
            kwargs["update_fields"] = ["session_data", "expire_date", "user", "signed_in_at", "device", "ip"]
        super().save(*args, force_update=force_update, **kwargs)


class SignIn(models.Model):
    """Somebody came in, and what was odd about it. `device_blind` is a keyed hash of the mark a browser keeps."""

    class Odd(models.TextChoices):
        NEW_DEVICE = "new_device", _("From a new device")
        ODD_HOUR = "odd_hour", _("At night")
        MANY_FAILURES = "many_failures", _("After several wrong tries")
        LONG_REST = "long_rest", _("After a long time")

    class Answer(models.TextChoices):
        NONE = "", _("Not asked yet")
        MINE = "mine", _("It was them")
        NOT_ME = "not_me", _("It was somebody else")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, verbose_name=_("user"))
    at = models.DateTimeField(_("when"))
    device = models.CharField(_("device"), max_length=40, blank=True)
    device_blind = models.BinaryField()
    ip = models.GenericIPAddressField(_("network address"), null=True)
    odd = ArrayField(models.CharField(max_length=16, choices=Odd.choices), default=list, verbose_name=_("odd"))
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, blank=True, default=Answer.NONE)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [
            models.Index(fields=["user", "-at"], name="sign_in_by_user"),
            models.Index(fields=["-at", "-id"], condition=~Q(odd=[]), name="sign_in_odd"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=["", "mine", "not_me"]), name="sign_in_answer_is_known"),
            models.CheckConstraint(condition=Q(answer="") | ~Q(odd=[]), name="sign_in_asked_only_if_odd"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.user} {' '.join(self.odd)}"
