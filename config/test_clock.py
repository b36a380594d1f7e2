"""Lets a browser journey move time in the web and worker processes. Loaded only when WAYFARE_ENV=test.

The file named by WAYFARE_CLOCK_FILE holds how many seconds ahead of the real clock these processes should live.
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
    if not name or not Path(name).exists():
        return 0.0
    return float(Path(name).read_text().strip() or 0)


def follow() -> None:
    """Move this process to the time that the file asks for; asked again at every request and task."""
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
