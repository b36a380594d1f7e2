"""`make mutants`: change the pure rules a little, one change at a time, and see which changes no test notices.

mutmut makes the changes and runs the tests that touch them (`[tool.mutmut]` in pyproject.toml). A change that no test
noticed is either killed by a new test that names the rule, or listed in `mutants_left.txt` with the reason. The share
killed goes into docs/benchmarks.md, a row a module; unknown changes that survived are printed and end in 1.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from benchmarks import Figure
from benchmarks.report import write_report

ROOT = Path(__file__).resolve().parent.parent
CHANGED = ROOT / "mutants"
LEFT = Path(__file__).with_name("mutants_left.txt")
SURVIVED = "survived"
FIGURE = Figure(
    name="mutants",
    measure=dict,
    runs=1,
    what="Small changes to a pure rule: how many there are, and what share a test notices.",
)


def main(*names: str) -> int:
    """`names` are mutmut's: `cases.contact.*` takes one folder anew; none takes all, in ten to twenty minutes."""
    if not names:
        shutil.rmtree(CHANGED, ignore_errors=True)
    environment = os.environ | {"WAYFARE_ENV": "test", "WAYFARE_VAR": str(ROOT / "var"), "WAYFARE_TEST_DB": "mutants"}
    children = os.environ.get("JOBS", "2")
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", children, *names], env=environment)
    rows, unknown = [], []
    for path in sorted(CHANGED.glob("**/*.py.meta")):
        verdicts = verdicts_of(path)
        if verdicts:
            rows.append(row_of(path, verdicts))
            unknown += [name for name, verdict in verdicts.items() if verdict == SURVIVED and name not in reasons()]
    write_report(FIGURE, rows, on=date.today())
    print("\n".join(["", *map(json.dumps, rows), *unknown]))
    return 1 if unknown else 0


def verdicts_of(path: Path) -> dict[str, str]:
    """{mutant: killed, survived or timed out} of one module; those not run are left out."""
    from mutmut.stats import status_by_exit_code

    codes = json.loads(path.read_text())["exit_code_by_key"]
    found = {name: status_by_exit_code[code] for name, code in codes.items() if code is not None}
    return {name: SURVIVED if status == "no tests" else status for name, status in found.items()}


def row_of(path: Path, verdicts: dict[str, str]) -> dict:
    counts = Counter(verdicts.values())
    known = sum(verdict == SURVIVED and name in reasons() for name, verdict in verdicts.items())
    killed = len(verdicts) - counts[SURVIVED]
    module = str(path.relative_to(CHANGED)).removesuffix(".meta")
    share = round(100 * killed / len(verdicts), 1)
    return {
        "name": "mutants",
        "row": module,
        "runs": 1,
        "changes": len(verdicts),
        "killed_percent": share,
        "known": known,
    }


def reasons() -> dict[str, str]:
    """{mutant: why nobody could notice it}, a line each: the name, two spaces, the reason."""
    lines = LEFT.read_text().splitlines() if LEFT.exists() else []
    return dict(line.split("  ", 1) for line in lines if line and not line.startswith("#"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
