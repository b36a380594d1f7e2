"""A drill: backed up while somebody writes, the machine lost, all of it put back; and each thing that is refused."""

import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from django.test import override_settings

from operations.backups import envelope, house, making, postgres, reading, restoring
from operations.backups import refusals as no
from tests.operations.houses import House
from tests.workers.factories import make_id_number

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)
WRITER = """
from django.db import transaction
from datetime import date, timedelta
from itertools import count
from django.conf import settings
from tests.cases.factories import CaseFactory
from tests.workers.factories import WorkerFactory, make_id_number
folder = settings.MEDIA_ROOT / "evidence"
folder.mkdir(parents=True, exist_ok=True)
for n in count(1):
    (folder / f"{n}.txt").write_text("paper " * n)
    born = date(1960, 1, 1) + timedelta(days=n)
    with transaction.atomic():  # as the product does it: nobody is ever without a journal
        worker = WorkerFactory(n=n, birth_date=born, id_number=make_id_number(birth_date=born), unemployed=True)
        CaseFactory(worker=worker)
    print(n)
"""
ONE_LOSS = pytest.mark.xdist_group("lost")  # what was lost is made once, for all of them
READ_NUMBERS = """
from workers.models import Worker
print(*[worker.id_number for worker in Worker.objects.order_by("pk")])
"""


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    """A house somebody wrote in all the while it was backed up: its backup, and how many people were in it before."""
    with House(tmp_path_factory.mktemp("lost")) as old:
        writer = old.begin(WRITER)
        try:
            before = [int(line) for line in islice(writer.stdout, 10)][-1]
            done = old.manage("seal_journal")
            assert done.returncode == 0, done.stderr
            done = old.manage("backup")
            assert done.returncode == 0, done.stderr
        finally:
            writer.kill()
            writer.communicate()
        assert len(old.ask("SELECT FROM workers_worker")) > before
        [path] = old.backups.iterdir()
        kept = tmp_path_factory.mktemp("kept") / path.name
        shutil.move(path, kept)
    return kept, before


@pytest.fixture
def new(tmp_path):
    with House(tmp_path / "new", bare=True) as another:
        yield another


def number_of(n: int) -> str:
    return make_id_number(birth_date=date(1960, 1, 1) + timedelta(days=n))


def refused(another: House, *arguments: str, typed: str = "") -> str:
    done = another.manage("restore", *map(str, arguments), typed=typed)
    assert done.returncode == 1
    return done.stderr.strip()


@ONE_LOSS
def test_all_of_it_comes_back_on_another_machine(lost, new):
    backup, before = lost

    done = new.manage("restore", str(backup))

    assert (done.returncode, done.stderr) == (0, "")
    assert "The tallies hold." in done.stdout
    assert "The journal holds." in done.stdout
    assert new.ask("SELECT sum(n) > 0 FROM cases_case_tally_delta") == [(True,)]
    assert "Back after " in done.stdout
    people = len(new.ask("SELECT FROM workers_worker"))
    assert people >= before
    assert new.python(READ_NUMBERS).split() == [number_of(n) for n in range(1, people + 1)]
    assert {f"{n}.txt" for n in range(1, people + 1)} <= new.names_of_files()
    assert (new.files / "evidence" / "3.txt").read_text() == "paper paper paper "
    assert len(list((new.folder / "seals").iterdir())) == 1
    assert refused(new, backup) == f"CommandError: {no.PeopleInTheWay.message}"
    assert refused(new, backup, "--replace", typed="yes") == f"CommandError: {no.NotConfirmed.message}"
    assert new.manage("restore", str(backup), "--replace", typed=new.database).returncode == 0
    assert [path.name[:8] for path in new.files.iterdir() if path.name.startswith(".")] == [".before-"]


def test_an_older_versions_backup_is_migrated_forward(new, tmp_path):
    with House(tmp_path / "older") as older:
        assert older.manage("migrate", "operations", "zero").returncode == 0
        assert older.manage("backup").returncode == 0
        [path] = older.backups.iterdir()

        done = new.manage("restore", str(path))

    assert done.returncode == 0, done.stderr
    assert new.ask("SELECT count(*) FROM operations_failure") == [(0,)]


@ONE_LOSS
def test_a_database_that_is_in_use_is_left_alone(lost, new):
    with postgres.psycopg.connect(**new.parameters):
        said = refused(new, lost[0])

    assert said == f"CommandError: {no.StillInUse.message}"


@ONE_LOSS
def test_a_damaged_backup_changes_nothing_on_the_new_machine(lost, new, tmp_path):
    said = refused(new, damaged(lost[0], tmp_path, flip=-5000))

    assert said == f"CommandError: {no.AlteredBackup.message}"
    assert new.ask("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace") == []
    assert not new.files.exists()


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """Of the tests' own database, with one small file; nobody writes to it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "files").mkdir()
    (folder / "files" / "a.pdf").write_bytes(b"%PDF" * 100)
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder / "files", WAYFARE_SEALS=[]):
        return making.make(folder / "backups", at=NOON)


@pytest.fixture
def backup(made, db, settings, tmp_path):
    """In a house that has the same database, and folders of its own."""
    settings.MEDIA_ROOT, settings.WAYFARE_SEALS = tmp_path / "files", [str(tmp_path / "seals")]
    return made


def damaged(path, folder, *, flip: int | None = None, keep: int | None = None):
    data = bytearray(path.read_bytes()[:keep])
    if flip is not None:
        data[flip] ^= 1
    other = folder / "damaged.backup"
    other.write_bytes(data)
    return other


def test_a_backup_is_named_by_its_moment_alone_and_for_its_owner_alone(backup):
    assert (backup.name, oct(backup.stat().st_mode)[-3:]) == ("wayfare-20260305T040000Z.backup", "600")
    assert list(backup.parent.iterdir()) == [backup]
    assert b"PDF" not in backup.read_bytes()
    assert reading.look_through(backup)["parts"]["files"]["bytes"] == 400


@pytest.mark.parametrize("keep", [-1, -30, -(envelope.CHUNK // 2), 400, 60])
def test_half_a_backup_is_refused(backup, tmp_path, keep):
    with pytest.raises(no.HalfABackup):
        reading.look_through(damaged(backup, tmp_path, keep=keep))


@pytest.mark.parametrize("flip", [-100, -5000, 300, 100])
def test_a_flipped_byte_is_refused(backup, tmp_path, flip):
    with pytest.raises(no.AlteredBackup):
        reading.look_through(damaged(backup, tmp_path, flip=flip))


def test_another_file_is_no_backup(db, tmp_path):
    (tmp_path / "other").write_bytes(b"PGDMP" * 100)

    with pytest.raises(no.NotABackup):
        reading.look_through(tmp_path / "other")


def test_without_its_key_a_backup_is_refused_by_the_keys_name(backup, settings):
    settings.FIELD_KEYS = ["k9:" + "OTk5" * 10 + "OTk="]

    with pytest.raises(no.KeyLost, match=r"^This backup needs the key [0-9a-f]{8}, which is not in FIELD_KEYS\."):
        restoring.check_can_restore(backup, replace=False)


def test_after_a_change_of_keys_an_old_backup_still_opens(backup, settings):
    settings.FIELD_KEYS = ["k9:" + "OTk5" * 10 + "OTk=", *settings.FIELD_KEYS]

    assert reading.look_through(backup)["newest_seal"] == 0


def test_another_index_key_is_refused(backup, settings):
    settings.BLIND_INDEX_KEY = "OTk5" * 10 + "OTk="

    with pytest.raises(no.OtherIndexKey):
        restoring.check_can_restore(backup, replace=False)


def test_a_newer_versions_backup_is_refused_by_what_is_not_known_here(backup, monkeypatch):
    known = house._on_disk()
    monkeypatch.setattr(house, "_on_disk", lambda: known - {("workers", "0001_the_register")})

    with pytest.raises(no.NewerBackup, match=r"newer version of Wayfare \(0\.1\.0: workers\.0001_the_register\)"):
        restoring.check_can_restore(backup, replace=False)


def test_seals_from_after_the_backup_are_not_written_over(backup, settings, tmp_path):
    (tmp_path / "seals").mkdir(exist_ok=True)
    (tmp_path / "seals" / "00000001.seal").write_text("newer")

    with pytest.raises(no.NewerSeals):
        restoring.check_can_restore(backup, replace=False)


def test_programs_older_than_the_server_are_refused():
    with pytest.raises(no.NoTool, match=r"^The server is PostgreSQL 99; pg_dump of that version or newer is needed"):
        postgres.folder_of_programs(99)


def test_a_backup_that_cannot_be_read_back_gets_no_name(db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT, settings.WAYFARE_SEALS = tmp_path / "files", []

    def unreadable(path):
        raise no.AlteredBackup

    monkeypatch.setattr(making, "look_through", unreadable)

    with pytest.raises(no.AlteredBackup):
        making.make(tmp_path / "backups", at=NOON)

    assert list((tmp_path / "backups").iterdir()) == []


def test_an_older_server_is_not_told_settings_that_it_does_not_know():
    head = b"--\n\nSET lock_timeout = 0;\nSET transaction_timeout = 0;\nSET row_security = off;\n\nCREATE TABLE"

    said = restoring.without_unknown_settings(head, {"lock_timeout", "row_security"})

    assert said == b"--\n\nSET lock_timeout = 0;\nSET row_security = off;\n\nCREATE TABLE"


def test_a_dump_is_read_by_the_newest_programs_and_made_by_the_nearest(tmp_path, monkeypatch):
    folders = [tmp_path / version for version in ("15", "18")]
    for folder in folders:
        folder.mkdir()
        (folder / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {folder.name}.1'\n")
        (folder / "pg_dump").chmod(0o700)
    monkeypatch.setattr(postgres, "_folders", lambda: folders)

    assert postgres.folder_of_programs(15) == folders[0]
    assert postgres.folder_of_programs(15, newest=True) == folders[1]
