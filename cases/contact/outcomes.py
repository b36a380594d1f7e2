"""Where a talk leads, by what the worker said. Pure: the table of statuses, and what it means in each state."""

from dataclasses import dataclass
from enum import StrEnum

from cases.choices import OPEN_STATES, TWO_WAY_OUTCOMES, CloseReason, State
from workers.choices import EMPLOYED, OUT_OF_WORK, Status


class Lead(StrEnum):
    STAY = "stay"
    CONTACT = "contact"
    CLOSE = "close"
    FALL_THROUGH = "fall_through"


@dataclass(frozen=True)
class Route:
    """`reason` is a reason for closing, or the word of `cases.reasons` for the next item."""

    lead: Lead
    reason: str = ""


STAY = Route(Lead.STAY)
AT_WORK = (State.PLACED, State.TRANSPORTED)
BEFORE_WORK = (State.FLAGGED, State.CONTACTED, State.REFERRED)

CLOSES = {
    **dict.fromkeys(EMPLOYED, CloseReason.SELF_FOUND),
    Status.FARMING: CloseReason.NOT_WILLING,
    Status.NOT_WILLING: CloseReason.NOT_WILLING,
    Status.STUDENT: CloseReason.STUDYING,
    Status.ARMY: CloseReason.ARMY,
    Status.UNABLE: CloseReason.UNABLE,
    Status.MOVED: CloseReason.MOVED,
    Status.DECEASED: CloseReason.DECEASED,
    Status.DUPLICATE: CloseReason.DUPLICATE,
}


def route_of(*, state: str, outcome: str, status: str | None) -> Route:
    """An attempt that reached nobody leads nowhere, whatever a relative said: that is no word of the worker's.

    Over age never closes a case: the worker may go on looking.
    """
    if outcome not in TWO_WAY_OUTCOMES:
        return STAY
    if state in AT_WORK:
        return Route(Lead.FALL_THROUGH, "left_job") if is_end_of_job(state, status) else STAY
    if status in CLOSES:
        return Route(Lead.CLOSE, CLOSES[status])
    return _contact(state, status)


def what_news_closes(status: str) -> tuple[str, tuple[str, ...]]:
    """The reason, and the states a case is closed from: who is at work anyway is only followed up."""
    if status == Status.DECEASED:
        return CloseReason.DECEASED, OPEN_STATES
    return CloseReason.SELF_FOUND, BEFORE_WORK if status in EMPLOYED else ()


def is_end_of_job(state: str, status: str) -> bool:
    """Said by the worker of a case in this state."""
    return state in AT_WORK and status in OUT_OF_WORK


def _contact(state: str, status: str | None) -> Route:
    if state != State.FLAGGED:
        return STAY
    return Route(Lead.CONTACT, "going_back" if status == Status.RETURNED_GOING_BACK else "willing")
