"""Sessions as Django keeps them in the database, and beside each whose it is and from where (`SESSION_ENGINE`).

The table knows a hash of the key that the browser holds: a copy of the database signs nobody in.
"""

from hashlib import sha256

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone

SIGNED_IN = "signed_in"  # in the session: when, with what and from where, as `entering` writes it
SIGN_IN = "sign_in"  # in that: the key of the sign-in
KEY_LENGTH = 40


def hashed(session_key: str) -> str:
    """The key is drawn from more than 160 bits, so that its hash needs no salt and no time."""
    return sha256(session_key.encode()).hexdigest()[:KEY_LENGTH]


class SessionStore(db.SessionStore):
    """`row` is the session as it was read at the beginning of the request, None before that and for a new one."""

    row = None

    @property
    def row_key(self) -> str:
        """How the table calls this session; "" for one that is not kept yet."""
        return hashed(self.session_key) if self.session_key else ""

    @classmethod
    def get_model_class(cls):
        from staff.models import OpenSession  # the engine is loaded before the models

        return OpenSession

    def _get_session_from_db(self):
        try:
            self.row = self.model.objects.get(pk=hashed(self.session_key), expire_date__gt=timezone.now())
        except (self.model.DoesNotExist, SuspiciousOperation):
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        return super().exists(hashed(session_key))

    def create_model_instance(self, data: dict):
        signed_in = data.get(SIGNED_IN, {})
        return self.model(
            session_key=hashed(self._get_or_create_session_key()),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            signed_in_at=signed_in.get("at"),
            device=signed_in.get("device", ""),
            ip=signed_in.get("ip"),
        )

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key:
            super().delete(hashed(session_key))
