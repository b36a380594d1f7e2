"""`python -m tests.chaos KILLS SEED` (`make chaos KILLS=1000 SEED=1`): so many processes killed; docs/chaos.md."""

import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from tests import environment  # noqa: F401  before anybody reads the settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("WAYFARE_TEST_DB", "chaos")

import django

django.setup()

from tests.chaos.campaign import Campaign  # noqa: E402
from tests.chaos.report import Told, write  # noqa: E402
from tests.chaos.served import ServedSystem  # noqa: E402
from tests.chaos.small_disk import small_disk  # noqa: E402
from tests.notifications.fake_twilio import FakeTwilio  # noqa: E402

FIGURES = 2  # times each
ALONE = ["a worker", "a web process", "the clock", "the database", "everything but the database", "everything"]
KILLING = [
    *["a worker", "a web process", "the clock", "all workers", "a worker and a web process"] * 2,
    *["all but the supervisor"] * 2, "the database", "everything but the database", "everything",
]  # fmt: skip
OTHERS = ["clock jumps", "database away, briefly", "database away", "broker away", "disk full", "two of everything"]
IN_A_ROUND = 60  # faults


def main(kills: int, seed: int) -> int:
    """0 only when nothing was lost, doubled or broken."""
    started = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(1))  # what it has started is ended, in the background too
    with ExitStack() as house:
        folder = Path(house.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        is_small = house.enter_context(small_disk(folder))
        network = house.enter_context(FakeTwilio())
        system = house.enter_context(ServedSystem(folder=folder, network=network))
        house.push(lambda kind, *_: kind and print(system.log("serve")[-8000:]))
        told = Told(kills=kills, seed=seed, on=date.today(), has_small_disk=is_small)
        told.alone = alone(system, seed)
        with Campaign(system, seed=seed) as campaign:
            while len(campaign.recoveries.kills) < kills and not told.is_wrong:
                told.add(campaign, campaign.round(faults(campaign, has_small_disk=is_small), pause=1))
                told.minutes = (time.monotonic() - started) / 60
                write(told)  # after each round: whoever ends it has what it found
                print(told.line()[:1500], flush=True)
    return int(told.is_wrong)


def faults(campaign: Campaign, *, has_small_disk: bool) -> list[str]:
    """Of a round: deaths, and one thing that is no death, each in its turn."""
    other = OTHERS[campaign.rounds % len(OTHERS)]
    chosen = campaign.chance.choices(KILLING, k=IN_A_ROUND)
    if other != "disk full" or has_small_disk:
        chosen.insert(campaign.chance.randrange(IN_A_ROUND), other)
    return chosen


def alone(system: ServedSystem, seed: int) -> list:
    """Each of these from rest, on a supervisor that has just been started, so that no earlier death counts."""
    kills = []
    for _ in range(FIGURES):
        for deed in ALONE:
            with Campaign(system, seed=seed) as campaign:
                campaign.monkey.strike(deed)
                campaign.until_all_are_back()
                kills += [(deed, kill) for kill in campaign.recoveries.kills]
                print(f"{deed}: back after {max(kill.back for kill in campaign.recoveries.kills):.1f} s", flush=True)
    return kills


if __name__ == "__main__":
    sys.exit(main(*map(int, (sys.argv[1:] + ["1000", "1"][len(sys.argv) - 1 :])[:2])))
