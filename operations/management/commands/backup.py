import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit.refusals import Refusal
from operations.backups import making


class Command(BaseCommand):
    help = "Database, files and seals in one encrypted file, read back before it gets its name."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, metavar="FOLDER", default=settings.WAYFARE_BACKUPS)

    def handle(self, *, to: Path, **options):
        started = time.monotonic()
        try:
            path = making.make(to, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        self.stdout.write(str(path))
        minutes, megabytes = (time.monotonic() - started) / 60, path.stat().st_size / 1e6
        self.stdout.write(
            f"{megabytes:.1f} MB in {minutes:.2f} minutes, read back. It opens only with today's FIELD_KEYS."
        )
