"""History that even the owner of the database cannot rewrite unseen: found online, and offline with an export alone."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from itertools import groupby

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from kit import papers
from tests.past_triggers import past_triggers
from tests.workers.factories import NOON, WorkerFactory
from tests.workers.rewriting import rewrite
from workers import journal
from workers.journal import clock, exporting, paper, seals
from workers.journal.places import keep_outside
from workers.journal.places import places as kept_in
from workers.journal.verifying import verify_seals
from workers.models import JournalHead, JournalLine, JournalSeal, LastSealedHead, SealedHead
from workers.rules.seals import export, merkle
from workers.rules.seals import paper as on_paper
from workers.rules.seals import seal as spelt
from workers.rules.seals.folder import Folder
from workers.rules.seals.merkle import Leaf, Tree
from workers.rules.seals.replay import Sealed, replay

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(tmp_path, settings):
    settings.WAYFARE_SEALS = [str(tmp_path / "here"), str(tmp_path / "there")]
    return kept_in()


@pytest.fixture
def worker(places):
    """With four lines, among two others; three are sealed by the first seal and all by the second."""
    worker, _other = WorkerFactory(), WorkerFactory()
    write(worker, 2)
    sealed()
    write(worker, 1)
    WorkerFactory()
    sealed()
    return worker


def write(worker, count=1):
    for n in range(count):
        journal.record(worker=worker, what="status_reported", by=None, at=NOON, data={"n": n})


def sealed(at=NOON) -> seals.Sealing:
    sealing = seals.seal(at=at)
    keep_outside(at=at)
    return sealing


def online() -> list[str]:
    """What `verify_journal` says, in its order."""
    said = Sealed()
    return [str(fault) for fault in (*verify_seals(said), *journal.verify_all(sealed=said))]


def offline(tmp_path) -> list[str]:
    """What an auditor finds who is handed the lines as they stand, and holds the seals and the public key."""
    file = tmp_path / "journal.txt"
    exporting._write(file)
    check = export.Check(kept_in()[0], trusted=seals.trusted_keys())
    return [str(fault) for fault in check.faults(file.read_text().splitlines(keepends=True))]


def test_what_nobody_touched_holds_online_and_offline(worker, tmp_path):
    assert (online(), offline(tmp_path)) == ([], [])


# ---- on paper --------------------------------------------------------------------------------------------------------


def test_a_seal_is_printed_on_one_page_whose_code_is_the_seal(worker, tmp_path, monkeypatch):
    coded = []
    monkeypatch.setattr(paper, "qr_svg", lambda text: coded.append(text) or papers.qr_svg(text))

    call_command("seal_journal", paper=tmp_path / "seal.pdf", stdout=StringIO())

    row = JournalSeal.objects.latest("number")
    [page] = PdfReader(tmp_path / "seal.pdf").pages
    assert coded == [row.text]
    assert f"第 {row.number} 号" in page.extract_text()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda text: text, None),
        (lambda text: text[:-20], "paper, line 2: this is not the whole code of a seal"),
        (lambda text: text.replace('"number":1', '"number":2'), "seal 2: its signature does not hold"),
    ],
)
def test_the_code_of_a_paper_is_held_against_what_is_kept(worker, tmp_path, change, found):
    """The first line of the file is the other seal, as it was printed."""
    first, second = JournalSeal.objects.order_by("number").values_list("text", flat=True)
    codes = f"{second}\n{change(first)}\n"

    told = [list(map(str, check(codes.splitlines()))) for check in (paper.faults, offline_paper)]

    for faults in told:
        assert [fault.startswith(found) for fault in faults] == ([True] if found else [])


def test_whoever_has_the_ring_and_every_place_and_seals_another_history_is_found_by_the_paper_alone(
    worker, tmp_path, capsys
):
    printed = JournalSeal.objects.get(pk=1).text
    with past_triggers() as cursor:
        cursor.execute(
            "DELETE FROM workers_sealedhead; DELETE FROM workers_lastsealedhead; DELETE FROM workers_journalseal"
        )
    for place in kept_in():
        shutil.rmtree(place.path)
    sealed()
    (tmp_path / "codes").write_text(printed)

    assert online() == []
    with pytest.raises(CommandError):
        call_command("verify_journal", paper=(tmp_path / "codes").open())
    assert "seal 1: the paper shows another one of this number" in capsys.readouterr().out


def offline_paper(codes) -> list:
    return list(on_paper.faults(codes, kept_in()[0].text))


# ---- six ways of rewriting history, as the database's superuser ----------------------------------------------------


def a_field_changed(worker, cadre):
    with past_triggers() as cursor:
        cursor.execute("UPDATE workers_journalline SET data = '{}' WHERE worker_id = %s AND seq = 2", [worker.pk])


def a_last_line_deleted_and_the_head_moved_back(worker, cadre):
    rewrite(worker, drop=1)


def a_chain_computed_anew(worker, cadre):
    rewrite(worker, change={2: {"data": {"n": 99}}})


def a_chain_deleted_whole(worker, cadre):
    with past_triggers() as cursor:
        for table, key in (("journalline", "worker_id"), ("journalhead", "worker_id"), ("worker", "id")):
            cursor.execute(f"DELETE FROM workers_{table} WHERE {key} = %s", [worker.pk])


def a_line_forged_in_a_colleagues_name(worker, cadre):
    rewrite(worker, add=[{"by_id": cadre.pk, "what": "case_closed"}])


def an_old_database_put_back(worker, cadre):
    """With every mark of its time: nothing inside it is wrong."""
    old = JournalLine.objects.get(worker=worker, seq=3)
    mac = journal.authenticity.of_head(worker.pk, 3, old.hash)
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_sealedhead WHERE seal_id = 2")
        cursor.execute("DELETE FROM workers_journalseal WHERE number = 2")
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s AND seq = 4", [worker.pk])
        JournalHead.objects.filter(pk=worker.pk).update(seq=3, hash=old.hash, mac=mac)


SIX_WAYS = {
    a_field_changed: ("line 2 was altered", "line 2 was altered"),
    a_last_line_deleted_and_the_head_moved_back: (
        "the head at line 3 was not set by Wayfare", "line 4 stood there when the journal was sealed, and is gone",
    ),
    a_chain_computed_anew: ("line 2 was not written by Wayfare", "line 3 is not the one that stood there"),
    a_chain_deleted_whole: ("the whole chain is gone; it had 4 lines", "the whole chain is gone; it had 4 lines"),
    a_line_forged_in_a_colleagues_name: ("line 5 was not written by Wayfare", "line 5 is covered by no seal"),
    an_old_database_put_back: (
        "it is kept outside and not in the database", "line 4 stood there when the journal was sealed, and is gone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", SIX_WAYS, ids=lambda way: way.__name__)
def test_history_rewritten_by_the_databases_owner_is_found_and_named_online_and_offline(worker, cadre, tmp_path, way):
    way(worker, cadre)

    found_online, found_offline = online(), offline(tmp_path)

    first_online, first_offline = SIX_WAYS[way]
    assert first_online in found_online[0]
    assert first_offline in found_offline[0]
    if found_offline[0].startswith("worker"):
        assert found_offline[0].startswith(f"worker {worker.pk}: ")


FOUND_BY_THE_NEXT_SEAL = [
    a_last_line_deleted_and_the_head_moved_back, a_chain_computed_anew, a_line_forged_in_a_colleagues_name,
]  # fmt: skip


@pytest.mark.parametrize("way", FOUND_BY_THE_NEXT_SEAL, ids=lambda way: way.__name__)
def test_the_next_seal_does_not_vouch_for_what_was_rewritten(worker, cadre, tmp_path, way):
    way(worker, cadre)
    journal.record(worker=worker, what="worker_verified", by=None, at=NOON)

    sealing = sealed()

    assert [(fault.worker_id, fault.why) for fault in sealing.left_out] == [(worker.pk, "head_moved")]
    assert not SealedHead.objects.filter(seal=sealing.seal.number, worker_id=worker.pk).exists()
    assert offline(tmp_path) != []


def laid_down(number, worker) -> None:
    """The head as it stands now, as if that seal had covered it; its number may be one that is yet to come."""
    head = JournalHead.objects.get(pk=worker.pk)
    with past_triggers() as cursor:
        cursor.execute(
            "INSERT INTO workers_sealedhead (seal_id, worker_id, seq, hash) VALUES (%s, %s, %s, %s)",
            [number, worker.pk, head.seq, head.hash],
        )


def test_a_head_laid_down_for_the_next_seal_is_not_vouched_for_by_it(worker, cadre, tmp_path):
    """Its row says that the chain has not moved, so nobody would look at the mark of the head."""
    a_line_forged_in_a_colleagues_name(worker, cadre)
    laid_down(3, worker)

    with pytest.raises(CommandError, match="the database has heads of seal 3 or later, which was not made yet"):
        call_command("seal_journal")

    assert JournalSeal.objects.count() == 2
    assert "line 5 is covered by no seal" in offline(tmp_path)[0]


def test_a_head_laid_down_while_a_seal_is_made_is_not_in_what_is_signed(worker, cadre, tmp_path):
    a_line_forged_in_a_colleagues_name(worker, cadre)
    write(WorkerFactory())
    head = JournalHead.objects.get(pk=worker.pk)
    with seals.connection.cursor() as cursor:
        cursor.execute(LAYS_DOWN.format(worker=worker.pk, seq=head.seq, hash=bytes(head.hash).hex()))

    sealing = sealed()

    assert [(fault.worker_id, fault.why) for fault in sealing.left_out] == [(worker.pk, "head_moved")]
    assert offline(tmp_path)[0] == "seal 3: the heads listed with it are not those that were sealed"


LAYS_DOWN = """
CREATE FUNCTION pg_temp.lays_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO workers_sealedhead (seal_id, worker_id, seq, hash)
    SELECT NEW.seal_id, {worker}, {seq}, decode('{hash}', 'hex')
    WHERE NOT EXISTS (SELECT FROM workers_sealedhead WHERE seal_id = NEW.seal_id AND worker_id = {worker});
    RETURN NEW;
END $$;
CREATE TRIGGER lays_down BEFORE INSERT ON workers_sealedhead
    FOR EACH ROW WHEN (NEW.worker_id <> {worker}) EXECUTE FUNCTION pg_temp.lays_down()
"""


def a_forged_head(worker) -> str:
    head = JournalHead.objects.get(pk=worker.pk)
    end = f"seq = {head.seq}, hash = '\\x{bytes(head.hash).hex()}'"
    return f"UPDATE workers_lastsealedhead SET {end} WHERE worker_id = %s"


def another_end(worker) -> str:
    return "UPDATE workers_lastsealedhead SET seq = seq - 1 WHERE worker_id = %s"


def no_end(worker) -> str:
    return "DELETE FROM workers_lastsealedhead WHERE worker_id = %s"


@pytest.mark.parametrize("change", [a_forged_head, another_end, no_end])
def test_a_head_kept_as_sealed_last_that_was_not_sealed_is_believed_by_no_seal(worker, cadre, change, tmp_path, caplog):
    a_line_forged_in_a_colleagues_name(worker, cadre)
    with past_triggers() as cursor:
        cursor.execute(change(worker), [worker.pk])

    sealing = sealed()

    assert "Heads sealed last do not fit seal 2: looked up in all seals." in caplog.messages
    assert [(fault.worker_id, fault.why) for fault in sealing.left_out] == [(worker.pk, "head_moved")]
    assert "line 5 is covered by no seal" in offline(tmp_path)[0]


@pytest.mark.parametrize("change", [a_forged_head, another_end, no_end])
def test_what_all_seals_say_of_a_head_stops_the_next_one_where_it_is_not_what_was_sealed(worker, cadre, change):
    a_line_forged_in_a_colleagues_name(worker, cadre)
    with past_triggers() as cursor:
        cursor.execute(change(worker), [worker.pk])
        cursor.execute("DELETE FROM workers_sealedhead WHERE worker_id = %s", [worker.pk])

    with pytest.raises(CommandError, match="the heads kept as sealed last are not those of seal 2"):
        call_command("seal_journal")
    assert JournalSeal.objects.count() == 2


def test_a_chain_is_not_hidden_by_a_row_that_says_it_was_sealed_before_it_began(worker, cadre):
    """As long as its hash is that of the head, the chain has not moved; with no lines it would count for nothing."""
    unseen = WorkerFactory()
    end = bytes(JournalHead.objects.get(pk=unseen.pk).hash)
    with past_triggers() as cursor:
        cursor.execute("INSERT INTO workers_lastsealedhead VALUES (%s, 0, %s)", [unseen.pk, end])

    with pytest.raises(CommandError, match="the heads kept as sealed last are not those of seal 2"):
        call_command("seal_journal")


def test_seals_that_an_older_wayfare_made_meanwhile_are_looked_up(worker, tmp_path, caplog):
    """It may still run while a new one migrates, and keeps no heads sealed last."""
    known = list(LastSealedHead.objects.values_list("pk", "seq", "hash"))
    write(worker)
    sealed()
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_lastsealedhead")
        cursor.executemany("INSERT INTO workers_lastsealedhead VALUES (%s, %s, %s)", known)
    write(worker)

    assert sealed().left_out == []
    assert (offline(tmp_path), len(caplog.messages)) == ([], 1)


def test_heads_kept_before_there_was_a_seal_stop_the_first_one(worker):
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_sealedhead; DELETE FROM workers_journalseal")
    for place in kept_in():
        shutil.rmtree(place.path)

    with pytest.raises(CommandError, match="the heads kept as sealed last are not those of seal 0"):
        call_command("seal_journal")


def test_a_seal_is_made_from_the_last_one_however_many_were_before(worker, tmp_path):
    """All of a year's would be read each hour."""
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_sealedhead")
    write(worker)

    sealed()

    assert offline(tmp_path) == []
    assert list(SealedHead.objects.values_list("worker_id", "seal_id")) == [(worker.pk, 3)]


def test_a_chain_whose_head_is_gone_stays_sealed_where_it_ended(worker):
    chains = spelt.read(JournalSeal.objects.latest("number").text).chains
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %(id)s", {"id": worker.pk})
        cursor.execute("DELETE FROM workers_journalhead WHERE worker_id = %(id)s", {"id": worker.pk})

    assert sealed().seal.chains == chains
    assert online() != []


def test_nothing_is_sealed_on_top_of_an_old_database(worker, cadre):
    an_old_database_put_back(worker, cadre)

    with pytest.raises(CommandError, match=r"seal 2 in .* is not the one in the database, or is not in it"):
        call_command("seal_journal")
    assert JournalSeal.objects.count() == 1


# ---- the seals themselves ------------------------------------------------------------------------------------------


def spoiled(place: Folder, number: int, change: Callable[[str], str]) -> None:
    file = place._file(number)
    file.write_text(change(file.read_text()))


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (lambda text: text.replace('"lines":4', '"lines":3'), "seal 1: its signature does not hold"),
        (lambda text: text[: text.rindex("\n", 0, -1) + 1], "seal 1: the heads listed with it are not those"),
        (lambda text: "", "seal 1: it cannot be read"),
        (lambda text: text[:-3] + "?!\n", "seal 1: it cannot be read"),
    ],
)
def test_a_seal_that_was_altered_is_named(worker, places, change, first):
    spoiled(places[0], 1, change)

    assert first in online()[0]


def test_a_seal_taken_away_is_named(worker, places):
    places[1]._file(1).unlink()
    assert online()[0] == "seal 1: it is missing"
    places[0]._file(2).unlink()
    assert online()[0] == "seal 2: it is missing"


def test_seals_made_with_another_key_are_named(worker, places, settings):
    forger = Ed25519PrivateKey.generate()
    for place in places:
        for file in place.path.iterdir():
            file.unlink()
    said = {"number": 1, "sealed_at": "2026-03-05T04:00:00+00:00", "before": spelt.BEFORE_THE_FIRST}
    root = merkle.top([]).hex()
    places[0].write(1, [spelt.signed(forger, **said, chains=0, lines=0, root=root).text])

    assert [str(fault) for fault in replay(places[0], Sealed(), trusted=seals.trusted_keys())] == [
        "seal 1: it is signed by a key that is not among those given"
    ]


def test_a_seal_is_never_written_over(places, worker):
    with pytest.raises(FileExistsError):
        places[0].write(1, ["another"])


def test_seals_are_numbered_without_a_gap_and_never_change(worker):
    for statement, why in (
        ("INSERT INTO workers_journalseal VALUES (4, now(), '{}')", "numbered without a gap: 4 refused"),
        ("UPDATE workers_journalseal SET text = '{}'", "append-only"),
        ("DELETE FROM workers_journalseal", "append-only"),
        ("UPDATE workers_sealedhead SET seq = 9", "append-only"),
    ):
        with pytest.raises(IntegrityError, match=why), transaction.atomic(), seals.connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_place_that_could_not_be_written_gets_its_seals_later(worker, places):
    for place in places:
        place._file(2).unlink()

    sealing = sealed(NOON + timedelta(hours=1))

    assert [place.numbers() for place in places] == [[1, 2, 3], [1, 2, 3]]
    assert spelt.read(next(places[0].read(3))) == sealing.seal
    assert online() == []


def test_seals_outlive_the_key_that_signed_them(worker, settings, tmp_path):
    settings.FIELD_KEYS = [f"new:{base64.b64encode(b'n' * 32).decode()}", *settings.FIELD_KEYS]

    call_command("rotate_field_keys")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    assert (online(), offline(tmp_path)) == ([], [])


def test_the_clock_seals_and_fails_aloud_where_a_chain_is_left_out(worker, cadre):
    clock.seal_journal()
    assert JournalSeal.objects.count() == 3

    a_line_forged_in_a_colleagues_name(worker, cadre)
    with pytest.raises(clock.ChainsLeftOut, match=f"worker {worker.pk}: the head at line 5"):
        clock.seal_journal()


def test_the_root_is_the_same_from_all_heads_and_from_those_that_moved():
    tree = Tree()
    leaves = {n: Leaf(n, 1, bytes([n % 256]) * 32) for n in (1, 2, 5, 1023, 1024, 4000, 90_000)}
    for leaf in leaves.values():
        tree.set(leaf)
    tree.root()
    for n in (5, 4000, 7):
        leaves[n] = Leaf(n, 2, bytes([n % 256]) * 32)
        tree.set(leaves[n])

    count = seals._Count()
    for number, bucket in groupby(sorted(leaves.values()), key=lambda leaf: leaf.worker_id // merkle.BUCKET):
        count.add(number, list(bucket))
    assert tree.root().hex() == count.said()["root"]


# ---- with the export alone -----------------------------------------------------------------------------------------


def check_elsewhere(*arguments) -> subprocess.CompletedProcess:
    """As on a machine without Django, without a database and without secrets."""
    code = (
        "import sys; sys.modules['django'] = None; sys.argv[0] = 'verify'; "
        "from workers.rules.seals.__main__ import main; sys.exit(main())"
    )
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)


def test_an_export_is_checked_offline_without_django(worker, places, tmp_path, capsys):
    file, key = tmp_path / "journal.txt", tmp_path / "key.pem"
    call_command("export_journal", file)
    call_command("seal_journal", "--public-key")
    said, _, pem = capsys.readouterr().out.partition("\n")
    key.write_text(pem)

    done = check_elsewhere(file, places[1].path, key)

    assert said == "6 lines, covered by seal 3."
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "6 lines of 3 workers hold; the last seal is 3 of " + done.stdout.rpartition(" ")[2]

    file.write_text(file.read_text().replace('"n":1', '"n":2'))
    spoilt = check_elsewhere(file, places[1].path, key)
    assert spoilt.returncode == 1
    assert spoilt.stdout.splitlines()[0] == f"worker {worker.pk}: line 3 was altered, or moved here from another place"


def test_what_is_no_export_is_named(worker, places):
    check = export.Check(places[0], trusted=seals.trusted_keys())

    assert str(next(check.faults(["PK\x03\x04"]))) == "line 1 of the export is not a line of the journal"
