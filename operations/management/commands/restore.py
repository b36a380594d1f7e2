import time
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from kit.refusals import Refusal
from operations.backups import restoring
from operations.backups.refusals import NotConfirmed


class Command(BaseCommand):
    help = "Put a backup back: database, files and seals, all or nothing; then migrate and check everything."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="put it in the place of people who are there")

    def handle(self, *, file: Path, replace: bool, **options):
        started = time.monotonic()
        try:
            manifest = restoring.check_can_restore(file, replace=replace)
            if replace:
                self._ask(manifest)
            restoring.restore(file, manifest=manifest, at=timezone.now())
        except FileNotFoundError:
            raise CommandError(f"There is no file {file}.", returncode=1) from None
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        self.stdout.write(f"Restored the state of {manifest['made_at']} (version {manifest['version']}).")
        self._check(manifest)
        self.stdout.write(f"Back after {(time.monotonic() - started) / 60:.2f} minutes.")

    def _ask(self, manifest: dict) -> None:
        name = connection.settings_dict["NAME"]
        self.stdout.write(f"All of {name} gives way to the state of {manifest['made_at']}. Type {name} to go on:")
        if input().strip() != name:
            raise NotConfirmed

    def _check(self, manifest: dict) -> None:
        if missing := restoring.differences(manifest):
            raise CommandError(f"The counts differ: {'; '.join(missing[:5])}.", returncode=1)
        self.stdout.write(f"{sum(manifest['rows'].values())} rows, as many as were backed up.")
        call_command("migrate", verbosity=0, stdout=self.stdout)
        call_command("grant_rights", stdout=self.stdout)
        call_command("check_invariants", stdout=self.stdout)
        call_command("check_tallies", stdout=self.stdout)
        call_command("verify_journal", stdout=self.stdout)
