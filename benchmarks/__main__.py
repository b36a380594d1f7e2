"""`python -m benchmarks [NAME]`: measure all figures, or those whose name begins with NAME."""

import json
import os
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from benchmarks import FIGURES, Figure
from benchmarks.report import write_report
from config import memory


def main(prefix: str = "") -> int:
    django.setup()
    for module in sorted(Path(__file__).parent.glob("bench_*.py")):
        import_module(f"benchmarks.{module.stem}")
    memory.settle()  # as web and worker do
    chosen = [figure for name, figure in sorted(FIGURES.items()) if name.startswith(prefix)]
    if not chosen:
        print(f"No figure begins with {prefix!r}. There are: {', '.join(sorted(FIGURES)) or 'none'}", file=sys.stderr)
        return 1
    for figure in chosen:
        rows = measured(figure)
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        write_report(figure, rows, on=date.today())
    return 0


def measured(figure: Figure) -> list[dict]:
    """One dict a row of the figure: the median of each number over the runs, words from the last run.

    A row that is itself a median says of how many rounds, under "runs".
    """
    runs = [one_run(figure) for _ in range(figure.runs)]
    return [{"runs": figure.runs, **merge(same_row)} for same_row in zip(*runs, strict=True)]


def one_run(figure: Figure) -> list[dict]:
    found = figure.measure()
    rows = [found] if isinstance(found, dict) else list(found)
    return [{"name": figure.name, **row} for row in rows]


def merge(rows: list[dict]) -> dict:
    return {key: middle([row[key] for row in rows]) for key in rows[-1]}


def middle(values: list):
    """The median of numbers, rounded to what can be read; of anything else the last."""
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return values[-1]
    found = median(values)
    return round(found) if abs(found) >= 100 or found == int(found) else round(found, 2)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
