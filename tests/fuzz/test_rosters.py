"""Rosters damaged in every way go through the whole engine: each is refused in words or judged, saved and closed.

The short form of `make fuzz N=10000 SEED=1`. A file is read by a process of its own, cut into chunks of a few rows,
judged, asked about, answered at random, saved, and what still asks is taken up again. Whatever is found becomes a test
of its own beside the code that was mended.
"""

import logging
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.fuzz.mutations import Mutated
from tests.fuzz.test_fuzz import SEED, N
from tests.staff.factories import UserFactory
from workers import invariants
from workers.imports import cutting, engine, meanings, uploads
from workers.imports.left_out import LeftOut
from workers.imports.meanings import FIELDS, words_for
from workers.imports.opening import Limits, worksheets_of
from workers.imports.progress import is_checked, progress_of
from workers.imports.questions import HIDDEN, THE_FILE
from workers.imports.reading import UnreadableRoster, Worksheet, _Listener
from workers.imports.rests import rest_of
from workers.imports.tables import Roster, find_heading, find_people
from workers.models import RosterChunk, RosterUpload

pytestmark = pytest.mark.django_db(transaction=True)

FILES = N or 100
PART = 250
"""Files that meet one register; the next part begins with an empty one."""
ROUNDS = 3
"""How often what still asks is answered and saved."""
STRETCHES = 20
BACKEND = "django.contrib.auth.backends.ModelBackend"
SAVED, REFUSED, COLUMNS = "saved", "refused", "waits for its columns"


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@dataclass
class Told:
    """What became of the files, and what should not have."""

    ends: Counter = field(default_factory=Counter)
    rows: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Sender:
    """Sends a file and does with it whatever its pages offer, by chance."""

    def __init__(self, mutated: Mutated, by, client):
        self.mutated, self.chance, self.by, self.client = mutated, mutated.chance, by, client
        client.force_login(by, backend=BACKEND)

    def send(self, content: bytes, told: Told) -> None:
        try:
            upload = uploads.receive_roster(content=content, file_name="名册.xlsx", by=self.by, at=timezone.now())
        except UnreadableRoster as refusal:
            told.ends[f"{REFUSED}: {type(refusal).__name__}"] += 1
            return
        if upload.cut_at is None and not self._says_columns(upload):
            told.ends[COLUMNS] += 1
            return
        self._look(upload)
        every_row_has_one_verdict(upload, self.by, content)
        self._open_pages(upload)
        self._look(upload)
        self._takes_in_hidden(upload)
        self._save(upload, told)

    def _says_columns(self, upload: RosterUpload) -> bool:
        """Whether that made a roster of it."""
        self._open(upload, "roster_columns")
        rows = [row for row, _told in meanings.columns_page(upload, at=timezone.now()).rows]
        page = meanings.columns_page(upload, at=timezone.now(), row=self.chance.choice(rows))
        names = self.chance.sample(list(FIELDS), len(page.columns)) if len(page.columns) <= len(FIELDS) else []
        fields = {column.number: name for column, name in zip(page.columns, names, strict=False)}
        if names:
            with suppress(UnreadableRoster):
                uploads.say_columns(upload=upload, by=self.by, columns=page.columns, fields=fields, at=timezone.now())
        upload.refresh_from_db()
        return upload.cut_at is not None

    def _takes_in_hidden(self, upload: RosterUpload) -> None:
        if upload.told.get("hidden") and self.chance.random() < 0.5:
            self._decide(upload, THE_FILE, HIDDEN, "take_in")
            self._look(upload)

    def _save(self, upload: RosterUpload, told: Told) -> None:
        for _round in range(ROUNDS):
            self._answer(upload)
            self._look(upload)
            uploads.start_import(upload=upload, by=self.by, at=timezone.now())
            self._disturb(upload)
            carried_out(upload)
            everything_is_done(upload)
            told.ends[SAVED] += not upload.is_rest
            told.rows.update(upload.counts)
            self._open_pages(upload)
            upload = rest_of(upload)
            if upload is None:
                return
            told.rows.subtract(Counter(upload.verdicts.values_list("verdict", flat=True)))

    def _answer(self, upload: RosterUpload) -> None:
        asked = list(upload.verdicts.exclude(asks=None).values_list("asks", flat=True))
        for about, question, choices, _keys, _has_number in asked:
            if self.chance.random() < 0.7:
                row = about if self.chance.random() < 0.8 else THE_FILE
                self._decide(upload, row, question, self.chance.choice((*choices, "same", "another", "", "1988-09-19")))

    def _decide(self, upload: RosterUpload, row: str, question: str, choice: str) -> None:
        uploads.decide(upload=upload, by=self.by, row=row, question=question, choice=choice, at=timezone.now())
        engine.work(upload.pk, now=timezone.now)

    def _look(self, upload: RosterUpload) -> None:
        assert not engine.work(upload.pk, now=timezone.now, seconds=60)
        upload.refresh_from_db()
        assert is_checked(upload)

    def _disturb(self, upload: RosterUpload) -> None:
        """Paused in the middle and gone on with, or broken off."""
        draw = self.chance.random()
        if draw < 0.15:
            engine.take_up_one(upload.pk, at=timezone.now())
        if draw < 0.1:
            uploads.pause(upload=upload, by=self.by, at=timezone.now())
            assert not engine.work(upload.pk, now=timezone.now)
            uploads.resume(upload=upload, by=self.by, at=timezone.now())
        if draw < 0.03:
            uploads.cancel(upload=upload, by=self.by, at=timezone.now())

    def _open_pages(self, upload: RosterUpload) -> None:
        self._open(upload, "roster", "roster_report", "roster_workbook")

    def _open(self, upload: RosterUpload, *pages: str) -> None:
        for name in pages if self.chance.random() < 0.1 else ():
            answer = self.client.get(reverse(f"workers:{name}", args=[upload.pk]))
            assert answer.status_code == 200
            b"".join(answer)


def carried_out(upload: RosterUpload) -> None:
    """As the tasks do it that hand it on to each other: a slow machine needs several."""
    for _stretch in range(STRETCHES):
        uploads.carry_out(upload_id=upload.pk, now=timezone.now)
        upload.refresh_from_db()
        if upload.is_saved:
            return


def every_row_has_one_verdict(upload: RosterUpload, by, content: bytes) -> None:
    """Set against the same file read as a whole: all rows are accounted for, people in their order and each once."""
    worksheets, words = read_again(content), words_for(by, timezone.now())
    roster = find_people(worksheets, words=words)
    labels = list(upload.verdicts.order_by("no").values_list("label", flat=True))
    assert labels == [row.label for row in roster.rows]
    assert len(set(labels)) == len(labels) == upload.rows == progress_of(upload).judged
    left_out = sum(LeftOut(label, why).rows for label, why in upload.left_out)
    assert len(labels) + left_out + sum(headings(worksheets, roster, words)) == sum(lengths(worksheets))


def read_again(content: bytes) -> list[Worksheet]:
    """In this process: it was read in a limited one before."""
    limits = Limits()
    listener = _Listener(iter(list(worksheets_of(content, limits))), limits.cells)
    return [replace(each, rows=list(each.rows)) for each in listener.worksheets()]


def lengths(worksheets: list[Worksheet]) -> Iterator[int]:
    """Of those in which something is written."""
    return (len(each.rows) for each in worksheets if any(not cell.is_blank for row in each.rows for cell in row))


def headings(worksheets: list[Worksheet], roster: Roster, words) -> Iterator[int]:
    """Rows of them, where they were not left out with their sheet."""
    for worksheet in worksheets:
        found = find_heading(worksheet, words)
        if found and worksheet.name not in (*roster.hidden_worksheets, *roster.ignored_worksheets):
            yield found.last_row - found.first_row + 1


def everything_is_done(upload: RosterUpload) -> None:
    verdicts = upload.verdicts.count()
    assert (upload.is_saved, upload.failed_at, upload.content_cipher) == (True, None, None)
    assert (verdicts, upload.verdicts.filter(is_saved=True).count()) == (upload.rows, upload.rows_saved)
    states = set(upload.chunks.values_list("state", flat=True))
    assert upload.cancelled_at or (states <= {RosterChunk.State.SAVED} and sum(upload.counts.values()) == upload.rows)
    assert not engine.take_up_one(upload.pk, at=timezone.now())
    assert not upload.chunks.filter(content_cipher__isnull=False).exists()


def children() -> list[str]:
    """Command lines of the processes that this one started and that have not gone."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            with suppress(OSError):
                found.append(Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "))
    return [line for line in found if "workers.imports.opening" in line or not line]


def in_words(error: BaseException) -> str:
    ours = [each for each in traceback.extract_tb(error.__traceback__) if "site-packages" not in each.filename]
    where = " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in ours[:-4:-1])
    return f"{type(error).__name__}: {str(error)[:300]} at {where}"


@pytest.mark.parametrize("first", range(0, FILES, PART))
def test_mutated_rosters_end_refused_or_saved_and_leave_nothing_undone(first, client, monkeypatch):
    told = Told()
    senders = [UserFactory(township_cadre=True), UserFactory(supervisor=True)]
    for number in range(first, min(first + PART, FILES)):
        mutated = Mutated(f"{SEED}:{number}")
        monkeypatch.setattr(cutting, "CHUNK", mutated.chance.choice((2, 3, 5, 5000)))
        monkeypatch.setattr(engine, "SMALL", mutated.chance.choice((0, 4, 5000)))
        try:
            Sender(mutated, mutated.chance.choice(senders), client).send(mutated.roster(), told)
        except (Exception, AssertionError) as error:
            told.faults.append(f"{number}: {in_words(error)}")
        if left := children():
            told.faults.append(f"{number}: left {left}")

    print(dict(told.ends), dict(told.rows))  # with `-rP`
    assert not told.faults, "\n".join(told.faults)
    assert not RosterUpload.objects.filter(saved_at=None, started_at__isnull=False).exists()
    assert [name for name, count in invariants.violations() if count] == []
    assert told.ends[SAVED] > sum(told.ends.values()) / 4
