"""Figures, measured on demand by `make bench` and never as timed tests.

A module `bench_*.py` has functions marked `@figure("name")`. Each does one run and returns (or yields, one dict a
row) what it measured: `{"rows_per_s": 1234}`. It may add words ("peer": what comparable software reaches).
The harness runs it `runs` times, takes the median of every number, prints one JSON line and keeps it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Measured = dict | Iterable[dict]


@dataclass(frozen=True)
class Figure:
    name: str
    measure: Callable[[], Measured]
    runs: int
    what: str  # the first line of the function's docstring


FIGURES: dict[str, Figure] = {}


def figure(name: str, *, runs: int = 3) -> Callable:
    """Register one run of a measurement; its docstring's first line tells what the figure means."""

    def register(measure: Callable[[], Measured]) -> Callable[[], Measured]:
        if name in FIGURES:
            raise ValueError(f"Two figures are called {name}.")
        what = (measure.__doc__ or "").strip().splitlines()
        FIGURES[name] = Figure(name=name, measure=measure, runs=runs, what=what[0] if what else "")
        return measure

    return register
