"""Processes that a measured one has started, with their own."""

from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """With their own, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it ended meanwhile
            for child in map(int, task.read_text().split()):
                found += [child, *children_of(child)]
    return found


def most_mb(pid: int) -> float:
    """What this process, or one of those, ever had in memory; 0 once they have ended."""
    return max((_most_kb(one) for one in (pid, *children_of(pid))), default=0) / 1024


def _most_kb(pid: int) -> int:
    with suppress(OSError):
        said = Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2]
        return int(said.split()[0]) if said else 0
    return 0
