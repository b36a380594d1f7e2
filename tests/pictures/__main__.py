"""`python -m tests.pictures [NAME...]`: every page and paper into shots/, or those whose name begins with NAME."""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("WAYFARE_ENV", "test")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("WAYFARE_TEST_DB", "pictures")
django.setup()

from tests.browsing import open_browser  # noqa: E402  Django comes first
from tests.pictures.album import PAGES, PAPERS, Picture  # noqa: E402
from tests.pictures.camera import Camera  # noqa: E402
from tests.pictures.papers import print_paper  # noqa: E402
from tests.pictures.scene import lay_out  # noqa: E402
from tests.pictures.sheets import make_sheet  # noqa: E402
from tests.running_system import ROOT, RunningSystem  # noqa: E402

SHOTS = ROOT / "shots"
DESK = 1280


def main(names: list[str]) -> int:
    started = time.monotonic()
    pages, papers = wanted(PAGES, names), wanted(PAPERS, names)
    if not pages and not papers:
        print(f"No picture is called {' or '.join(names)}. tests/pictures/album.py has the names.")
        return 2
    if not names:
        shutil.rmtree(SHOTS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, RunningSystem(folder=Path(folder)) as system:
        rows = lay_out(system)
        with open_browser() as browser:
            camera = Camera(browser, system.url, SHOTS, rows)
            camera.take_all(pages)
            printed = print_all(papers, camera)
    for picture in pages:
        make_sheet(picture.name, SHOTS)
    print(f"{camera.taken} pictures of {len(pages)} pages, {printed} sheets of {len(papers)} papers,", end=" ")
    print(f"{camera.found} things to look at, in {(time.monotonic() - started) / 60:.1f} minutes")
    print(f"Contact sheets: {SHOTS / 'sheets'}")
    return 0


def wanted(pictures: tuple[Picture, ...], names: list[str]) -> list[Picture]:
    return [picture for picture in pictures if not names or picture.name.startswith(tuple(names))]


def print_all(papers: list[Picture], camera: Camera) -> int:
    sheets = 0
    for paper in papers:
        context = camera.enter(paper.who, "zh", DESK)
        sheets += len(print_paper(paper, context, path=paper.path(camera.rows), folder=SHOTS))
        context.close()
    return sheets


sys.exit(main(sys.argv[1:]))
