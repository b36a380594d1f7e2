"""docs/benchmarks.md, in which a new measurement replaces only its own rows."""

import json
import os
import platform
import re
from datetime import date
from pathlib import Path

from benchmarks import Figure

REPORT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Figures

Written by `make bench`; `make bench NAME=booking` measures one figure anew and leaves the others. Each number is the
median of its runs. Times move by 2x from hour to hour on a small machine: compare within one run.

| figure | measured | peer | runs | on | machine |
|---|---|---|---|---|---|
"""
ROW = re.compile(r"^\| `(?P<name>[^`]+)`.*$", re.MULTILINE)
NOT_MEASURED = ("name", "peer", "runs", "row")


def write_report(figure: Figure, rows: list[dict], *, on: date) -> None:
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else HEAD
    kept = {match["name"]: match[0] for match in ROW.finditer(text) if not belongs(match["name"], figure)}
    new = {title(row): as_line(row, figure=figure, on=on) for row in rows}
    lines = [line for _, line in sorted({**kept, **new}.items())]
    REPORT.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def belongs(name: str, figure: Figure) -> bool:
    return name == figure.name or name.startswith(f"{figure.name}: ")


def title(row: dict) -> str:
    """A figure of several rows tells them apart by `row`."""
    return f"{row['name']}: {row['row']}" if "row" in row else row["name"]


def as_line(row: dict, *, figure: Figure, on: date) -> str:
    numbers = ", ".join(f"{key} {shown(value)}" for key, value in row.items() if key not in NOT_MEASURED)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    name = f"`{title(row)}`" + (f" {figure.what}" if figure.what else "")
    return f"| {name} | {numbers} | {row.get('peer', '')} | {row['runs']} | {on} | {machine} |".replace("\n", " ")


def shown(value) -> str:
    return f"**{value:,}**" if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)
