"""The planned follow-ups of a placement, and what the next one puts on the list."""

from datetime import date, datetime, timedelta

from django.db import models

from cases.models import Case, FollowUp
from cases.queue.deadlines import Clocks
from cases.queue.items import clocks_on
from cases.queue.plan import Plan
from kit.days import end_of_day, local_day, start_of_day


def plan_follow_ups(case: Case, *, placement: models.Model | None, clocks: Clocks) -> list[FollowUp]:
    """Those of a placement that was taken back are asked about the next one."""
    return FollowUp.objects.bulk_create(
        planned_follow_ups(case, placement=placement, clocks=clocks),
        update_conflicts=True,
        unique_fields=["case", "round", "day_no"],
        update_fields=["due_on", "placement_ref", "dropped_at"],
    )


def planned_follow_ups(case: Case, *, placement: models.Model | None, clocks: Clocks) -> list[FollowUp]:
    """One unsaved row a planned day, counted from the first day at work."""
    return [
        FollowUp(
            case=case,
            round=case.follow_up_round,
            placement_ref=placement.pk if placement else None,
            day_no=day_no,
            due_on=case.placed_on + timedelta(days=day_no),
        )
        for day_no in clocks.follow_up_days(case.service_group)
    ]


def drop_follow_ups(case: Case, *, at: datetime) -> None:
    """The placement is over: nobody is asked about it any more."""
    if case.follow_up_round:
        case.follow_ups.waiting().update(dropped_at=at)


def next_follow_up(case: Case) -> FollowUp | None:
    return case.follow_ups.waiting().filter(round=case.follow_up_round).in_order().first()


def plan_of(
    follow_up: FollowUp, *, at: datetime, clocks: Clocks, reason: str = "follow_up_day", earliest: date | None = None
) -> Plan:
    """Off the lists until its day comes; due on that day, or `earliest` (today) if the day has passed."""
    due_on = max(follow_up.due_on, earliest or local_day(at))
    return Plan(
        at=at,
        reason=reason,
        data={"day_no": follow_up.day_no, "follow_up": follow_up.pk},
        due_at=end_of_day(due_on),
        not_before=_not_before(due_on, at),
        clocks=clocks,
    )


def plan_of_next_follow_up(case: Case, *, at: datetime) -> Plan:
    """By the clocks of that moment."""
    return plan_of(next_follow_up(case), at=at, clocks=clocks_on(at))


def plan_of_travel(case: Case, *, at: datetime, clocks: Clocks) -> Plan:
    """Travel is arranged by the eve of the first day at work, or today."""
    eve = max(case.placed_on - timedelta(days=1), local_day(at))
    data = {"start_on": case.placed_on.isoformat()}
    return Plan(at=at, reason="seat_needed", data=data, due_at=end_of_day(eve), clocks=clocks)


def _not_before(day: date, at: datetime) -> datetime | None:
    return start_of_day(day) if day > local_day(at) else None
