"""Marks for lines that are already written: those from before there were marks, and those under a key that goes."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import BinaryField, Q
from django.db.models.functions import Substr

from kit.sealing import crypto
from workers.journal import authenticity
from workers.journal.verifying import is_ours
from workers.models import JournalHead, JournalLine
from workers.rules.seals import chains, spelling

LINES_AT_ONCE, CHAINS_AT_ONCE = 5000, 500
NEW_MARKS = """
UPDATE {table} old SET mac = new.mac
FROM unnest(%s::bigint[], %s::bytea[]) AS new (id, mac) WHERE old.{key} = new.id
"""


def vouch_for_old(Line, Head) -> tuple[int, list[int]]:
    """Mark every line and head without a mark whose chain holds by its hashes, as they stand now: what was rewritten
    before nobody can tell any more. Returns how many lines, and the workers whose chains do not hold; those get none.
    """
    vouched, broken, last = 0, [], 0
    while heads := list(Head.objects.filter(pk__gt=last).order_by("pk")[:CHAINS_AT_ONCE]):
        with transaction.atomic():
            for head in heads:
                lines = list(Line.objects.filter(worker_id=head.pk).order_by("seq"))
                if _holds(head, lines):
                    vouched += _mark_chain(head, lines)
                else:
                    broken.append(head.pk)
        last = heads[-1].pk
    return vouched, broken


def renew() -> Iterator[int]:
    """Mark lines and heads anew under the newest key, some thousand a transaction; yields how many. May be broken off.

    A mark that does not hold is left as it is: a change of keys must not vouch for what nobody wrote.
    """
    yield from _renew_lines()
    yield from _renew_heads()


def _renew_lines() -> Iterator[int]:
    last = 0
    while lines := list(_under_old_keys(JournalLine).filter(pk__gt=last).order_by("pk")[:LINES_AT_ONCE]):
        contents = {line.pk: spelling.content(line) for line in lines if is_ours(line, spelling.content(line))}
        _set_marks(JournalLine, {pk: authenticity.of_line(content) for pk, content in contents.items()})
        yield len(contents)
        last = lines[-1].pk


def _renew_heads() -> Iterator[int]:
    last = 0
    while worker_ids := list(_old_heads(last).values_list("pk", flat=True)):
        yield _renew_locked(worker_ids)
        last = worker_ids[-1]


@transaction.atomic
def _renew_locked(worker_ids: list[int]) -> int:
    locked = JournalHead.objects.select_for_update().filter(pk__in=worker_ids).order_by("pk")
    ours = [head for head in locked if authenticity.is_head_ours(head.mac, head.pk, head.seq, head.hash)]
    _set_marks(JournalHead, {head.pk: authenticity.of_head(head.pk, head.seq, head.hash) for head in ours})
    return len(ours)


def _old_heads(after: int):
    return _under_old_keys(JournalHead).filter(pk__gt=after).order_by("pk")[:LINES_AT_ONCE]


def _under_old_keys(model):
    starts = Substr("mac", 1, crypto.KEY_ID_BYTES, output_field=BinaryField())
    return model.objects.alias(key_id=starts).filter(~Q(key_id=crypto.newest_key_id()))


def _holds(head, lines: list) -> bool:
    if any(chains.faults(head.pk, lines)):
        return False
    end = (lines[-1].seq, bytes(lines[-1].hash)) if lines else (0, spelling.BEFORE_THE_FIRST)
    return end == (head.seq, bytes(head.hash))


def _mark_chain(head, lines: list) -> int:
    bare = [line for line in lines if not line.mac]
    _set_marks(JournalLine, {line.pk: authenticity.of_line(spelling.content(line)) for line in bare})
    if not head.mac:
        _set_marks(JournalHead, {head.pk: authenticity.of_head(head.pk, head.seq, head.hash)})
    return len(bare)


def _set_marks(model, marks: dict[int, bytes]) -> None:
    statement = NEW_MARKS.format(table=model._meta.db_table, key=model._meta.pk.column)
    if marks:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(marks), list(marks.values())])
