"""What such a process does first and how it speaks. It starts fast because nothing here is of Django."""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterable

OUT_OF_MEMORY = 3  # how the process ends
FEW_FILES = 32
NO_CORE = 1  # byte: with 0 the kernel would still hand one to a program that collects them
LONGEST_LINE = 16 * 1024 * 1024


class Refused(Exception):
    """The name of the refusal, and what its words need."""


def confine(*, memory: int, seconds: int, wait: int) -> None:
    """No more memory, processor time and time by the clock than these; no file written, no core left behind.

    The clock is watched by whoever started the process too. Here it ends one whose starter has died.
    """
    few = {resource.RLIMIT_NOFILE: FEW_FILES, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: NO_CORE}
    for what, most in {resource.RLIMIT_AS: memory, **few}.items():
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    signal.setitimer(signal.ITIMER_REAL, wait)


def tell_all(things: Iterable, *, told: int) -> None:
    """Print each as a line of JSON, `told` bytes in all at most, and at last how it ended."""
    try:
        for thing in things:
            line = _line(thing)
            told -= len(line)
            if told < 0 or len(line) > LONGEST_LINE:
                raise Refused("TooBig")
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.write(_line({"end": True}))
    except Refused as refusal:
        sys.stdout.buffer.write(_line({"refused": refusal.args}))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: there is no room left for words


def _line(thing) -> bytes:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
