"""Check an export of the journal with nothing but its seals and the public key:

    python -m workers.rules.seals EXPORT SEALS PUBLIC_KEY [--paper CODES]

EXPORT is what `manage.py export_journal` wrote, SEALS a folder of seals, PUBLIC_KEY a file with one or more keys as
`manage.py seal_journal --public-key` prints them, CODES what was read from printed seals, a line each. Needs no
database, no secret key and no Django. Exits 1 on a fault.
"""

import sys
from argparse import ArgumentParser
from itertools import chain
from pathlib import Path

from workers.rules.seals import export, paper
from workers.rules.seals.folder import Folder
from workers.rules.seals.keys import public_keys


def main(arguments: list[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m workers.rules.seals", description=__doc__.partition(":")[0])
    for name in ("export", "seals", "public_key"):
        parser.add_argument(name, type=Path, metavar=name.upper())
    parser.add_argument("--paper", type=Path, metavar="CODES")
    given = parser.parse_args(arguments)
    folder = Folder(given.seals)
    check = export.Check(folder, trusted=public_keys(given.public_key.read_text()))
    codes = given.paper.read_text().splitlines() if given.paper else ()
    with given.export.open(encoding="utf-8", newline="\n") as lines:
        count = 0
        faults = chain(paper.faults(codes, folder.text), check.faults(lines))
        for count, fault in enumerate(faults, start=1):  # noqa: B007  counted
            print(fault)
    print(f"The export does not hold: {count} faults." if count else check.said())
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
