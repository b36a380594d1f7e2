"""Hearing what is announced: a real receiver, connected for the length of a block."""

from contextlib import contextmanager

from django.dispatch import Signal

from cases import events as of_cases
from workers import events as of_workers

NAMES = {
    signal: name
    for events in (of_cases, of_workers)
    for name, signal in vars(events).items()
    if isinstance(signal, Signal)
}


@contextmanager
def heard(*signals):
    """A list of (name, arguments) in the order they were sent."""
    announced = []

    def listen(signal, sender, **kwargs):
        announced.append((NAMES[signal], kwargs))

    for signal in signals:
        signal.connect(listen)
    try:
        yield announced
    finally:
        for signal in signals:
            signal.disconnect(listen)
