"""A worker's chain rewritten by somebody who knows how lines are hashed and holds the database, but no key."""

from tests.past_triggers import past_triggers
from workers import journal
from workers.models import JournalHead, JournalLine
from workers.rules.seals import spelling

COPIED = ("worker_id", "what", "by_id", "happened_at", "entered_at", "data", "mac")


def rewrite(worker, *, change=None, add=(), drop=0):
    """`change` is fields by line number, `add` lines at the end like the last one but for some fields."""
    lines = list(worker.journal_lines.in_order())
    lines = lines[: len(lines) - drop]
    for seq, fields in (change or {}).items():
        vars(lines[seq - 1]).update(fields)
    for fields in add:
        lines.append(JournalLine(**{name: getattr(lines[-1], name) for name in COPIED} | fields))
    prev_hash = journal.BEFORE_THE_FIRST
    for seq, line in enumerate(lines, start=1):
        line.seq, line.prev_hash, line.pk = seq, prev_hash, None
        prev_hash = line.hash = spelling.hashed(spelling.content(line))
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s", [worker.pk])
        JournalLine.objects.bulk_create(lines)
        JournalHead.objects.filter(pk=worker.pk).update(seq=len(lines), hash=prev_hash)
