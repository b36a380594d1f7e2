import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from insights.management import permissions


class Command(BaseCommand):
    help = "Write docs/permissions.md from the policies; --check only compares and exits 1 on a difference."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / "docs" / "permissions.md")

    def handle(self, *args, check, file, **options):
        with translation.override("en"):
            page = permissions.page()
        if check and (not file.exists() or file.read_text() != page):
            self.stdout.write(f"differs: {file.name}")
            sys.exit(1)
        if not check:
            file.write_text(page)
