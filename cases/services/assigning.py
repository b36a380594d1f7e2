"""Whose case it is: one by one, many at once, and all of a colleague's when they are away."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from areas.models import Area
from areas.ranges import WIDTHS, Range, code_at, is_inside
from cases import policies
from cases.locking import lock_open_items, locked
from cases.models import Case, WorkItem
from cases.queue.steps import Line, write_line
from cases.refusals import CaseEnded, OwnerOutsideArea
from cases.services.opening import choose_owners
from kit.days import local_day
from staff.models import Posting, User
from staff.roles import CASEWORKERS
from workers import journal

CHUNK = 500
log = logging.getLogger(__name__)


class Verdict(StrEnum):
    ASSIGNED = "assigned"
    UNCHANGED = "unchanged"
    NOT_ALLOWED = "not_allowed"
    ENDED = "ended"
    OWNER_OUTSIDE_AREA = "owner_outside_area"
    BUSY = "busy"
    NOT_FOUND = "not_found"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True)
class RowResult:
    case_id: int
    verdict: Verdict


@transaction.atomic
def assign(*, case: Case, owner: User | None, by: User | None, at: datetime) -> Case:
    """Make a cadre who serves there responsible; None takes the case from everybody. The same again changes nothing."""
    with locked(case) as step:
        policies.check_can_assign(by, step.case)
        if step.item is None:
            raise CaseEnded
        if owner is not None and not is_inside(step.case.area_id, _spans(owner, at)):
            raise OwnerOutsideArea
        if step.case.owner_id != _key(owner):
            told = _told(owner, was=str(step.case.owner or ""))
            _give(step.case, step.item, owner)
            write_line(step.case, Line("case_assigned", data=told), by=by, at=at)
    return step.case


@transaction.atomic
def reassign_many(*, case_ids: Iterable[int], owner: User | None, by: User, at: datetime) -> list[RowResult]:
    """Any number of cases, one verdict each, in the order asked. Nothing is refused as a whole.

    A case outside the actor's area is `not_found`, as on every page. One that somebody is saving is `busy`.
    """
    ids = list(dict.fromkeys(case_ids))
    spans = None if owner is None else _spans(owner, at)
    verdicts: dict[int, Verdict] = {}
    for start in range(0, len(ids), CHUNK):
        verdicts |= _reassign(ids[start : start + CHUNK], owner, spans, by=by, at=at)
    return [RowResult(case_id, verdicts[case_id]) for case_id in ids]


def preview_reassign(*, case_ids: Iterable[int], owner: User | None, by: User, at: datetime) -> list[RowResult]:
    """What `reassign_many` would come to this moment. Nothing is locked and nothing written."""
    ids = list(dict.fromkeys(case_ids))
    spans = None if owner is None else _spans(owner, at)
    return [RowResult(case_id, verdict) for case_id, verdict in _verdicts(ids, owner, spans, by).items()]


@transaction.atomic
def hand_over_owner(*, from_user: User, to_user: User | None, area: Area, by: User, at: datetime) -> list[RowResult]:
    """All open cases of somebody on leave, within an area, to a colleague; or to nobody, for the township to see."""
    policies.check_can_hand_over(by, area)
    mine = Case.objects.open().owned_by(from_user).in_area(area).order_by("pk")
    return reassign_many(case_ids=mine.values_list("pk", flat=True), owner=to_user, by=by, at=at)


@transaction.atomic
def release_left_behind(*, owner: User, by: User, at: datetime) -> int:
    """Cases of somebody who does no casework there any more are nobody's, and so on the township's list; how many.

    One that somebody is saving this moment keeps its owner until the night.
    """
    spans = _spans(owner, at)
    mine = Case.objects.open().owned_by(owner).order_by("pk")
    ids = [pk for pk, code in mine.values_list("pk", "area_id") if not is_inside(code, spans)]
    return sum(_release(ids[start : start + CHUNK], owner.pk, by=by, at=at) for start in range(0, len(ids), CHUNK))


def release_all_left_behind(*, at: datetime) -> int:
    """The same of everybody whose last day is over or whose account is closed, in short transactions; how many.

    Safe to run twice, and to break off: what was released is nobody's and not looked for again.
    """
    released = 0
    for owner_id, codes in _left_behind(local_day(at)).items():
        left = Case.objects.open().filter(owner_id=owner_id, area_id__in=codes).order_by("pk")
        ids = list(left.values_list("pk", flat=True))
        for start in range(0, len(ids), CHUNK):
            released += _release(ids[start : start + CHUNK], owner_id, by=None, at=at)
            log.info("Cases left behind and now of nobody: %s so far", released)
    return released


def _left_behind(today: date) -> dict[int, list[int]]:
    """For each owner the areas with open items of theirs that no casework posting of theirs covers. 2 queries."""
    serving = Posting.objects.current(today).in_role(*CASEWORKERS).filter(user__is_active=True)
    served = set(serving.values_list("user_id", "area_id"))
    owned = WorkItem.objects.open().exclude(owner=None).order_by().values_list("owner_id", "area_id").distinct()
    left: dict[int, list[int]] = {}
    for owner_id, code in owned:
        if not any((owner_id, code_at(code, level)) in served for level in WIDTHS):
            left.setdefault(owner_id, []).append(code)
    return left


@transaction.atomic
def _release(case_ids: list[int], owner_id: int, *, by: User | None, at: datetime) -> int:
    items = [item for item in lock_open_items(case_ids) if item.owner_id == owner_id]
    _give_all(items, None, by=by, at=at)
    return len(items)


@transaction.atomic
def hand_on(*, owner: User, kept: list[Range], to: User | None, by: User | None, at: datetime) -> int:
    """The open cases of somebody who goes, outside what they keep: each to `to` where that colleague serves, else to a
    cadre of its place, else to `by`. Returns how many nobody can have; those stay as they are.
    """
    mine = Case.objects.open().owned_by(owner).outside(kept).order_by("pk").values_list("pk", flat=True)
    ids, stranded = list(mine), 0
    for start in range(0, len(ids), CHUNK):
        items = lock_open_items(ids[start : start + CHUNK], skip_locked=False)
        takers = _takers([item.area_id for item in items], owner, to, by, at)
        given = [(item, taker) for item, taker in zip(items, takers, strict=True) if taker is not None]
        _give_each(given, by=by, at=at)
        stranded += len(items) - len(given)
    return stranded


def _takers(codes: list[int], owner: User, to: User | None, by: User | None, at: datetime) -> list[User | None]:
    spans = {person: _spans(person, at) for person in (to, by) if person is not None and person != owner}
    local = choose_owners(codes, at=at, but=owner)
    return [
        next((person for person in (to, near, by) if _can_have(person, code, near, spans)), None)
        for code, near in zip(codes, local, strict=True)
    ]


def _can_have(person: User | None, code: int, near: User | None, spans: dict[User, list[Range]]) -> bool:
    return person is not None and (person == near or is_inside(code, spans.get(person, [])))


def _reassign(ids: list[int], owner: User | None, spans, *, by: User, at: datetime) -> dict[int, Verdict]:
    verdicts = _verdicts(ids, owner, spans, by)
    wanted = [case_id for case_id, verdict in verdicts.items() if verdict is Verdict.ASSIGNED]
    items = lock_open_items(wanted)
    for case_id in set(wanted) - {item.case_id for item in items}:
        verdicts[case_id] = Verdict.BUSY
    _give_all(items, owner, by=by, at=at)
    return verdicts


def _verdicts(ids: list[int], owner: User | None, spans: list[Range] | None, by: User) -> dict[int, Verdict]:
    """1 query."""
    seen = Case.objects.visible_to(by).only("pk", "area_id", "state", "owner_id").in_bulk(ids)
    return {case_id: _verdict(seen.get(case_id), owner, spans, by) for case_id in ids}


def _verdict(case: Case | None, owner: User | None, spans: list[Range] | None, by: User) -> Verdict:
    if case is None:
        return Verdict.NOT_FOUND
    if not policies.can_assign(by, case):
        return Verdict.NOT_ALLOWED
    if not case.is_open:
        return Verdict.ENDED
    if case.owner_id == _key(owner):
        return Verdict.UNCHANGED
    if spans is not None and not is_inside(case.area_id, spans):
        return Verdict.OWNER_OUTSIDE_AREA
    return Verdict.ASSIGNED


def _give_all(items: list[WorkItem], owner: User | None, *, by: User | None, at: datetime) -> None:
    _give_each([(item, owner) for item in items], by=by, at=at)


def _give_each(given: list[tuple[WorkItem, User | None]], *, by: User | None, at: datetime) -> None:
    names = User.objects.in_bulk({item.case.owner_id for item, _taker in given if item.case.owner_id})
    for owner in {owner for _item, owner in given}:
        theirs = [item for item, taker in given if taker == owner]
        WorkItem.objects.filter(pk__in=[item.pk for item in theirs]).update(owner=owner)
        Case.objects.filter(pk__in=[item.case_id for item in theirs]).update(owner=owner)
    journal.record_all(
        journal.Entry(
            item.case.worker_id,
            "case_assigned",
            by,
            at,
            about=item.case,
            data={"case": item.case_id, **_told(owner, was=str(names.get(item.case.owner_id, "")))},
        )
        for item, owner in given
    )


def _give(case: Case, item: WorkItem, owner: User | None) -> None:
    case.owner = item.owner = owner
    case.save(update_fields=["owner"])
    item.save(update_fields=["owner"])


def _spans(owner: User, at: datetime) -> list[Range]:
    """Where this person is a cadre or supervisor on that day; nobody deactivated is anywhere."""
    if not owner.is_active:
        return []
    postings = owner.postings_on(local_day(at))
    return [(p.area.low, p.area.high) for p in postings if p.role in CASEWORKERS]


def _key(owner: User | None) -> int | None:
    return owner.pk if owner else None


def _told(owner: User | None, *, was: str) -> dict:
    """`was`: who had it before, "" for nobody; whoever opened the case may have chosen them without a line."""
    return {"owner": str(owner) if owner else None, "owner_id": _key(owner), "was": was}
