"""The code of the house as text, for rules about what stands in one place only."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("kit", "config", *settings.JOURNEY)


def lines_with(pattern: str, *, but=()) -> list[str]:
    """`file:line` of every line of app code that the pattern is found in, `but` those of the named files."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in but
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]
