"""One chunk judged against the others and the register, and what is kept of that: a verdict for every row."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import connection

from kit import papers
from kit.copying import NULL, copy_text, escaped
from workers.imports import cutting, packing, saving
from workers.imports.akin import with_others
from workers.imports.comparing import adds_no_number, compare_with_register, first_others
from workers.imports.families import with_oddities
from workers.imports.issues import VERDICTS
from workers.imports.verdicts import Context, Verdict
from workers.models import RosterChunk, RosterUpload, RosterVerdict

COLUMNS = (
    *("upload_id", "no", "label", "rank", "verdict", "issues", "worker_id"),
    *("is_saved", "is_new", "adds_number", "name", "asks", "answered"),
)
RANKS = {verdict: rank for rank, verdict in enumerate(VERDICTS, 1)}
ASKING = 0
INTO = f"COPY workers_rosterverdict ({', '.join(COLUMNS)}) FROM STDIN"
DISPUTED = """
SELECT array_agg(label ORDER BY no) FROM workers_rosterverdict WHERE upload_id = %s AND adds_number
GROUP BY worker_id HAVING count(*) > 1
"""


def judged(upload: RosterUpload, chunk: RosterChunk, context: Context) -> list[Verdict]:
    """As if the whole file had been looked at, and the register now."""
    compared = packing.compared_of(chunk.compared)
    alone = cutting.judged_alone(chunk, context)
    among_others = with_oddities(with_others(alone, compared), chunk.families)
    verdicts = compared_with_register(among_others, context)
    return [_undisputed(verdict, upload.disputed) for verdict in verdicts] if upload.disputed else verdicts


def compared_with_register(verdicts: Iterable[Verdict], context: Context) -> list[Verdict]:
    """Of a whole file, or of one part of it whose rows were set against the others: all are looked up at once."""
    verdicts = [_seen_on_paper(verdict) for verdict in verdicts]
    persons = [verdict.person for verdict in verdicts if verdict.person.is_somebody]
    registered = saving.find_registered(persons)
    strangers = [person for person in persons if person.key not in registered and person.area]
    alike = saving.find_look_alikes(strangers, ranges=context.ranges)
    context = replace(context, registered=registered, look_alikes=alike)
    return [compare_with_register(verdict, context) for verdict in verdicts]


def check(upload: RosterUpload, chunk: RosterChunk, context: Context) -> None:
    """Say what saving would do now."""
    keep(chunk, judged(upload, chunk, context), is_waiting=True)
    chunk.state = RosterChunk.State.CHECKED
    chunk.save(update_fields=["state", "counts", "asking", "rows_saved"])


def keep(chunk: RosterChunk, verdicts: list[Verdict], *, is_waiting: bool, new: frozenset[int] = frozenset()) -> None:
    """In place of what was said before. `new` are keys of people who came with this chunk."""
    rows = RosterVerdict.objects.filter(upload=chunk.upload_id, no__gte=chunk.first, no__lt=chunk.first + chunk.rows)
    rows._raw_delete(rows.db)
    line_of = _Lines(chunk.upload_id, is_waiting=is_waiting, new=new).line
    copy_text(INTO, "".join(map(line_of, range(chunk.first, chunk.first + chunk.rows), verdicts)))
    chunk.counts = Counter(verdict.verdict for verdict in verdicts)
    chunk.asking = sum(verdict.question is not None for verdict in verdicts)
    chunk.rows_saved = sum(verdict.is_saved for verdict in verdicts)


def disputes_of(upload: RosterUpload) -> dict[str, list[str]]:
    """Rows that would give one record different numbers: by label the first others."""
    with connection.cursor() as cursor:
        cursor.execute(DISPUTED, [upload.pk])
        groups = [labels for (labels,) in cursor.fetchall()]
    return {label: first_others(labels, label) for labels in groups for label in labels}


class _Lines:
    """Rows of the table as text."""

    def __init__(self, upload_id: int, *, is_waiting: bool, new: frozenset[int]):
        self.upload_id, self.is_waiting, self.new = upload_id, is_waiting, new

    def line(self, no: int, verdict: Verdict) -> str:
        asks, said = verdict.question, verdict.verdict
        rank = RANKS[said] if asks is None else ASKING
        issues = _json(packing.issues_told(verdict.issues)) if verdict.issues else "[]"
        saved, worker = verdict.is_saved, verdict.worker_id
        return (
            f"{self.upload_id}\t{no}\t{escaped(verdict.row.label)}\t{rank}\t{said}\t{issues}\t"
            f"{worker or NULL}\t{'t' if saved else 'f'}\t{'t' if worker in self.new else 'f'}\t"
            f"{'t' if verdict.adds_number and _would_be_saved(verdict) else 'f'}\t{self._waiting(verdict)}\n"
        )

    def _waiting(self, verdict: Verdict) -> str:
        if not self.is_waiting:
            return f"\t{NULL}\t{NULL}"
        has_number = bool(verdict.person.id_number)
        asks = verdict.question and _json(packing.question_told(verdict.question, has_number=has_number))
        answered = [packing.question_told(question, has_number=has_number) for question in verdict.answered]
        return f"{escaped(verdict.person.name[:80])}\t{asks or NULL}\t{_json(answered) if answered else NULL}"


def _would_be_saved(verdict: Verdict) -> bool:
    """But for another row that gives the same record another number."""
    return verdict.is_saved or verdict.deciding[0].name == "two_numbers_added"


def _json(told: object) -> str:
    return escaped(json.dumps(told, ensure_ascii=False))


def _seen_on_paper(verdict: Verdict) -> Verdict:
    """A name that no paper here can show is named before one is printed."""
    missing = ", ".join(f"{each} (U+{ord(each):X})" for each in papers.unprintable(verdict.person.name))
    return verdict.with_issue("unprintable_character", "name", characters=missing) if missing else verdict


def _undisputed(verdict: Verdict, disputed: Mapping[str, list[str]]) -> Verdict:
    others = disputed.get(verdict.row.label)
    return adds_no_number(verdict, others) if others and verdict.adds_number and verdict.is_saved else verdict
