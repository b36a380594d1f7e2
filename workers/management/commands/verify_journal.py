from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError

from workers import journal
from workers.journal import Fault


class Command(BaseCommand):
    help = "Recompute every hash of the journal. Exits 1 and names the place when a chain does not hold."

    def add_arguments(self, parser):
        parser.add_argument("--worker", type=int, metavar="ID", help="only this worker's chain")

    def handle(self, *, worker: int | None, **options):
        faults = journal.verify_all() if worker is None else journal.verify(worker)
        if found := self._tell(faults):
            raise CommandError(f"The journal does not hold: {found} faults.", returncode=1)
        self.stdout.write("The journal holds.")

    def _tell(self, faults: Iterable[Fault]) -> int:
        count = 0
        for fault in faults:
            count += 1
            self.stdout.write(str(fault))
        return count
