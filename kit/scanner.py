"""Asks a virus scanner (clamd) about a file before anybody opens it, where WAYFARE_CLAMD names one."""

import logging
import socket
import struct
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

PIECE = 64 * 1024
LONGEST_ANSWER = 4096
WAIT = 30
"""Seconds for each step of the talk."""
log = logging.getLogger(__name__)


class HarmfulFile(Refusal):
    message = _("The virus scanner found something harmful in this file. It was not kept.")
    way_out = _("Do not open it. Ask whoever gave it to you for a clean one, and tell the administrator.")


class ScannerSilent(Refusal):
    message = _("The virus scanner does not answer, so no file can be taken right now.")
    way_out = _("Try again in a few minutes. If it stays so, tell the administrator.")


def check_harmless(content: bytes) -> None:
    """Raises HarmfulFile or ScannerSilent. Where no scanner is set up nobody is asked."""
    if not settings.WAYFARE_CLAMD:
        return
    try:
        answer = _answer(content)
    except OSError as fault:
        log.error("The virus scanner does not answer: %s", fault)
        raise ScannerSilent from None
    if answer.endswith(b" FOUND"):
        log.warning("The virus scanner found: %s", answer.decode("utf-8", "replace"))
        raise HarmfulFile
    if answer != b"stream: OK":
        log.error("The virus scanner answered: %s", answer.decode("utf-8", "replace"))
        raise ScannerSilent


def _answer(content: bytes) -> bytes:
    """By clamd's INSTREAM: pieces with their length before them, and one of no length at the end."""
    with _connected(settings.WAYFARE_CLAMD) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        return b"".join(_said(line)).rstrip(b"\0")


def _connected(address: str | tuple[str, int]) -> socket.socket:
    """A path is a socket of this machine."""
    if not isinstance(address, str):
        return socket.create_connection(address, timeout=WAIT)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(WAIT)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _said(line: socket.socket) -> Iterator[bytes]:
    left = LONGEST_ANSWER
    while left > 0 and (piece := line.recv(left)):
        yield piece
        left -= len(piece)
