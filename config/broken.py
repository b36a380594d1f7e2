"""Pages for when something of ours is broken: they need no stylesheet, no session and no database."""

import re
import sys
from base64 import b64encode
from functools import cache
from hashlib import sha256

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import get_template

from config.headers import POLICY

STATUSES = (413, 500, 503)
SECONDS_TO_WAIT = 10
STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)


def handler500(request) -> HttpResponse:
    """The page for the exception that is being handled; a database that is away or too busy is said as that."""
    return page(503 if isinstance(sys.exception(), OperationalError | InterfaceError) else 500)


def page(status: int) -> HttpResponse:
    """The page of one of STATUSES."""
    return HttpResponse(body(status), status=status, headers=headers(status))


@cache
def body(status: int) -> str:
    return get_template(f"{status}.html").render()


@cache
def headers(status: int) -> dict[str, str]:
    """The content policy lets this page's one style through by its hash, and nothing else that stands in a page."""
    style = b64encode(sha256(STYLE.search(body(status))[1].encode()).digest()).decode()
    wanted = {"Content-Security-Policy": POLICY.replace("style-src 'self'", f"style-src 'sha256-{style}'")}
    return wanted | {"Cache-Control": "no-store"} | ({"Retry-After": str(SECONDS_TO_WAIT)} if status == 503 else {})
