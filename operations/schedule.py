"""The clock's memory of what ran when: a file that may be cut off, or written while the machine's clock stood wrong."""

import logging
from contextlib import suppress

from celery.beat import PersistentScheduler

log = logging.getLogger(__name__)


class Schedule(PersistentScheduler):
    def setup_schedule(self):
        """Begun anew when it cannot be read, however it came to that: the clock must come back after any death."""
        try:
            super().setup_schedule()
        except Exception as error:
            log.warning("The schedule is begun anew: %s", type(error).__name__)
            self._let_go()
            self._remove_db()
            super().setup_schedule()
        self._forget_what_is_to_come()

    def _let_go(self) -> None:
        """Of what is broken nothing is written back, now or when Python clears it away."""
        if self._store is not None:
            self._store.cache = {}
            with suppress(Exception):
                self._store.dict.close()
            self._store = None

    def tick(self, *args, **kwargs):
        """Turned back while it runs, the machine's clock would keep it silent for as long."""
        if self._forget_what_is_to_come():
            self.populate_heap()
        return super().tick(*args, **kwargs)

    def _forget_what_is_to_come(self) -> bool:
        """What ran at a time that has not come yet would not run again before. Celery waits for it, days if need be."""
        wrong = [entry for entry in self.schedule.values() if entry.last_run_at > entry.default_now()]
        for entry in wrong:
            entry.last_run_at = entry.default_now()
        return bool(wrong)
