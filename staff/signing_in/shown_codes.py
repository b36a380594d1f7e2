"""What a session holds for its reader's eyes alone, sealed: a session lies in the database as it is.

Recovery codes stand there from the press that made them until "I have kept them", ten minutes at most.
"""

import json
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

from kit.sealing import crypto

CODES, UNTIL = "recovery_codes", "recovery_codes_until"
SHOWN_FOR = timedelta(minutes=10)


def keep(request, name: str, text: str) -> None:
    blob = crypto.seal(text, purpose=f"session.{name}", row=request.user.pk)
    request.session[name] = b64encode(blob).decode()


def kept(request, name: str) -> str:
    blob = b64decode(request.session[name])
    return crypto.unseal(blob, purpose=f"session.{name}", row=request.user.pk)


def keep_codes(request, codes: list[str], *, at: datetime) -> None:
    keep(request, CODES, json.dumps(codes))
    request.session[UNTIL] = (at + SHOWN_FOR).isoformat()


def kept_codes(request, *, at: datetime) -> list[str]:
    """None once their time is over."""
    forget_codes_in_time(request, at=at)
    return json.loads(kept(request, CODES)) if UNTIL in request.session else []


def forget_codes(request) -> None:
    request.session.pop(CODES, None)
    request.session.pop(UNTIL, None)


def forget_codes_in_time(request, *, at: datetime) -> None:
    """By whatever page is opened next."""
    if UNTIL in request.session and at >= datetime.fromisoformat(request.session[UNTIL]):
        forget_codes(request)
