"""What a copy of a photo may cost. Apart from `copying.py`, so that nobody outside loads what opens photos."""

from typing import NamedTuple


class CopyLimits(NamedTuple):
    memory: int = 1024 * 1024 * 1024
    seconds: int = 30
    """Of the processor."""
    wait: int = 60
    """Seconds by the clock."""
    pixels: int = 100_000_000
    """Of a picture as it was sent, before any of it is unpacked."""
    pages: int = 20
    told: int = 24 * 1024 * 1024
