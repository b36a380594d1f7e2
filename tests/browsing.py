"""Debian's Chromium through Playwright; Playwright's own browser download is not used.

Its headless shell draws the same pages by the same engine as the whole browser, without what belongs to windows, for
half the work. Where the shell is not installed the whole browser serves.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

PROGRAMS = ("chromium-headless-shell", "chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds: longer than any answer of an idle machine, so that only a busy one uses them."""


@contextmanager
def open_browser():
    expect.set_options(timeout=PATIENCE)
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), PROGRAMS[0])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


def keep_shot(page, name: str) -> None:
    """A picture of the whole page into the folder that WAYFARE_SHOTS names; nothing otherwise."""
    if folder := os.environ.get("WAYFARE_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
