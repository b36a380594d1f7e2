from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workers.journal import seals
from workers.journal.paper import printed
from workers.rules.seals.keys import as_pem


class Command(BaseCommand):
    help = (
        "Seal the journal: where all chains end, hashed, signed, numbered and kept in every folder of WAYFARE_SEALS. "
        "Exits 1 when a chain is left out because Wayfare did not set its head."
    )

    def add_arguments(self, parser):
        parser.add_argument("--public-key", action="store_true", help="only print the key that tells a true seal")

        parser.add_argument("--paper", type=Path, metavar="PDF", help="print the new seal too, one page for the safe")

    def handle(self, *, public_key: bool, paper: Path | None, **options):
        if public_key:
            self.stdout.write(as_pem(seals.signing_keys()[0].public_key()))
            return
        try:
            sealing = seals.seal(at=timezone.now())
            seals.keep_outside()
        except (seals.PlaceDiffers, OSError) as error:
            raise CommandError(f"Not sealed: {error}.", returncode=1) from error
        if paper:
            paper.write_bytes(printed(sealing.seal))
        self._tell(sealing)

    def _tell(self, sealing: seals.Sealing):
        seal = sealing.seal
        self.stdout.write(f"Seal {seal.number}: {seal.lines} lines of {seal.chains} workers, root {seal.root}.")
        for fault in sealing.left_out:
            self.stdout.write(str(fault))
        if sealing.left_out:
            raise CommandError(f"Not sealed as they stand: {len(sealing.left_out)} chains.", returncode=1)
