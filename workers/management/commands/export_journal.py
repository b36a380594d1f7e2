from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workers.journal.exporting import export
from workers.journal.places import PlaceDiffers, keep_outside
from workers.journal.seals import SealsAltered


class Command(BaseCommand):
    help = (
        "Seal the journal and write all of it to a file, which `python -m workers.rules.seals FILE SEALS PUBLIC_KEY` "
        "checks anywhere. The file holds what the journal says of people: keep it as you keep the database."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options):
        now = timezone.now()
        try:
            count, sealing = export(file, at=now)
        except (PlaceDiffers, SealsAltered, OSError) as error:
            raise CommandError(f"Not exported: {error}.", returncode=1) from error
        self.stdout.write(f"{count} lines, covered by seal {sealing.seal.number}.")
        for fault in sealing.left_out:
            self.stdout.write(str(fault))
        for kept in keep_outside(at=now):
            if kept.error:
                self.stdout.write(f"Not kept in {kept}")
