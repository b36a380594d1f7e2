"""Every PDF as it comes out of the printer: one PNG a sheet of paper."""

import subprocess
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.pictures.album import Picture

DOTS_AN_INCH = 100
MOST_SHEETS = 3


def print_paper(paper: Picture, context: BrowserContext, *, path: str, folder: Path) -> list[Path]:
    """The first sheets; a paper that is not answered with 200 is an error."""
    answer = context.request.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{paper.name}: {path} answered {answer.status}")
    file = folder / f"{paper.name}.pdf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(answer.body())
    options = ["-png", "-r", str(DOTS_AN_INCH), "-l", str(MOST_SHEETS)]
    subprocess.run(["pdftoppm", *options, str(file), str(file.with_suffix(""))], check=True)
    return sorted(file.parent.glob(f"{file.stem}-[0-9]*.png"))
