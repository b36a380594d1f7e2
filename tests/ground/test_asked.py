"""Asked to end many times at once, a process ends."""

import subprocess
import sys

from tests.template_database import ROOT

MANY_AT_ONCE = """
import os, signal, threading
from config.keeping.asked import Asked
asked = Asked()
signal.signal(signal.SIGTERM, lambda *_: asked.set())
def ask():
    for _ in range(20_000):
        os.kill(os.getpid(), signal.SIGTERM)
asking = threading.Thread(target=ask)
asking.start()
while asking.is_alive():
    asked.wait(0.001)
print(asked.is_set())
"""


def test_a_signal_in_the_midst_of_a_signal_holds_up_nobody():
    done = subprocess.run([sys.executable, "-c", MANY_AT_ONCE], cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert done.stdout == "True\n"
