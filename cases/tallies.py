"""Cases and open work items, counted by what the overview and the heads of lists ask for.

A township is the finest area: a village has some hundred cases, which are counted as quickly themselves, and who loads
many cases would note a delta for nearly each of them.
"""

from dataclasses import dataclass

from areas.ranges import WIDTHS, Level
from kit.tallies import Rollup, Tally, declare

TOWNSHIP = f"area_code / {WIDTHS[Level.TOWNSHIP]} * {WIDTHS[Level.TOWNSHIP]}"
DAY = "({moment} AT TIME ZONE 'Asia/Shanghai')::date"


@dataclass(frozen=True)
class ByArea(Rollup):
    """Areas of one level, those above it included where somebody is registered in one."""

    level: Level


def by(level: Level, table: str, *names: str) -> ByArea:
    width = WIDTHS[level]
    return ByArea(table, {"area": f"area / {width} * {width}"} | {name: name for name in names}, level)


HOW_FAR = ("was_contacted", "was_referred", "was_placed", "has_travelled", "is_settled")
CASES = declare(
    Tally(
        "cases_case_tally",
        "cases_case",
        {
            "area": ("bigint", TOWNSHIP),
            "state": ("text", "state"),
            "service_group": ("text", "service_group"),
            "is_owned": ("boolean", "owner_id IS NOT NULL"),
            "opened_on": ("date", DAY.format(moment="opened_at")),
            "was_contacted": ("boolean", "first_contacted_at IS NOT NULL"),
            "was_referred": ("boolean", "follow_up_round > 0 OR has_been_referred"),
            "was_placed": ("boolean", "follow_up_round > 0"),
            "has_travelled": ("boolean", "has_travelled"),
            "is_settled": ("boolean", "settled_at IS NOT NULL"),
        },
        # the first that knows what is asked for is read: the coarser come first
        (
            by(Level.COUNTY, "cases_case_tally_standing_by_county", "state", "service_group", "is_owned"),
            by(Level.TOWNSHIP, "cases_case_tally_standing_by_township", "state", "service_group", "is_owned"),
            by(Level.COUNTY, "cases_case_tally_opened_by_county", "opened_on", *HOW_FAR),
        ),
    )
)
OPEN_ITEMS = declare(
    Tally(
        "cases_item_tally",
        "cases_workitem",
        {
            "area": ("bigint", TOWNSHIP),
            "step": ("text", "step"),
            "priority": ("smallint", "priority"),
            "is_owned": ("boolean", "owner_id IS NOT NULL"),
            "due_on": ("date", DAY.format(moment="due_at")),
            "comes_on": ("date", DAY.format(moment="coalesce(not_before, due_at)")),
            "escalation_level": ("smallint", "escalation_level"),
        },
        (
            by(Level.COUNTY, "cases_item_tally_due_by_county", "due_on"),
            by(Level.TOWNSHIP, "cases_item_tally_due_by_township", "due_on"),
            *(
                by(
                    level,
                    f"cases_item_tally_waiting_by_{level.value}",
                    *("due_on", "step", "priority", "is_owned", "comes_on", "escalation_level"),
                )
                for level in (Level.COUNTY, Level.TOWNSHIP)
            ),
        ),
        condition="state = 'open'",
    )
)
