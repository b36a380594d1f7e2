"""A house of its own: database, folder and keys, to be backed up, lost and set up again."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings

from config import databases
from tests import template_database
from tests.template_database import ROOT

KEYS = {
    "FIELD_KEYS": "k1:" + base64.b64encode(b"1" * 32).decode(),
    "BLIND_INDEX_KEY": base64.b64encode(b"2" * 32).decode(),
}


class House:
    """A context. Its database is as `migrate` leaves it, or with nothing in it at all (`bare`)."""

    def __init__(self, folder: Path, *, bare: bool = False):
        self.folder, self.bare = folder, bare
        self.database = f"test_house_{os.environ.get('WAYFARE_TEST_DB', 'wayfare')}_{os.getpid()}_{folder.name}"
        self.parameters = {**settings.DATABASE, "dbname": self.database}
        self.files, self.backups = folder / "files", folder / "backups"
        self.env = (
            os.environ
            | KEYS
            | {
                "WAYFARE_VAR": str(folder),
                "DATABASE_URL": template_database.as_url(self.parameters),
                "CELERY_BROKER_URL": "",
                "WAYFARE_SEALS": str(folder / "seals"),
                "WAYFARE_BACKUPS": str(self.backups),
            }
        )

    def __enter__(self):
        self.folder.mkdir(exist_ok=True)
        if self.bare:
            template_database.create(self.database)
        else:
            template_database.copy(self.database)
        return self

    def __exit__(self, *_):
        template_database.drop(self.database)

    def manage(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.env, input=typed, capture_output=True, text=True)

    def python(self, code: str) -> str:
        done = self.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def begin(self, code: str) -> subprocess.Popen:
        command = [sys.executable, "-u", "manage.py", "shell", "--no-imports", "-c", code]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True)

    def ask(self, query: str) -> list[tuple]:
        with psycopg.connect(databases.conninfo(self.parameters)) as link:
            return link.execute(query).fetchall()

    def names_of_files(self) -> set[str]:
        return {path.name for path in self.files.rglob("*") if path.is_file()}
