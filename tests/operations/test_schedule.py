"""The clock comes back whatever became of its file, and whatever time the machine believed it was."""

from datetime import timedelta

import pytest
from celery import Celery

from operations.schedule import Schedule

EVERY_MINUTE = {"task": "operations.clock.forget_old", "schedule": 60}


@pytest.fixture
def clock(tmp_path, monkeypatch):
    """Starts it on one file; what it sent is kept."""
    app = Celery(set_as_current=False)
    app.conf.update(beat_schedule={"a": EVERY_MINUTE}, enable_utc=True, result_expires=None)
    sent = []
    monkeypatch.setattr(Schedule, "apply_entry", lambda self, entry, producer=None: sent.append(entry.name))

    def start() -> Schedule:
        started = Schedule(app, schedule_filename=str(tmp_path / "schedule"), Producer=lambda *_, **__: None)
        started.sent = sent
        return started

    return start


def damage(path, how) -> None:
    content = path.read_bytes()
    path.write_bytes(how(content))


@pytest.mark.parametrize(
    "how",
    [lambda c: b"", lambda c: c[:100], lambda c: c[: len(c) // 2], lambda c: c.replace(b"last", b"\x00\x00\x00\x00")],
)
def test_a_file_that_a_death_has_cut_off_is_begun_anew(clock, tmp_path, how):
    clock().close()
    for path in tmp_path.iterdir():
        damage(path, how)

    assert list(clock().schedule) == ["a"]


def test_what_ran_in_the_future_runs_from_now_on(clock, time_machine):
    """The machine believed it was tomorrow, and was put right."""
    ran = clock()
    ran.schedule["a"].last_run_at += timedelta(days=1)
    ran.close()

    assert clock().schedule["a"].is_due().next <= 60


def test_a_clock_that_is_turned_back_while_it_runs_goes_on(clock, time_machine):
    running = clock()
    running.tick()
    time_machine.move_to(running.schedule["a"].default_now() - timedelta(hours=3))

    running.tick()
    time_machine.shift(timedelta(seconds=61))
    running.tick()

    assert running.sent == ["a"]
