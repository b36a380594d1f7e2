"""The fairs ahead of a colleague who organises none any more."""

from django.utils.translation import ngettext

from fairs.choices import NOT_OVER
from fairs.models import Fair
from staff.appointing import handing_over
from staff.models import Posting, User
from staff.roles import FAIR_RUNNERS


def words(count: int) -> str:
    return ngettext("%(n)d fair to organise", "%(n)d fairs to organise", count) % {"n": count}


def count(user: User, kept: list[Posting]) -> int:
    return _organised(user, kept).count()


def hand_on(user, kept, to, by, at) -> int:
    fairs, taker = _organised(user, kept), to or by
    return (fairs.update(organiser=taker) and 0) if taker else fairs.count()


def _organised(user: User, kept: list[Posting]):
    ahead = Fair.objects.filter(organiser=user, state__in=NOT_OVER)
    return ahead.none() if any(posting.role in FAIR_RUNNERS for posting in kept) else ahead


handing_over.register("fairs", handing_over.Kind(words, count, hand_on))
