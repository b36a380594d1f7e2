"""Takes texts to the broker behind the back of the page, several in one task when many come at once.

Telling the broker costs as much time as half a booking. So the page only drops the number of the message here; a
thread of this process gathers for a moment and carries what has come. A process that dies with texts in the bag loses
none of them: their rows are queued, and the sweep hands over what nobody carried.
"""

import atexit
import logging
import os
import time
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from queue import Empty, SimpleQueue
from threading import Lock, Thread

log = logging.getLogger(__name__)

GATHER_FOR = 0.05  # seconds
AT_ONCE = 10  # messages a task: the network is asked for one after the other


class Courier:
    """`carry(message_ids, queue)` tells the broker. The thread starts with the first text, in each process anew."""

    def __init__(self, carry: Callable[[list[int], str], None]):
        self._carry = carry
        self._begin()
        os.register_at_fork(after_in_child=self._begin)
        atexit.register(self.empty)

    def take(self, *, message_id: int, queue: str) -> None:
        self._bag.put((queue, message_id))
        if self._thread is None:
            self._start()

    def empty(self) -> None:
        """Carry all there is, now."""
        with self._carrying:
            waiting = sorted(self._all_there_is())
            for queue, texts in groupby(waiting, key=itemgetter(0)):
                message_ids = [message_id for _, message_id in texts]
                for first in range(0, len(message_ids), AT_ONCE):
                    self._carry_some(message_ids[first : first + AT_ONCE], queue)

    def _begin(self) -> None:
        """A forked child starts with an empty bag: what the parent took, the parent carries."""
        self._bag, self._carrying, self._starting = SimpleQueue(), Lock(), Lock()
        self._thread = None

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._bag.put(self._bag.get())  # wait for the first one, and leave it to `empty`
            time.sleep(GATHER_FOR)
            self.empty()

    def _all_there_is(self):
        try:
            while True:
                yield self._bag.get_nowait()
        except Empty:
            return

    def _carry_some(self, message_ids: list[int], queue: str) -> None:
        try:
            self._carry(message_ids, queue)
        except Exception:  # with the broker down the page has answered long ago, and the sweep finds the rows
            log.exception("The broker was not told of %s texts; the sweep will hand them over.", len(message_ids))
