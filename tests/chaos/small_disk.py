"""A disk of a system's own that can be filled without harm to anybody else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = "3g"


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Under `folder`/var; whether there is one, for not everybody may mount."""
    var = folder / "var"
    var.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(var)]
    is_mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(var)], check=True)
