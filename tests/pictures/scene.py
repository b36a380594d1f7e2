"""The demo county on a Wednesday morning, and what `setting` adds: every page of the album has something to show."""

import ast
from datetime import datetime, timedelta

from django.utils import timezone

from kit.days import local_day, local_moment
from tests.running_system import RunningSystem

WORKERS = 2000
WEDNESDAY = 2


def lay_out(system: RunningSystem) -> dict[str, object]:
    """Returns the key of one row for each name in the album."""
    now = timezone.now()
    system.move_clock(seconds=(next_wednesday(now) - now).total_seconds())
    system.manage("seed_demo", f"--workers={WORKERS}")
    answer = system.python("from tests.pictures import setting; print(setting.lay_out())")
    return ast.literal_eval(answer.strip().splitlines()[-1])


def next_wednesday(now: datetime) -> datetime:
    """At ten, when the lists of a working day are full."""
    today = local_day(now)
    return local_moment(today + timedelta(days=(WEDNESDAY - today.weekday()) % 7 or 7), 10)
