"""Tasks that a test sends to the workers of a running system."""

import logging
import os
import signal
import time
from pathlib import Path

from celery import shared_task


@shared_task
def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task
def fail() -> None:
    raise LookupError("the words of an error may name a person")


@shared_task
def linger(*, until: str) -> None:
    while not Path(until).exists():
        time.sleep(0.05)


@shared_task
def tell() -> None:
    logging.getLogger("tests").warning("told")
