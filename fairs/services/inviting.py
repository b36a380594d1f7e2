"""Many people to one fair by one press: each gets a verdict, and the whole can be taken back.

Set-based: five hundred at a time, in some twenty statements. Texts are written afterwards, one by one, by the same task
that looks after every large crowd.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.db import transaction

from areas.ranges import is_inside
from cases import services as cases
from cases.choices import State
from cases.models import Case, WorkItem
from fairs import locking, policies, texts
from fairs.models import Fair, FairReferral, ReferralBatch
from fairs.refusals import BatchOver, FairClosed
from fairs.services import crowds
from fairs.services.licence import check_crowd
from kit.days import local_day
from kit.replays import first_row
from staff.models import User
from staff.roles import PLACERS
from workers import journal
from workers.rules.ages import WORKING_AGE

CHUNK = 500


class Verdict(StrEnum):
    REFERRED = "referred"
    NOT_CONTACTED = "not_contacted"
    WAITS_ELSEWHERE = "waits_elsewhere"
    HAS_A_JOB = "has_a_job"
    ENDED = "ended"
    NOT_SERVED = "not_served"
    TOO_YOUNG = "too_young"
    WAS_HERE = "was_here"
    NOT_ALLOWED = "not_allowed"
    BUSY = "busy"
    NOT_FOUND = "not_found"
    TAKEN_BACK = "taken_back"
    BEING_TAKEN_BACK = "being_taken_back"


TURN = ("case_id", "checked_in_at", "result")
STANDS = {None: Verdict.TAKEN_BACK, False: Verdict.REFERRED, True: Verdict.BEING_TAKEN_BACK}
"""By whether somebody is still expected; None is who is off the list."""

OF_STATE = {
    State.FLAGGED: Verdict.NOT_CONTACTED,
    State.CONTACTED: Verdict.REFERRED,
    State.REFERRED: Verdict.WAITS_ELSEWHERE,
    State.PLACED: Verdict.HAS_A_JOB,
    State.TRANSPORTED: Verdict.HAS_A_JOB,
    State.SETTLED: Verdict.HAS_A_JOB,
    State.CLOSED: Verdict.ENDED,
}


def verdicts_for(fair: Fair, case_ids: Iterable[int], *, by: User, at: datetime) -> dict[int, Verdict]:
    """What would come of each this moment, in the order asked. 2 queries; nothing is locked."""
    ids, today, spans = list(case_ids), local_day(at), by.ranges_as(*PLACERS)
    seen = Case.objects.visible_to(by).select_related("worker").only("area_id", "state", "worker__birth_date")
    found = seen.in_bulk(ids)
    here = set(fair.referrals.current().values_list("worker", flat=True))

    def verdict(case: Case | None) -> Verdict:
        if case is None:
            return Verdict.NOT_FOUND
        if not is_inside(case.area_id, spans):
            return Verdict.NOT_ALLOWED
        if not fair.serves(case.area_id):
            return Verdict.NOT_SERVED
        if case.worker_id in here:
            return Verdict.WAS_HERE
        if case.worker.age(today) < WORKING_AGE:
            return Verdict.TOO_YOUNG
        return OF_STATE[case.state]

    return {case_id: verdict(found.get(case_id)) for case_id in ids}


def refer_many(
    *, fair: Fair, case_ids: Iterable[int], words: str = "", by: User, at: datetime, once: UUID | None = None
) -> ReferralBatch:
    """A transaction for each five hundred. The same `once` gives the first press, with what came of it; of one that
    was cut off, it does the rest.
    """
    batch = _batch(fair, list(dict.fromkeys(case_ids)), words, by=by, at=at, once=once)
    ids = _left(batch, dict.fromkeys(case_ids))
    for start in range(0, len(ids), CHUNK):
        _refer_chunk(batch, ids[start : start + CHUNK], by=by, at=at)
    return batch


@transaction.atomic
def take_back_batch(*, batch: ReferralBatch, by: User, at: datetime) -> ReferralBatch:
    """Everybody who is still expected is off the list and back to "contacted". Not once the doors are open."""
    fair = locking.fair_alone(batch.fair)
    batch = ReferralBatch.objects.select_related("fair__area").get(pk=batch.pk)
    policies.check_can_take_back(by, batch)
    if batch.undone_at:
        return batch
    if fair.is_running or not fair.takes_referrals:
        raise BatchOver
    batch.undone_by, batch.undone_at = by, at
    batch.save(update_fields=["undone_by", "undone_at"])
    people = fair.referrals.expected().filter(batch=batch)
    crowds.for_each(fair, people, partial(crowds.take_back, by=by, at=at))
    return batch


def standing_of(batch: ReferralBatch) -> dict[Verdict, list[int]]:
    """The verdicts as they stand: once it was taken back, only who had come is still referred, and who is expected has
    not had their turn yet. 1 query at most.
    """
    verdicts = {Verdict(word): ids for word, ids in batch.verdicts.items()}
    if not batch.undone_at:
        return verdicts
    listed = batch.fair.referrals.current().filter(batch=batch)
    still = {case_id: not (came or result) for case_id, came, result in listed.values_list(*TURN)}
    stands: dict[Verdict, list[int]] = {verdict: [] for verdict in STANDS.values()}
    for case_id in verdicts.pop(Verdict.REFERRED, []):
        stands[STANDS[still.get(case_id)]].append(case_id)
    return verdicts | stands


@transaction.atomic
def _batch(fair: Fair, ids: list[int], words: str, *, by: User, at: datetime, once: UUID | None) -> ReferralBatch:
    if earlier := first_row(ReferralBatch, once):
        return earlier
    if not fair.takes_referrals or fair.ends_at <= at:
        raise FairClosed
    check_crowd(fair, more=_going(verdicts_for(fair, ids, by=by, at=at)))
    return ReferralBatch.objects.create(fair=fair, made_by=by, made_at=at, words=words[:200], once=once)


def _left(batch: ReferralBatch, ids: Iterable[int]) -> list[int]:
    """Who has no verdict yet; nobody, once it was taken back."""
    done = {case_id for known in batch.verdicts.values() for case_id in known}
    return [] if batch.undone_at else [case_id for case_id in ids if case_id not in done]


def _going(verdicts: dict[int, Verdict]) -> int:
    return sum(verdict is Verdict.REFERRED for verdict in verdicts.values())


@transaction.atomic
def _refer_chunk(batch: ReferralBatch, ids: list[int], *, by: User, at: datetime) -> None:
    fair = locking.fair_alone(batch.fair)
    if not fair.takes_referrals or fair.ends_at <= at:
        raise FairClosed
    batch.refresh_from_db(fields=["verdicts", "undone_at"])  # the same form may be at it twice
    if not (ids := _left(batch, ids)):
        return
    items = {item.case_id: item for item in cases.lock_open_items(ids)}
    verdicts = verdicts_for(fair, ids, by=by, at=at)
    check_crowd(fair, more=_going(verdicts))
    wanted = [case_id for case_id, verdict in verdicts.items() if verdict is Verdict.REFERRED]
    for case_id in wanted:
        if case_id not in items:
            verdicts[case_id] = Verdict.BUSY
    _put_on_list(batch, fair, [item for item in items.values() if verdicts[item.case_id] is Verdict.REFERRED], at)
    for case_id, verdict in verdicts.items():
        batch.verdicts.setdefault(verdict.value, []).append(case_id)
    batch.told_at = None  # those before may have been told already
    batch.save(update_fields=["verdicts", "told_at"])
    crowds.leave_for_later(fair)


def _put_on_list(batch: ReferralBatch, fair: Fair, items: list[WorkItem], at: datetime) -> None:
    """Rows, journal and the step of each case, as `put_on_list` writes them one by one."""
    by, codes = batch.made_by, _free_codes(fair, len(items))
    referrals = FairReferral.objects.bulk_create(
        FairReferral(
            fair=fair, case=item.case, worker=item.case.worker, code=code, referred_at=at, referred_by=by, batch=batch
        )
        for item, code in zip(items, codes, strict=True)
    )
    journal.record_many(
        journal.Entry(row.worker_id, "referred_to_fair", by, at, about=row, data=texts.for_journal(row, wishes=[]))
        for row in referrals
    )
    cases.mark_referred_in_bulk(
        [cases.Referred(item, row) for item, row in zip(items, referrals, strict=True)],
        until=fair.ends_at, reason="fair", data={"fair": fair.title}, by=by, at=at,
    )  # fmt: skip


def _free_codes(fair: Fair, many: int) -> list[str]:
    taken = set(fair.referrals.values_list("code", flat=True))
    found: set[str] = set()
    while len(found) < many:
        code = f"{secrets.randbelow(10**6):06d}"
        if code not in taken:
            found.add(code)
    return list(found)
