"""docs/chaos.md: what `make chaos` found, in figures."""

import os
import platform
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median, quantiles

REPORT = Path(__file__).resolve().parents[2] / "docs" / "chaos.md"

WHAT = """\
People send rosters, book seats, have letters issued and send crowds to fairs; texts leave through a network that drops,
lies and repeats; the night's work runs over and over. Meanwhile processes die (SIGKILL). After each round all is
reckoned up: what was asked for against the database, what the network took against the outbox, `check_invariants`,
`verify_journal`.
"""
BACK = """\
From the kill until somebody new does the work: a worker listens at its queues, a web process answers at its own port,
the broker has what the clock sent (each half minute), the database answers. Killed again and again, a process is
started after a growing pause of at most 30 s.
"""


@dataclass
class Told:
    """`alone` are pairs (deed, kill) from rest; the rest adds up over the rounds."""

    kills: int
    seed: int
    on: date
    has_small_disk: bool
    alone: list = field(default_factory=list)
    campaign: object = None
    last: dict = field(default_factory=dict)
    minutes: float = 0

    def add(self, campaign, found: dict) -> None:
        self.campaign, self.last = campaign, found

    @property
    def wrong(self) -> list[str]:
        found = [f"{what}: {each}" for what in ("lost", "doubled", "broken") for each in self.last.get(what, [])]
        return found + (self.campaign.trouble if self.campaign else [])

    @property
    def is_wrong(self) -> bool:
        return bool(self.wrong)

    def line(self) -> str:
        killed = len(self.campaign.recoveries.kills)
        return f"round {self.campaign.rounds}: {killed} killed, {dict(self.campaign.heard)}, wrong: {self.wrong}"


def write(told: Told) -> None:
    REPORT.write_text("\n".join(_lines(told)) + "\n", encoding="utf-8")


def _lines(told: Told):
    campaign, ledger = told.campaign, told.campaign.ledger
    asked = {"people on rosters": "people", "seats": "seats", "letters": "letters", "people sent to fairs": "crowd"}
    yield "# Chaos"
    yield ""
    yield f"Written by `make chaos KILLS={told.kills} SEED={told.seed}` on {told.on}: {os.cpu_count()} cores, Python"
    yield f"{platform.python_version()}, {told.minutes:.0f} minutes, {campaign.rounds} rounds, other work beside it"
    yield f"or not: load {os.getloadavg()[2]:.1f} at its end. A busy machine takes twice as long and more."
    yield ""
    yield WHAT
    yield "| | |"
    yield "|---|---|"
    yield f"| killed | **{len(campaign.recoveries.kills)}** of {told.kills} that were asked for |"
    yield f"| asked for | {', '.join(f'{len(ledger[key]):,} {words}' for words, key in asked.items())} |"
    yield f"| texts | {', '.join(f'{number:,} {state}' for state, number in sorted(told.last['texts'].items()))} |"
    yield f"| lost | **{len(told.last['lost'])}** |"
    yield f"| doubled | **{len(told.last['doubled'])}** |"
    yield f"| invariants and journal | {'; '.join(told.last['broken']) or 'hold'} |"
    yield f"| answers | {', '.join(f'{n:,} x {status}' for status, n in sorted(campaign.heard.items(), key=str))} |"
    for wrong in told.wrong[:20]:
        yield f"| wrong | {wrong} |"
    yield ""
    yield "## Back in how many seconds"
    yield ""
    yield BACK
    yield from _table("under work", _by_kind(campaign.recoveries.kills))
    yield ""
    yield from _table("from rest, alone", _by_deed(told.alone))
    yield ""
    yield "## What was done"
    yield ""
    for deed, times in sorted(Counter(campaign.monkey.struck).items()):
        yield f"- {deed}: {times}"
    if not told.has_small_disk:
        yield "- disk full: not tried, this user may not mount a disk to be filled"


def _table(title: str, rows: dict[str, list[float]]):
    yield f"| {title} | kills | median | p95 | max |"
    yield "|---|---|---|---|---|"
    for kind, seconds in sorted(rows.items()):
        p95 = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
        yield f"| {kind} | {len(seconds)} | {median(seconds):.1f} | {p95:.1f} | {max(seconds):.1f} |"


def _by_kind(kills) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for kill in kills:
        found.setdefault(kill.kind, []).append(kill.back)
        found.setdefault("all", []).append(kill.back)
    return found


def _by_deed(pairs) -> dict[str, list[float]]:
    """Until the last of those killed together is back."""
    found: dict[str, list[float]] = {}
    together: dict[tuple, float] = {}
    for deed, kill in pairs:
        key = (deed, round(kill.at))
        together[key] = max(together.get(key, 0), kill.back)
    for (deed, _), seconds in together.items():
        found.setdefault(deed, []).append(seconds)
    return found
