"""The earliest a vehicle, or somebody aboard, can be there. Pure."""

from datetime import datetime, timedelta

MARGIN = 0.9
"""Where nobody said how long is spent at the wheel, a tenth less than planned still passes."""


def earliest_arrival(*, departed_at: datetime, driving: int | None, planned: timedelta, share: float = 1) -> datetime:
    """`driving` is minutes at the wheel, None when unknown; `share` is how much of the way lies before the stop."""
    whole = planned * MARGIN if driving is None else timedelta(minutes=driving)
    return departed_at + whole * share


def share_of_way(stop_at: datetime, *, departs_at: datetime, arrives_at: datetime) -> float:
    """By the planned times: a stop at half time lies half way."""
    return min(max((stop_at - departs_at) / (arrives_at - departs_at), 0), 1)
