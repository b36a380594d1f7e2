"""What systemd hands over and wants to hear, where a unit started us; elsewhere there is nothing and nobody listens."""

import os
import socket
from contextlib import suppress

FIRST_FILE = 3  # where the sockets of a socket unit begin
READY = "READY=1"
ALIVE = "WATCHDOG=1"


def sockets() -> list[socket.socket]:
    """Listening ones, of the unit's socket: they stay open while we are started anew, and callers wait."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    return [socket.socket(fileno=FIRST_FILE + n) for n in range(int(os.environ["LISTEN_FDS"]))]


def tell(what: str) -> None:
    if not (place := os.environ.get("NOTIFY_SOCKET")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link, suppress(OSError):
        link.sendto(what.encode(), "\0" + place[1:] if place.startswith("@") else place)
