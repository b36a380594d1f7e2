"""A bucket of an S3-compatible store as a place for seals, and what happens while it is away."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config import production
from tests.workers import fake_s3
from tests.workers.factories import NOON, WorkerFactory
from tests.workers.fake_s3 import FakeS3
from workers import journal
from workers.journal import clock, exporting, places, seals
from workers.journal.bucket import Bucket
from workers.models import JournalSeal, SealPlace
from workers.rules.seals.folder import Folder, PlaceAway

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
OF_THE_GUIDE = {"host": "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z"}


@pytest.fixture
def store(settings):
    with FakeS3(page=2) as store:
        settings.WAYFARE_S3 = store.settings()
        yield store


@pytest.fixture
def bucket(store):
    return Bucket(f"s3://{fake_s3.BUCKET}/bijie/2026")


@pytest.fixture
def both(db, store, settings, tmp_path):
    """A folder and a bucket, with a worker to seal."""
    settings.WAYFARE_SEALS = [str(tmp_path / "seals"), f"s3://{fake_s3.BUCKET}"]
    WorkerFactory()
    return places.places()


def sealed() -> list[str]:
    """Why a place did not take it."""
    seals.seal(at=NOON)
    return [str(kept) for kept in places.keep_outside(at=NOON) if kept.error]


# ---- the fake ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "target", "more", "due"),
    [
        (
            "GET", "/test.txt", {"range": "bytes=0-9", "x-amz-content-sha256": EMPTY},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT", "/test%24file.text", {
                "date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY",
                "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            },
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET", "/?lifecycle", {"x-amz-content-sha256": EMPTY},
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET", "/?max-keys=2&prefix=J", {"x-amz-content-sha256": EMPTY},
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)  # fmt: skip
def test_the_fake_reckons_signatures_as_the_examples_that_aws_publishes(method, target, more, due):
    headers = OF_THE_GUIDE | more

    reckoned = fake_s3.signature(
        fake_s3.SECRET, method=method, target=target, headers=headers, signed=sorted(headers), region="us-east-1"
    )

    assert reckoned == due


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"secret": "another"}, "SignatureDoesNotMatch"),
        ({"key": "AKIDANOTHER"}, "InvalidAccessKeyId"),
        ({"region": "us-west-2"}, "SignatureDoesNotMatch"),
        ({"secret": ""}, "WAYFARE_S3_KEY and WAYFARE_S3_SECRET are not set"),
        ({"endpoint": "nowhere"}, "ValueError"),
        ({"endpoint": "http://127.0.0.1:1"}, "EndpointConnectionError"),
    ],
)
def test_who_is_not_let_in_is_told_why(store, bucket, settings, other, why):
    settings.WAYFARE_S3 = store.settings(**other)

    with pytest.raises(PlaceAway, match=f"^{why}$"):
        bucket.numbers()


# ---- the four things a place can do ----------------------------------------------------------------------------------


def test_what_is_written_is_read_listed_page_by_page_and_never_written_over(store, bucket):
    for number in (3, 1, 2, 20, 100):
        bucket.write(number, [f"seal {number}", "1 2 ff"])
    store.objects["bijie/2026/notes.txt"] = b"of somebody else"

    assert bucket.numbers() == [1, 2, 3, 20, 100]
    assert list(bucket.read(20)) == ["seal 20", "1 2 ff"]
    assert (bucket.text(2), bucket.text(4)) == ("seal 2", "")
    with pytest.raises(FileExistsError):
        bucket.write(3, ["another"])
    assert store.objects["bijie/2026/00000003.seal"] == b"seal 3\n1 2 ff\n"
    assert store.complaints == []


def test_the_line_of_a_seal_is_fetched_without_the_heads_below_it(store, bucket):
    """Six million stand below the first one, and the newest is looked at each hour."""
    heads = [f"{number} 1 {'ff' * 32}" for number in range(200)]
    bucket.write(1, ["seal 1", *heads])
    store.objects["bijie/2026/00000002.seal"] = b""

    assert (bucket.text(1), bucket.text(2)) == ("seal 1", "")
    assert list(bucket.read(1)) == ["seal 1", *heads]
    assert store.sent["bijie/2026/00000001.seal"][0] < 5000


def test_a_store_without_conditional_writes_is_asked_first(settings):
    with FakeS3(knows_conditions=False) as store:
        settings.WAYFARE_S3 = store.settings()
        bucket = Bucket(f"s3://{fake_s3.BUCKET}")

        bucket.write(1, ["seal 1"])
        with pytest.raises(FileExistsError):
            bucket.write(1, ["another"])

        assert store.objects == {"00000001.seal": b"seal 1\n"}


def test_a_moments_fault_of_the_store_is_none(store, bucket):
    store.next("away")
    bucket.write(1, ["seal 1"])
    store.next("reset")

    assert bucket.numbers() == [1]


def test_a_bucket_holds_what_a_folder_holds_and_a_copy_of_it_is_checked_like_one(both, store, tmp_path):
    assert sealed() == []

    folder, _ = both
    assert store.objects == {path.name: path.read_bytes() for path in folder.path.iterdir()}
    assert list(journal.verify_seals(journal.verifying.Sealed())) == []


# ---- while it is away ------------------------------------------------------------------------------------------------


def test_a_store_that_is_away_holds_up_neither_the_seal_nor_the_other_places(both, store, settings):
    settings.WAYFARE_SEALS = settings.WAYFARE_SEALS[::-1]  # it is asked first
    settings.WAYFARE_S3 = store.settings(endpoint="http://127.0.0.1:1")

    assert sealed() == ["s3://seals: EndpointConnectionError"]
    assert both[0].numbers() == [1]
    row = SealPlace.objects.get(place="s3://seals")
    assert (row.error, row.newest, row.kept_at, row.tried_at) == ("EndpointConnectionError", None, None, NOON)

    settings.WAYFARE_S3 = store.settings()
    assert sealed() == []
    assert list(store.objects) == ["00000001.seal", "00000002.seal"]
    row.refresh_from_db()
    assert (row.error, row.newest, row.kept_at) == ("", 2, NOON)


def test_the_clock_says_that_a_place_is_away_and_has_sealed_all_the_same(both, store, settings):
    settings.WAYFARE_S3 = store.settings(secret="another")

    with pytest.raises(clock.NotKeptEverywhere, match="s3://seals: SignatureDoesNotMatch"):
        clock.seal_journal()

    assert JournalSeal.objects.count() == 1


def test_a_folder_that_cannot_be_written_holds_up_no_other(both, store, settings):
    settings.WAYFARE_SEALS = ["/dev/null/seals", *settings.WAYFARE_SEALS]

    assert sealed() == ["/dev/null/seals: NotADirectoryError: Not a directory"]
    assert (list(store.objects), both[0].numbers()) == (["00000001.seal"], [1])


def test_verify_names_a_place_that_was_not_looked_at_and_compares_the_others(both, store, settings, capsys):
    sealed()
    settings.WAYFARE_SEALS = settings.WAYFARE_SEALS[::-1]
    settings.WAYFARE_S3 = store.settings(endpoint="http://127.0.0.1:1")

    with pytest.raises(CommandError, match="holds against every place for seals that answered"):
        call_command("verify_journal")
    assert capsys.readouterr().out == "seals in s3://seals: not looked at, EndpointConnectionError\n"

    both[0]._file(1).unlink()
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_journal")


def test_a_seal_that_the_store_holds_and_the_database_does_not_is_never_sealed_over(both, store):
    sealed()
    store.objects["00000009.seal"] = b"of a time that was undone\n"

    with pytest.raises(places.PlaceDiffers, match="seal 9 in s3://seals"):
        seals.seal(at=NOON)


# ---- several at once -------------------------------------------------------------------------------------------------


def test_who_writes_a_seal_that_somebody_else_has_just_written_goes_on(both, monkeypatch):
    seals.seal(at=NOON)
    for place in (Folder, Bucket):
        monkeypatch.setattr(place, "numbers", lambda self: [])
    assert [kept.error for kept in places.keep_outside(at=NOON)] == ["", ""]

    assert [kept.error for kept in places.keep_outside(at=NOON)] == ["", ""]


def test_another_seal_of_the_same_number_is_no_copy(both, store, monkeypatch):
    seals.seal(at=NOON)
    store.objects["00000001.seal"] = b"another\n"
    monkeypatch.setattr(Bucket, "numbers", lambda self: [])

    assert [kept.error for kept in places.keep_outside(at=NOON)] == [
        "", "seal 1 in s3://seals is not the one in the database, or is not in it",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_an_export_that_begins_while_somebody_seals_waits_for_that_seal(tmp_path, settings):
    """Its state of the database would else be from before that seal, and it would make the same number again."""
    settings.WAYFARE_SEALS = [str(tmp_path / "seals")]
    WorkerFactory()
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            seals.seal(at=NOON)
            exported = other.submit(export_elsewhere, tmp_path / "journal.txt")
            wait_for_a_lock()

        assert exported.result(timeout=30) == (1, 2)


def export_elsewhere(file: Path) -> tuple[int, int]:
    try:
        count, sealing = exporting.export(file, at=NOON)
        return count, sealing.seal.number
    finally:
        connection.close()


def wait_for_a_lock() -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


# ---- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"WAYFARE_SEALS": "/somewhere,s3://seals"}, "names a bucket and needs WAYFARE_S3_KEY, WAYFARE_S3_SECRET"),
        ({"WAYFARE_SEALS": "https://store/seals"}, "WAYFARE_SEALS can be folders and s3://bucket/path"),
        ({"WAYFARE_SEALS": "s3:///seals"}, "WAYFARE_SEALS can be folders and s3://bucket/path"),
        ({"WAYFARE_S3_ENDPOINT": "http://store"}, "WAYFARE_S3_ENDPOINT must be https://host"),
    ],
)
def test_production_does_not_start_with_half_a_bucket(monkeypatch, said, wrong):
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=wrong):
        production.check()
