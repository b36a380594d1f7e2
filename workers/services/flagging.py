from datetime import datetime

from django.db import models, transaction

from kit import sql
from staff.models import User
from workers import journal
from workers.events import worker_flagged
from workers.locking import lock_worker
from workers.models import Flag, Worker
from workers.rules.flag_rules import Raised

# one open flag of a rule, says the database
OPEN_BY_RULE = sql.Compiled(
    lambda worker_id, rule: Flag.objects.open().filter(worker_id=worker_id, rule=rule), sql.STAND_IN, "no rule at all"
)


@transaction.atomic
def flag_worker(
    *,
    worker: Worker,
    rule: str,
    by: User | None,
    at: datetime,
    data: dict | None = None,
    said_in: models.Model | None = None,
) -> Flag:
    """Raise a flag and announce it, which opens a case. A flag of the rule that is still open is returned instead.

    `said_in` is the locked case whose own step raises it.
    """
    lock_worker(worker, said_in=said_in)
    return raise_flag(worker, Raised(rule, data or {}), by=by, at=at)


def raise_flag(worker: Worker, raised: Raised, *, by: User | None, at: datetime) -> Flag:
    """For services that hold the worker's lock already."""
    return OPEN_BY_RULE.first(worker.pk, raised.rule) or write_flag(worker, raised, by=by, at=at)


def write_flag(worker: Worker, raised: Raised, *, by: User | None, at: datetime) -> Flag:
    """For those that also know that none of this rule is open."""
    flag = Flag(worker=worker, rule=raised.rule, data=raised.data, raised_at=at, raised_by=by)
    sql.insert(flag)
    told = {**raised.data, "rule": raised.rule}
    journal.record(worker=worker, what="worker_flagged", about=flag, by=by, at=at, data=told)
    worker_flagged.send(sender=Worker, worker=worker, flag=flag, by=by, at=at)
    return flag


def flag_entry(flag: Flag, *, by: User | None, at: datetime) -> journal.Entry:
    """The line of one that was raised with many others."""
    return journal.Entry(flag.worker_id, "worker_flagged", by, at, about=flag, data={**flag.data, "rule": flag.rule})


@transaction.atomic(savepoint=False)  # refuses nothing, so nobody catches anything from it
def clear_flags(*, worker: Worker, by: User | None, at: datetime) -> int:
    """What was flagged is settled; returns how many flags were open. None open leaves no line."""
    rules = list(worker.flags.select_for_update().open().values_list("rule", flat=True))
    if not rules:
        return 0
    worker.flags.open().update(cleared_at=at, cleared_by=by)
    journal.record(worker=worker, what="flags_cleared", by=by, at=at, data={"rules": sorted(rules)})
    return len(rules)


@transaction.atomic(savepoint=False)  # refuses nothing, as above
def withdraw_flag(flag: Flag, *, by: User | None, at: datetime) -> None:
    """It was raised by mistake."""
    flag.cleared_at, flag.cleared_by = at, by
    flag.save(update_fields=["cleared_at", "cleared_by"])
    journal.record(worker=flag.worker, what="flags_cleared", by=by, at=at, data={"rules": [flag.rule]})


@transaction.atomic(savepoint=False)  # refuses nothing, as above
def restore_flags(*, worker: Worker, cleared_at: datetime, by: User | None, at: datetime) -> int:
    """They were cleared at that moment by mistake; one that has been raised anew since stays the one that is open."""
    standing = worker.flags.open().values("rule")
    cleared = worker.flags.filter(cleared_at=cleared_at).exclude(rule__in=standing)
    rules = sorted(cleared.values_list("rule", flat=True))
    if not rules:
        return 0
    cleared.update(cleared_at=None, cleared_by=None)
    journal.record(worker=worker, what="flags_restored", by=by, at=at, data={"rules": rules})
    return len(rules)
