"""Cases and open work items, counted by what the overview and the heads of lists ask for.

A township is the finest area of a rollup: a village has some hundred cases, which are counted as quickly themselves.
"""

from areas.ranges import WIDTHS, Level
from kit.tallies import Rollup, Tally, declare

ROLLED_UP = (Level.COUNTY, Level.TOWNSHIP)
"""Of each tally; a city is then read in as many rows as a county has."""
DAY = "({moment} AT TIME ZONE 'Asia/Shanghai')::date"


def _at_level(level: str, dimensions: dict) -> dict[str, str]:
    return {name: name for name in dimensions} | {"area": f"area / {WIDTHS[level]} * {WIDTHS[level]}"}


def _tally(name: str, source: str, dimensions: dict, **more) -> Tally:
    rollups = [Rollup(f"{name}_by_{level.value}", _at_level(level, dimensions)) for level in ROLLED_UP]
    return declare(Tally(name, source, dimensions, tuple(rollups), **more))


CASES = _tally(
    "cases_case_tally",
    "cases_case",
    {
        "area": ("bigint", "area_code"),
        "state": ("text", "state"),
        "service_group": ("text", "service_group"),
        "is_owned": ("boolean", "owner_id IS NOT NULL"),
        "opened_on": ("date", DAY.format(moment="opened_at")),
        "was_contacted": ("boolean", "first_contacted_at IS NOT NULL"),
        "was_referred": ("boolean", "follow_up_round > 0 OR has_been_referred"),
        "was_placed": ("boolean", "follow_up_round > 0"),
        "has_travelled": ("boolean", "has_travelled"),
    },
)
OPEN_ITEMS = _tally(
    "cases_item_tally",
    "cases_workitem",
    {
        "area": ("bigint", "area_code"),
        "step": ("text", "step"),
        "priority": ("smallint", "priority"),
        "is_owned": ("boolean", "owner_id IS NOT NULL"),
        "due_on": ("date", DAY.format(moment="due_at")),
        "comes_on": ("date", DAY.format(moment="coalesce(not_before, due_at)")),
        "escalation_level": ("smallint", "escalation_level"),
    },
    condition="state = 'open'",
)
