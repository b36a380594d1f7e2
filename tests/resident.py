"""A process that lives inside a running system and does one deed after another, each in a fork that starts afresh.

To start a command takes three seconds, nearly all of them imports; a fork has them already. Each deed is one line of
JSON, a few lines of Python; the answer is one line, `[what it printed, ""]` or `["", what went wrong]`.
"""

import atexit
import contextlib
import io
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USED_BY_DEEDS = ("tests.staff.factories", "tests.workers.factories")


class Resident:
    """`do(...)` answers what the code printed; raises AssertionError with what went wrong."""

    def __init__(self, *, env: dict[str, str], log: Path):
        command = [sys.executable, "-m", "tests.resident"]
        self.log = log
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def do(self, code: str) -> str:
        print(json.dumps(code), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        said, wrong = json.loads(answer) if answer else ("", f"It is gone.\n{self.log.read_text()}")
        if wrong:
            raise AssertionError(f"{code}\n{wrong}")
        return said

    def leave(self) -> None:
        self.process.communicate()


def live() -> None:
    import django  # only here: the tests import the class above

    django.setup()
    for name in USED_BY_DEEDS:
        __import__(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            answer = deed(json.loads(line))
            atexit._run_exitfuncs()  # a process of its own would carry its last texts to the broker before it ends
            os.write(1, f"{json.dumps(answer)}\n".encode())
            os._exit(0)
        _, ended = os.waitpid(child, 0)
        if ended:
            os.write(1, f"{json.dumps(['', f'It ended with {ended}.'])}\n".encode())


def deed(code: str) -> tuple[str, str]:
    from config import test_clock  # it looks which environment this is

    test_clock.follow()
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, {"__name__": "deed"})
    except BaseException:
        return "", traceback.format_exc()
    return printed.getvalue(), ""


if __name__ == "__main__":
    live()
