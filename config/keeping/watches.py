"""What the supervisor looks at beside whether its processes run: who is deaf, and whether the database is up."""

import time
from contextlib import suppress
from urllib.error import URLError
from urllib.request import urlopen

from django.db import DatabaseError, connection

from config import databases, embedded, environment
from config.keeping.supervisor import Child, Supervisor

SECONDS_BETWEEN = 5
SECONDS_BETWEEN_LOOKS_AT_THE_DATABASE = 1


class Watches:
    """Nobody is blamed for silence while the database could not be written to.

    `web` says at which port each web process can be asked alone: at the public one any of them answers.
    """

    def __init__(self, *, web: dict[str, int], deaf_after: float):
        self.web = web
        self.deaf_after = deaf_after
        self.database_since = time.monotonic()
        self.web_since = dict.fromkeys(web, time.monotonic())

    def all(self) -> tuple:
        own_database = [(SECONDS_BETWEEN_LOOKS_AT_THE_DATABASE, self.look_after_database)]
        return (
            *(own_database if databases.is_embedded() else []),
            (SECONDS_BETWEEN, self.look_at_web),
            (SECONDS_BETWEEN, self._look_at_signs_and_let_go),
        )

    def look_after_database(self, supervisor: Supervisor) -> None:
        if embedded.keep_up(environment.VAR):
            print("The database had died and is up again.", flush=True)

    def look_at_web(self, supervisor: Supervisor) -> None:
        for child in [child for child in supervisor.running() if child.name in self.web]:
            if child.age < self.deaf_after or web_answers(self.web[child.name]):
                self.web_since[child.name] = time.monotonic()
            elif time.monotonic() - self.web_since[child.name] > self.deaf_after:
                child.kill(f"no answer for {self.deaf_after:g} s")

    def _look_at_signs_and_let_go(self, supervisor: Supervisor) -> None:
        try:
            self.look_at_signs(supervisor)
        finally:
            connection.close()

    def look_at_signs(self, supervisor: Supervisor) -> None:
        from operations import watching

        try:
            signs = {sign.name: sign for sign in watching.signs()}
            idle = watching.idle_on_late_queues()
        except DatabaseError:
            self.database_since = time.monotonic()
            return
        if time.monotonic() - self.database_since > self.deaf_after:
            for child in list(supervisor.running()):
                if why := self._why_deaf(child, signs, idle):
                    child.kill(why)

    def _why_deaf(self, child: Child, signs: dict, idle: set[str]) -> str:
        """By name: another machine, and each container, has processes with the same numbers."""
        name = child.command.sign
        if not name or child.age < self.deaf_after:
            return ""
        if name not in signs or signs[name].pid != child.pid:
            return "not heard of since its start"
        late = name in idle and child.age > 2 * self.deaf_after
        return signs[name].why_deaf or ("no task reaches it" if late else "")


def web_answers(port: int) -> bool:
    with suppress(URLError, OSError):
        urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        return True
    return False
