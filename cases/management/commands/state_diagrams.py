import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from cases.management import state_diagrams


class Command(BaseCommand):
    help = "Write docs/states from the state machines in the code; --check only compares and exits 1 on a difference."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs" / "states")

    def handle(self, *args, check, folder, **options):
        stale = state_diagrams.stale_pages(folder)
        for name in stale:
            self.stdout.write(f"{'differs' if check else 'written'}: {name}")
        if not check:
            state_diagrams.write(folder)
        elif stale:
            sys.exit(1)
