"""Whether somebody has asked this process to end, said by a signal."""

import time

SECONDS_BETWEEN_LOOKS = 0.2


class Asked:
    """Like an Event, without its lock: a handler runs in the midst of anything, and the second of two signals would
    wait for the lock of the first, which waits for the second. A web process stood like that and held the port.
    """

    def __init__(self):
        self._is_asked = False

    def set(self) -> None:
        self._is_asked = True

    def is_set(self) -> bool:
        return self._is_asked

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self._is_asked and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, SECONDS_BETWEEN_LOOKS))
        return self._is_asked
