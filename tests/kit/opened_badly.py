"""A process that opens files and does what the file says: whatever one that takes it over could do."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kit.apart.inside import LONGEST_LINE, confine, tell_all


def eats() -> Iterator:
    kept = []
    while True:
        kept.append(bytearray(1024 * 1024))
        yield ["more"]


def loops() -> Iterator:
    while True:
        pass
    yield


def hangs() -> Iterator:
    signal.pause()
    yield


def hangs_after_a_word() -> Iterator:
    yield ["said"]
    sys.stdout.flush()
    signal.pause()


def hangs_and_hears_nothing() -> Iterator:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    sys.stdout.close()
    signal.pause()
    yield


def speaks_without_a_break() -> Iterator:
    sys.stdout.write("x" * (LONGEST_LINE + 1000))
    sys.stdout.flush()
    signal.pause()
    yield


def dies() -> Iterator:
    yield ["said"]
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def leaves() -> Iterator:
    """As if all were said."""
    yield ["said"]
    sys.stdout.flush()
    os._exit(0)


def breaks() -> Iterator:
    yield ["said"]
    raise AssertionError


def looks_around() -> Iterator:
    yield sorted(os.environ)


def tells_limits() -> Iterator:
    """Of memory, processor time, files written, cores, files open."""
    kinds = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NOFILE")
    yield [resource.getrlimit(getattr(resource, kind))[0] for kind in kinds]


def writes() -> Iterator:
    kept = Path("/tmp") / f"kept-{os.getpid()}"
    try:
        kept.write_text("510")
    except OSError:
        yield ["refused"]
    finally:
        kept.unlink(missing_ok=True)


def leaves_somebody_behind() -> Iterator:
    yield [subprocess.Popen(["sleep", "600"]).pid]


def main() -> None:
    memory, seconds, wait, *_, told = json.loads(sys.argv[1])
    deed = sys.stdin.read()
    confine(memory=memory, seconds=seconds, wait=wait)
    if deed in globals():
        tell_all(globals()[deed](), told=told)
    else:
        sys.stdout.write(deed)  # says whatever stands in the file


if __name__ == "__main__":
    main()
