from argparse import FileType
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from workers import journal
from workers.journal import paper as on_paper
from workers.journal.verifying import NotLookedAt
from workers.rules.seals.replay import Sealed


class Command(BaseCommand):
    help = (
        "Check the journal: every line by its hash and its mark, every chain by its head, and all against the seals "
        "kept outside the database. Exits 1 and names the place when something does not hold."
    )

    def add_arguments(self, parser):
        parser.add_argument("--worker", type=int, metavar="ID", help="only this worker's chain, without the seals")
        parser.add_argument(
            "--paper",
            type=FileType(encoding="utf-8"),
            metavar="FILE",
            help="codes read from printed seals, a line each",
        )

    def handle(self, *, worker: int | None, paper, **options):
        counts, sealed = Counter(), Sealed()
        faults = self._all(sealed, counts) if worker is None else journal.verify(worker)
        if paper:
            faults = chain(on_paper.faults(paper), faults)
        found = self._tell(faults)
        if found.keys() - {NotLookedAt}:
            raise CommandError(f"The journal does not hold: {found.total()} faults.", returncode=1)
        if found:
            raise CommandError("The journal holds against every place for seals that answered.", returncode=1)
        self.stdout.write("The journal holds.")
        if worker is None:
            self.stdout.write(f"{counts['lines']} lines of {counts['chains']} workers; {_newest(sealed)}.")

    def _all(self, sealed: Sealed, counts: Counter) -> Iterator:
        yield from journal.verify_seals(sealed)
        yield from journal.verify_all(sealed=sealed, counts=counts)

    def _tell(self, faults: Iterable) -> Counter:
        """Returns how many of each kind."""
        kinds = Counter()
        for fault in faults:
            kinds[type(fault)] += 1
            self.stdout.write(str(fault))
        return kinds


def _newest(sealed: Sealed) -> str:
    if sealed.last:
        return f"seal {sealed.last.number} of {sealed.last.sealed_at} is the last"
    return "no seal yet" if settings.WAYFARE_SEALS else "held against no seal, for WAYFARE_SEALS names no place"
