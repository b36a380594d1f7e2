import os
from argparse import FileType
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kit.days import start_of_day
from workers import journal
from workers.journal import paper as on_paper
from workers.journal.together import Unfinished, spelled_as_seals, verify_together
from workers.journal.verifying import NotLookedAt
from workers.rules.seals.replay import Sealed


class Command(BaseCommand):
    """With --since, what is said of the chains that were looked at is as sound as without; of all others nothing is
    proved but that the seals hold among themselves. See `workers.journal.together`."""

    help = (
        "Check the journal: every line by its hash and its mark, every chain by its head, and all against the seals "
        "kept outside the database. Exits 1 and names the place when something does not hold."
    )

    def add_arguments(self, parser):
        parser.add_argument("--worker", type=int, metavar="ID", help="only this worker's chain, without the seals")
        parser.add_argument(
            "--jobs",
            type=int,
            metavar="N",
            default=len(os.sched_getaffinity(0)),
            help="so many processes; else a core each",
        )
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="DAY",
            help="only chains with a line entered on that day (YYYY-MM-DD) or later, or named by a seal made since; "
            "these whole. Nothing is proved of the others",
        )
        parser.add_argument(
            "--paper",
            type=FileType(encoding="utf-8"),
            metavar="FILE",
            help="codes read from printed seals, a line each",
        )

    def handle(self, *, worker: int | None, paper, jobs: int, since: date | None, **options):
        moment = since and start_of_day(since)
        counts, sealed = Counter(), Sealed(since=spelled_as_seals(moment) if moment else "")
        faults = self._all(sealed, counts, jobs, moment) if worker is None else journal.verify(worker)
        if paper:
            faults = chain(on_paper.faults(paper), faults)
        try:
            found = self._tell(faults)
        except Unfinished as error:
            raise CommandError(f"Not all of the journal was looked through: {error}", returncode=1) from error
        if found.keys() - {NotLookedAt}:
            raise CommandError(f"The journal does not hold: {found.total()} faults.", returncode=1)
        if found:
            raise CommandError("The journal holds against every place for seals that answered.", returncode=1)
        self.stdout.write("The journal holds.")
        if worker is None:
            only = f", those that moved since {since}" if since else ""
            self.stdout.write(f"{counts['lines']} lines of {counts['chains']} workers{only}; {_newest(sealed)}.")

    def _all(self, sealed: Sealed, counts: Counter, jobs: int, since: datetime | None) -> Iterator:
        yield from journal.verify_seals(sealed)
        yield from verify_together(jobs=jobs, sealed=sealed, counts=counts, since=since)

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
