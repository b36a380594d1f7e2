"""Rounds of work under faults, each reckoned up afterwards: nothing lost, nothing doubled."""

import json
import random
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import psycopg

from operations.queues import QUEUES
from tests.chaos.asking import Round
from tests.chaos.faults import LATEST, Monkey, Recoveries
from tests.chaos.served import NOON, ServedSystem, until

SETTLING = [LATEST + timedelta(minutes=minutes) for minutes in (20, 45, 120, 310, 330)]
"""After noon: beyond the tries of a text that the network did not take, and what a dead process had begun to send. By
then it is half past seven in the evening, so that no text waits for the morning."""
UNDER_WAY = "SELECT count(*) FROM notifications_message WHERE state IN ('queued', 'sending')"
EVERY_FEW_MINUTES = ("notifications.clock.sweep", "fairs.clock.catch_up", "workers.imports.clock.restart_lost")


class Campaign:
    """`found` is what the last reckoning says; `told` what happened on the way."""

    def __init__(self, system: ServedSystem, *, seed: int):
        self.system = system
        self.chance = random.Random(seed)
        self.recoveries = Recoveries(system)
        self.monkey = Monkey(system, self.recoveries, random.Random(seed + 1))
        self.rounds = 0
        self.heard: Counter = Counter()
        self.ledger: dict[str, list] = {"people": [], "seats": [], "letters": [], "crowd": []}
        self.trouble: list[str] = []
        self.found: dict = {}

    def __enter__(self):
        self.recoveries.__enter__()
        return self

    def __exit__(self, *_):
        self.recoveries.__exit__()

    def round(self, deeds: list[str], *, pause: float) -> dict:
        """Everybody at work, and these faults at random moments, `pause` seconds apart on the average."""
        self.rounds += 1
        self.system.be_at(NOON)
        people = json.loads(self.system.run_inside("tests.chaos.people", "lay_out", str(self.rounds)).splitlines()[-1])
        asked = Round(self.system, self.rounds, people, self.chance)
        self.monkey.misbehave()
        asked.begin()
        for deed in deeds:
            time.sleep(self.chance.uniform(0, 2 * pause))
            self.monkey.strike(deed)
        self._until_calm(asked)
        for what, there in asked.ledger.items():
            self.ledger[what] += there
        self.heard += asked.heard
        self.trouble += asked.trouble
        return self.reckon()

    def until_all_are_back(self) -> None:
        until(self.recoveries.all_are_back)

    def reckon(self) -> dict:
        taken = [message.callback.rstrip("/").rpartition("/")[2] for message in self.system.network.taken]
        ledger, answer = self.system.folder / "ledger.json", self.system.folder / "found.json"
        ledger.write_text(json.dumps(self.ledger | {"taken": taken}))
        self.system.run_inside("tests.chaos.people", "reckon", str(ledger), str(answer))
        self.found = json.loads(answer.read_text())
        return self.found

    def _until_calm(self, asked: Round) -> None:
        """Whoever asks is answered, whoever died is back, and time passes until no text is under way."""
        self.until_all_are_back()
        asked.end()
        self.system.network.script.clear()
        until(self._queues_are_empty)
        for later in SETTLING:
            self.system.be_at(NOON + later)
            self._tick()
            asked.press_again()
        with suppress(AssertionError):  # what never leaves, the reckoning names
            until(self._all_have_left, patience=30)

    def _tick(self) -> None:
        """What the clock does every few minutes, until nothing is left to do at this hour."""
        self.system.send(*[(task, {}) for task in EVERY_FEW_MINUTES], queue="clock")
        until(self._queues_are_empty)
        time.sleep(0.2)  # texts are gathered for a moment before they are handed over
        until(self._queues_are_empty)

    def _all_have_left(self) -> bool:
        if under_way := self.system.count(UNDER_WAY):
            self._tick()
        return not under_way

    def _queues_are_empty(self) -> bool:
        with suppress(psycopg.Error):
            return not any(self.system.count(f"SELECT count(*) FROM pgmq.q_{queue}") for queue in QUEUES)
        return False
