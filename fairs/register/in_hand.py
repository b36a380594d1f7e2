"""The fairs ahead of a colleague who organises none there any more."""

from django.utils.translation import ngettext

from areas.ranges import in_ranges
from fairs.choices import NOT_OVER
from fairs.models import Fair
from staff.appointing import handing_over
from staff.models import Posting, User
from staff.roles import FAIR_RUNNERS, Role


def words(count: int) -> str:
    return ngettext("%(n)d fair to organise", "%(n)d fairs to organise", count) % {"n": count}


def count(user: User, kept: list[Posting]) -> int:
    return _organised(user, kept).count()


def hand_on(user, kept, to, by, at) -> int:
    """Only to who may run the fair."""
    fairs = _organised(user, kept).select_for_update(no_key=True).order_by("pk")
    return sum(not _pass_on(fair, user, to, by, at) for fair in fairs)


def _pass_on(fair: Fair, user, to, by, at) -> bool:
    first = [Role.FAIR_ORGANISER]
    taker = handing_over.taker_in(fair.area_id, FAIR_RUNNERS, first=first, but=user, to=to, by=by, at=at)
    if taker:
        fair.organiser = taker
        fair.save(update_fields=["organiser"])
    return taker is not None


def _organised(user: User, kept: list[Posting]):
    run = [(posting.area.low, posting.area.high) for posting in kept if posting.role in FAIR_RUNNERS]
    ahead = Fair.objects.filter(organiser=user, state__in=NOT_OVER)
    return ahead.exclude(in_ranges("area_id", run)) if run else ahead


handing_over.register("fairs", handing_over.Kind(words, count, hand_on, FAIR_RUNNERS))
