"""A copy of a photo or a PDF that can harm nobody and tells nothing but what is seen in it."""

import logging
from base64 import b64decode
from contextlib import closing
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kit.apart.limits import CopyLimits
from kit.apart.outside import Broken, OutOfMemory, OutOfTime, heard
from kit.refusals import Refusal

COPIER = "kit.apart.copying"
LIMITS = CopyLimits()
BEGINS = {"jpg": b"\xff\xd8\xff", "pdf": b"%PDF-"}
log = logging.getLogger(__name__)


class Copy(NamedTuple):
    content: bytes
    ending: str


class CannotBeOpened(Refusal):
    message = _("This photo or scan cannot be opened.")
    way_out = _("Take the photo again, or save the scan as a PDF once more.")


class TooManyPixels(CannotBeOpened):
    message = _("This picture is larger than a photo can be.")
    way_out = _("Take the photo again in a smaller size.")


class TooManyPages(CannotBeOpened):
    message = _("A PDF may have 20 pages.")
    way_out = _("Send only the pages that show it.")


class LockedPdf(CannotBeOpened):
    message = _("The PDF is protected by a password.")
    way_out = _("Save it without the password and send it again, or take a photo of the paper.")


class CostsTooMuch(CannotBeOpened):
    message = _("It takes too much to open this photo or scan.")
    way_out = _("Take a photo of the paper instead.")


REFUSALS = {kind.__name__: kind for kind in (CannotBeOpened, TooManyPixels, TooManyPages, LockedPdf)}
REFUSALS["TooBig"] = CostsTooMuch  # the copy was


def harmless_copy(content: bytes) -> Copy:
    """Raises a kind of CannotBeOpened."""
    try:
        return _copy(content)
    except (OutOfTime, OutOfMemory):
        raise CostsTooMuch from None
    except Broken as fault:
        log.error("The process that copies photos %s", fault)
        raise CannotBeOpened from None


def _copy(content: bytes) -> Copy:
    with closing(heard(COPIER, content, LIMITS, wait=LIMITS.wait, told=LIMITS.told)) as things:
        said = list(things)
    if len(said) == 1 and isinstance(said[0], dict):
        raise _refusal(said[0])
    try:
        ending, *pieces = said
        copy = Copy(b"".join(b64decode(piece, validate=True) for piece in pieces), ending)
        is_one = copy.content.startswith(BEGINS[ending])
    except (KeyError, TypeError, ValueError):
        is_one = False
    if not is_one:
        raise Broken("said a copy that is none")
    return copy


def _refusal(said: dict) -> CannotBeOpened:
    try:
        (kind,) = said["refused"]
        return REFUSALS[kind]()
    except (KeyError, TypeError, ValueError):
        raise Broken("refused in words that are none") from None
