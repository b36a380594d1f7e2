"""A roster is cut into chunks that any process can take up, and is known as a whole by the outlines they leave."""

import base64
import gc
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import islice

from django.db import transaction

from kit.copying import copy_in, give_keys
from kit.days import local_day
from kit.sealing import crypto
from staff.roles import ABOVE_VILLAGE
from workers.imports import families, packing
from workers.imports.akin import KINDS, Outline, akin, compare_akin, outline_of
from workers.imports.families import MOST_MEMBERS
from workers.imports.left_out import hidden_of, left_out_of
from workers.imports.meanings import words_for
from workers.imports.packing import Pack
from workers.imports.reading import Worksheet
from workers.imports.rows import judge
from workers.imports.tables import Roster, RosterRow, people_in
from workers.imports.verdicts import Context, Verdict
from workers.models import RosterChunk, RosterUpload

CHUNK = 5000
"""Rows; measured: 1,000 cost a sixth more, 20,000 save nothing and need twice the memory. Some more where a household
would be cut in two."""

TO_COMPARE = ("no", "first", "rows", "outline_cipher", "compared", "families")


def context_of(upload: RosterUpload, at: datetime) -> Context:
    ranges = None if upload.by is None else upload.by.ranges_as(*ABOVE_VILLAGE)
    return Context(local_day(at), ranges=ranges, decisions=upload.decisions)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Nobody looks for garbage in circles meanwhile: rows hold none, and would be looked through many times."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@nothing_collected()
@transaction.atomic
def cut(
    upload: RosterUpload, worksheets: Iterator[Worksheet], *, takes_hidden: bool, at: datetime, size: int | None = None
) -> None:
    """The people of a file, in chunks: all of them or none. Raises a kind of UnreadableRoster.

    For the process that holds the upload's row.
    """
    roster, rows = people_in(worksheets, takes_hidden=takes_hidden, words=words_for(upload.by, at))
    cut_rows(upload, rows, at=at, size=size)
    upload.left_out = [[row.label, row.why] for row in left_out_of(roster)]
    upload.told = told_of(roster)
    upload.save(update_fields=["left_out", "told"])


def cut_rows(upload: RosterUpload, rows: Iterable[RosterRow], *, at: datetime, size: int | None = None) -> None:
    """Anew, whatever was cut before; `size` is CHUNK unless said."""
    upload.chunks.all().delete()
    upload.verdicts.all().delete()
    count, rows = 0, families.together(rows, roster=upload.pk, today=local_day(at))
    for part in _parts(rows, size or CHUNK):
        copy_in([_chunk(upload, count, part)])
        count += len(part)
    upload.rows, upload.cut_at, upload.compared_at, upload.disputed = count, at, None, {}
    upload.save(update_fields=["rows", "cut_at", "compared_at", "disputed"])


def _parts(rows: Iterator[RosterRow], size: int) -> Iterator[list[RosterRow]]:
    """Of so many rows, and the rest of the household that stands in the last one."""
    first = next(rows, None)
    while first is not None:
        part = [first, *islice(rows, size - 1)]
        first, home = next(rows, None), part[-1].cell(families.HOUSEHOLD).text
        while first and home and first.cell(families.HOUSEHOLD).text == home and len(part) < size + MOST_MEMBERS:
            part.append(first)
            first = next(rows, None)
        yield part


def _chunk(upload: RosterUpload, first: int, rows: list[RosterRow]) -> RosterChunk:
    chunk = RosterChunk(upload=upload, no=first, first=first, rows=len(rows))
    give_keys([chunk])
    chunk.content_cipher = sealed(chunk, "content_cipher", packing.packed(rows))
    return chunk


def told_of(roster: Roster) -> dict:
    """What the page says of a file besides its rows."""
    return {
        "hidden": [[row.label, row.why] for row in hidden_of(roster)],
        "hidden_columns": roster.hidden_columns,
        "damaged_headings": roster.damaged_headings,
        "takes_hidden": roster.takes_hidden,
    }


def sealed(chunk: RosterChunk, name: str, content: bytes) -> bytes:
    purpose = crypto.column(RosterChunk, name)
    return crypto.seal(base64.b64encode(content).decode(), purpose=purpose, row=chunk.pk)


def opened(chunk: RosterChunk, name: str) -> bytes:
    purpose = crypto.column(RosterChunk, name)
    return base64.b64decode(crypto.unseal(getattr(chunk, name), purpose=purpose, row=chunk.pk))


def pack_of(chunk: RosterChunk) -> Pack:
    return Pack(opened(chunk, "content_cipher"))


def outline(chunk: RosterChunk, context: Context) -> None:
    """Judge its rows alone and leave what they are told apart by, and what they say for who judges them again."""
    verdicts = [judge(row, context) for row in pack_of(chunk)]
    content = b"".join(column.tobytes() for column in outline_of(verdicts))
    chunk.outline_cipher, chunk.state = sealed(chunk, "outline_cipher", content), RosterChunk.State.OUTLINED
    chunk.judged_cipher = sealed(chunk, "judged_cipher", _circumstances(context) + packing.judged_told(verdicts))
    chunk.save(update_fields=["outline_cipher", "judged_cipher", "state"])


def judged_alone(chunk: RosterChunk, context: Context) -> list[Verdict]:
    """Its rows in their order, as they were outlined if that was today and nothing was answered since."""
    rows = list(pack_of(chunk))
    told = opened(chunk, "judged_cipher") if chunk.judged_cipher else b""
    same = _circumstances(context)
    if not told.startswith(same):
        return [judge(row, context) for row in rows]
    known = packing.judged_of(told[len(same) :], rows)
    return [verdict or judge(row, context) for row, verdict in zip(rows, known, strict=True)]


def _circumstances(context: Context) -> bytes:
    """All that a row alone is judged by, and the columns of what is kept: of 32 bytes."""
    said = context.today.isoformat(), context.ranges, sorted(context.decisions.items()), packing.SAID
    return sha256(repr(said).encode()).digest()


def compare(upload: RosterUpload, context: Context) -> list[int]:
    """Set rows against each other that have something in common; returns the numbers of chunks for which that added
    something else than before."""
    chunks = list(upload.chunks.order_by("no").only(*TO_COMPARE))
    whole = outline_of()
    for chunk in chunks:
        whole.extend(_outline_in(chunk))
    changed = set(_compare_homes(upload, chunks, whole))
    places = akin(whole)
    verdicts = [judge(row, context) for chunk in chunks for row in _rows_at(chunk, places)]
    told = packing.compared_told(compare_akin(verdicts, context))
    label_of = {place: verdict.row.label for place, verdict in zip(places, verdicts, strict=True)}
    for chunk in chunks:
        inside = _inside(chunk, places)
        compared = {label_of[place]: told[label_of[place]] for place in inside if label_of[place] in told}
        if compared != chunk.compared:
            chunk.compared = compared
            changed.add(chunk)
    RosterChunk.objects.bulk_update(changed, ["compared", "families"])
    return sorted(chunk.no for chunk in changed)


def _compare_homes(upload: RosterUpload, chunks: list[RosterChunk], whole: Outline) -> Iterator[RosterChunk]:
    """Say in each chunk what is odd about its households; yields those of which something else is said than before."""
    odd = list(families.oddities(whole, is_whole=not upload.is_rest))
    named = sorted({named for _name, named, _places in odd if named is not None})
    label_of = dict(zip(named, (row.label for chunk in chunks for row in _rows_at(chunk, named)), strict=True))
    firsts, found = [chunk.first for chunk in chunks], [{} for _chunk in chunks]
    for name, place, places in odd:
        for each in places:
            at = bisect_right(firsts, each) - 1
            found[at].setdefault((name, label_of.get(place, "")), []).append(each - firsts[at])
    for chunk, said in zip(chunks, found, strict=True):
        told = [[name, label, places] for (name, label), places in said.items()]
        if told != chunk.families:
            chunk.families = told
            yield chunk


def _outline_in(chunk: RosterChunk) -> Outline:
    content, columns = opened(chunk, "outline_cipher"), []
    for kind in KINDS:
        column = array(kind)
        size = chunk.rows * column.itemsize
        column.frombytes(content[:size])
        content = content[size:]
        columns.append(column)
    return Outline(*columns)


def _rows_at(chunk: RosterChunk, places: list[int]) -> list[RosterRow]:
    inside = _inside(chunk, places)
    if not inside:
        return []
    pack = pack_of(RosterChunk.objects.only("content_cipher").get(pk=chunk.pk))
    return [pack[place - chunk.first] for place in inside]


def _inside(chunk: RosterChunk, places: list[int]) -> list[int]:
    return places[bisect_left(places, chunk.first) : bisect_left(places, chunk.first + chunk.rows)]
