"""Web, worker and clock as three processes that start together and end together.

Why not one of the known supervisors: see docs/adr/0003-supervisor.md.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_END = 25  # gunicorn gives open requests 10 s; a letter being rendered takes less


class Supervisor:
    """Runs named commands until one ends or a signal comes, then asks all of them to end.

    Each has a session of its own, so that Ctrl-C reaches only us, and we ask only the parents: a worker's children
    may finish what they are doing.
    """

    def __init__(self, commands: dict[str, list[str]]):
        self.commands = commands
        self.processes: dict[str, subprocess.Popen] = {}
        self.asked_to_end = False

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)
        for name, command in self.commands.items():
            self.processes[name] = subprocess.Popen([sys.executable, *command], cwd=ROOT, start_new_session=True)
        return self

    def __exit__(self, *_):
        self._end_all()

    def wait(self) -> int:
        """Until a signal (0) or until one process ends by itself (1)."""
        while not self.asked_to_end:
            if ended := self.first_ended():
                print(f"{ended} ended by itself ({self.processes[ended].returncode}); stopping the rest.", flush=True)
                return 1
            time.sleep(0.2)
        return 0

    def first_ended(self) -> str | None:
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def _note_signal(self, *_):
        self.asked_to_end = True

    def _end_all(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + SECONDS_TO_END
        for name, process in self.processes.items():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"{name} did not end in {SECONDS_TO_END} s; killed.", flush=True)
                process.kill()
                process.wait()
