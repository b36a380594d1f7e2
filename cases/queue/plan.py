"""What the next work item will say. A service makes the plan, the flow's step turns it into the item."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from cases.choices import Escalation
from cases.queue.deadlines import Clocks


@dataclass(frozen=True)
class Plan:
    """`due_at=None` leaves it to the clock of the step, counted from `at`. `not_before` keeps it off lists until then.

    `opened_at` and the escalation are for an item that stands in for an older one. `clocks` saves reading the rules
    again when the service has already done so.
    """

    at: datetime
    reason: str
    data: dict = field(default_factory=dict)
    due_at: datetime | None = None
    not_before: datetime | None = None
    opened_at: datetime | None = None
    clocks: Clocks | None = None
    escalation_level: int = Escalation.VILLAGE
    escalated_at: datetime | None = None

    def with_clocks(self, clocks: Clocks) -> "Plan":
        return replace(self, clocks=clocks)
