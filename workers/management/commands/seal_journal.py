from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workers.journal import seals
from workers.journal.paper import printed
from workers.journal.places import Kept, PlaceDiffers, keep_outside
from workers.rules.seals.keys import as_pem


class Command(BaseCommand):
    help = (
        "Seal the journal: where all chains end, hashed, signed, numbered and kept in every place of WAYFARE_SEALS. "
        "Exits 1 when a chain is left out because Wayfare did not set its head, or a place did not take the seal."
    )

    def add_arguments(self, parser):
        parser.add_argument("--public-key", action="store_true", help="only print the key that tells a true seal")

        parser.add_argument("--paper", type=Path, metavar="PDF", help="print the new seal too, one page for the safe")

    def handle(self, *, public_key: bool, paper: Path | None, **options):
        if public_key:
            self.stdout.write(as_pem(seals.signing_keys()[0].public_key()))
            return
        now = timezone.now()
        try:
            sealing = seals.seal(at=now)
        except (PlaceDiffers, seals.SealsAltered) as error:
            raise CommandError(f"Not sealed: {error}.", returncode=1) from error
        done = keep_outside(at=now)
        if paper:
            paper.write_bytes(printed(sealing.seal))
        self._tell(sealing, [kept for kept in done if kept.error])

    def _tell(self, sealing: seals.Sealing, not_kept: list[Kept]):
        seal = sealing.seal
        self.stdout.write(f"Seal {seal.number}: {seal.lines} lines of {seal.chains} workers, root {seal.root}.")
        for fault in sealing.left_out:
            self.stdout.write(str(fault))
        for kept in not_kept:
            self.stdout.write(f"Not kept in {kept}")
        if sealing.left_out:
            raise CommandError(f"Not sealed as they stand: {len(sealing.left_out)} chains.", returncode=1)
        if not_kept:
            raise CommandError("Sealed, and not kept everywhere; it is tried again with the next seal.", returncode=1)
