"""Moves time in tests. Loaded only when WAYFARE_ENV=test.

A process lives WAYFARE_CLOCK_AHEAD seconds ahead of the real clock (`tests/environment.py` sets them), and further
ahead by the seconds in the file that WAYFARE_CLOCK_FILE names, which a browser journey writes as it goes on.
"""

import os
import time
from pathlib import Path
from threading import Lock

import time_machine

_lock = Lock()
_ahead = 0.0
_traveller = None


def wanted_seconds() -> float:
    name = os.environ.get("WAYFARE_CLOCK_FILE")
    further = Path(name).read_text() if name and Path(name).exists() else ""
    return float(os.environ.get("WAYFARE_CLOCK_AHEAD") or 0) + float(further.strip() or 0)


def follow() -> None:
    """Move this process to the time that is asked for; asked again at every request and task."""
    global _ahead, _traveller
    seconds = wanted_seconds()
    with _lock:
        if seconds == _ahead:
            return
        if _traveller is not None:
            _traveller.stop()
        _traveller = time_machine.travel(time.time() + seconds, tick=True)
        _traveller.start()
        _ahead = seconds


class ClockMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        follow()
        return self.get_response(request)
