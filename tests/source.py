"""The code of the apps as syntax trees, for tests that hold its shape."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
APPS = tuple(settings.JOURNEY)


@cache
def modules() -> dict[str, ast.Module]:
    """Path to tree of every module of the apps; migrations keep the words they were written with."""
    files = [file for app in ("kit", *APPS) for file in sorted((ROOT / app).rglob("*.py"))]
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files if "migrations" not in file.parts
    }
