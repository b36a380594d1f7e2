"""Whatever a file makes the process do that opens it, whoever asked goes on and learns how it ended."""

import os
import select
import threading
import time

import pytest

from kit.apart import outside
from kit.apart.inside import LONGEST_LINE
from kit.apart.outside import Broken, Ended, ManyAtOnce, OutOfMemory, OutOfTime, heard

MEMORY = 64 * 1024 * 1024


def hear(deed: str, *, seconds=5, wait=60, told=1_000_000) -> list:
    return list(heard("tests.kit.opened_badly", deed.encode(), (MEMORY, seconds, wait, told), wait=wait, told=told))


@pytest.mark.parametrize(
    "deed,limits,how",
    [
        ("eats", {"told": 2000}, OutOfMemory),
        ("dies", {}, OutOfMemory),
        ("loops", {"seconds": 1}, OutOfTime),
        ("hangs", {"wait": 0.3}, OutOfTime),
        ("hangs_and_hears_nothing", {"wait": 0.3}, OutOfTime),
        ("leaves", {}, Broken),
        ("breaks", {}, Broken),
    ],
)
def test_a_process_that_does_not_say_its_last_word_has_failed(deed, limits, how):
    with pytest.raises(Ended) as ended:
        hear(deed, **limits)

    assert ended.type is how


@pytest.mark.parametrize("said", ["[" * 200_000 + "\n", "no JSON\n", "1" * 5000 + "\n", "[]\n" * 40_000])
def test_nothing_that_it_says_harms_who_hears_it(said):
    with pytest.raises(Broken):
        hear(said, told=10_000)


def test_a_word_without_an_end_is_not_waited_for():
    with pytest.raises(Broken, match=f"said {LONGEST_LINE + 1} bytes"):
        hear("speaks_without_a_break")


def test_it_knows_no_key_of_ours():
    (names,) = hear("looks_around")

    assert set(names) <= {"LC_CTYPE"}  # which Python sets itself


def test_it_may_use_so_much_and_no_more():
    assert hear("tells_limits", seconds=7) == [[MEMORY, 7, 0, 1, 32]]


def test_it_can_write_no_file():
    assert hear("writes") == [["refused"]]


def test_what_it_started_goes_with_it():
    things = heard("tests.kit.opened_badly", b"leaves_somebody_behind", (MEMORY, 5, 60, 1000), wait=60, told=1000)
    (number,) = next(things)
    left_behind = os.pidfd_open(number)

    things.close()

    ended, _, _ = select.select([left_behind], [], [], 30)
    os.close(left_behind)
    assert ended == [left_behind]


def test_so_many_wait_and_no_more_so_that_pages_have_threads_left():
    held = [heard("tests.kit.opened_badly", b"hangs_after_a_word", (MEMORY, 5, 60, 1000), wait=60, told=1000)
            for _ in range(2)]  # fmt: skip
    for things in held:
        next(things)
    waiting = [threading.Thread(target=hear, args=["looks_around"]) for _ in range(2)]
    for thread in waiting:
        thread.start()
    while outside.PLACES._value:
        time.sleep(0.01)

    began = time.monotonic()
    with pytest.raises(ManyAtOnce):
        hear("looks_around")
    took = time.monotonic() - began

    for things in held:
        things.close()
    for thread in waiting:
        thread.join()
    assert (took < outside.TURN / 2, hear("looks_around") != []) == (True, True)


def test_so_many_files_are_opened_at_once_and_the_next_waits_for_its_turn(monkeypatch):
    """However the others end: said, refused, broken off or let go."""
    monkeypatch.setattr(outside, "TURN", 0)
    held = [heard("tests.kit.opened_badly", b"hangs_after_a_word", (MEMORY, 5, 60, 1000), wait=60, told=1000)
            for _ in range(2)]  # fmt: skip
    for things in held:
        next(things)

    with pytest.raises(ManyAtOnce):
        hear("looks_around")
    for things in held:
        things.close()
    for _ in range(3):
        assert hear("looks_around")
        with pytest.raises(Broken):
            hear("leaves")
