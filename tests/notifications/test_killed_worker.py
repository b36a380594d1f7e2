"""A real worker process dies in the middle of a delivery. No text is lost and none goes out twice."""

import os
import subprocess
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.notifications.fake_twilio import ACCOUNT, FROM, TOKEN, FakeTwilio
from tests.running_system import RunningSystem

pytestmark = pytest.mark.xdist_group("killed_worker")  # they share one running system

PATIENCE = 240

QUEUE = """
from datetime import date
from django.utils import timezone
from areas.models import Area
from notifications import services, templates
from workers.models import Worker

templates.register("note", zh="第{{n}}条", en="No. {{n}}")
worker = Worker(area=Area.objects.get(pk=520524103200), sex="F", birth_date=date(1990, 1, 1), created_at=timezone.now())
worker.set_name("李国琴")
worker.set_phone("+86138000000{tens}0")
worker.save()
for n in range({first}, {first} + {count}):
    services.queue_message(
        worker=worker, template="note", context={{"n": n}}, dedupe_key=f"note:{{n}}", at=timezone.now()
    )
"""


class SystemWithTwilio(RunningSystem):
    """The running system, with a phone network of our own behind it."""

    def __init__(self, *, folder: Path, network: FakeTwilio):
        self.network = network
        super().__init__(folder=folder)
        self.database += "_twilio"
        self.parameters = {**self.parameters, "dbname": self.database}
        self.env = {**os.environ, **self.environment()}
        self.seconds_ahead = seconds_until_noon()
        self.pass_time(minutes=0)

    def environment(self):
        return super().environment() | {
            "WAYFARE_SMS_GATEWAY": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": FROM,
            "TWILIO_BASE_URL": self.network.url,
            "WAYFARE_LEASE_SECONDS": "2",
        }

    def pass_time(self, *, minutes: int) -> None:
        """For the clocks of web and worker."""
        self.seconds_ahead += 60 * minutes
        self.move_clock(seconds=self.seconds_ahead)

    def sweep_after(self, *, minutes: int) -> None:
        self.pass_time(minutes=minutes)
        self.tick("notifications.clock.sweep")

    @property
    def worker(self) -> subprocess.Popen:
        return self.processes[-1]

    def kill_worker(self) -> None:
        """As the kernel does when memory runs out: no goodbye."""
        self.worker.kill()
        self.worker.wait()

    def start_worker(self) -> None:
        self._spawn("worker2", "-m", "celery", "-A", "config", "worker", "--loglevel=info")

    def queue(self, count: int, *, first: int) -> None:
        self.python(QUEUE.format(count=count, first=first, tens=first // 10))

    def states(self, first: int) -> list[str]:
        """Of the ten texts from that number on."""
        rows = self.ask("SELECT state, dedupe_key FROM notifications_message ORDER BY id")
        return [state for state, key in rows if first <= int(key.removeprefix("note:")) < first + 10]


@pytest.fixture(scope="module")
def network():
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture(scope="module")
def system(tmp_path_factory, network):
    with SystemWithTwilio(folder=tmp_path_factory.mktemp("system"), network=network) as running:
        yield running


def seconds_until_noon() -> float:
    """By night a text would rightly wait for the morning."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    noon = now.replace(hour=12, minute=0, second=0)
    return ((noon if noon > now else noon + timedelta(days=1)) - now).total_seconds()


def until(question) -> None:
    deadline = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def arrived(network, numbers: range) -> Counter:
    """How often each of these texts is on its way to a phone."""
    counted = Counter(taken.body for taken in network.taken)
    return Counter({n: counted[f"【织金就业】第{n}条回复TD退订"] for n in numbers})


def invariants_broken(system) -> set[str]:
    """Those of texts. The command itself fails when any is broken."""
    counts = [line.split(maxsplit=1) for line in system.manage("check_invariants").splitlines()]
    assert ["0", "no_message_leaves_twice_in_a_round"] in counts
    return {name for count, name in counts if count != "0"}


def test_the_process_that_speaks_to_the_network_is_killed(system, network):
    network.next("take", "hold")
    system.queue(6, first=10)
    until(network.holding.is_set)

    system.kill_worker()
    system.start_worker()
    until(lambda: system.states(10).count("sent") == 5)  # its task comes back by itself, before any sweep
    assert system.states(10) == ["sent", "sending", "sent", "sent", "sent", "sent"]

    system.sweep_after(minutes=11)
    assert system.states(10) == ["sent", "unknown", "sent", "sent", "sent", "sent"]
    assert arrived(network, range(10, 16)) == dict.fromkeys(range(10, 16), 1)

    held = next(taken for taken in network.taken if "第11条" in taken.body)
    assert network.post_report(held, "delivered") == 204
    assert system.states(10) == ["sent", "delivered", "sent", "sent", "sent", "sent"]


def test_the_whole_worker_is_killed_and_the_sweep_brings_the_rest(system, network):
    network.holding.clear()
    network.next("hold")
    system.queue(4, first=20)
    until(network.holding.is_set)

    system.kill_worker()
    system.start_worker()
    system.sweep_after(minutes=11)
    until(lambda: system.states(20).count("sent") == 3)

    assert system.states(20) == ["unknown", "sent", "sent", "sent"]
    assert arrived(network, range(20, 24)) == dict.fromkeys(range(20, 24), 1)
    assert network.complaints == []
    assert invariants_broken(system) == set()
