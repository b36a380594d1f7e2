"""`python config/keeping/leash.py PARENT command...`: runs the command, and has it asked to end when its parent dies.

A supervisor that is killed takes nobody with it by itself: its web server would go on and hold the port.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == int(parent):  # it may have died before we asked
        os.execv(sys.executable, [sys.executable, *command])
