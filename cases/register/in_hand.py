"""The open cases of a colleague who goes."""

from django.utils.translation import ngettext

from areas.ranges import Range
from cases import services
from cases.models import Case
from staff.appointing import handing_over
from staff.models import Posting, User
from staff.roles import CASEWORKERS


def words(count: int) -> str:
    return ngettext("%(n)d open case", "%(n)d open cases", count) % {"n": count}


def count(user: User, kept: list[Posting]) -> int:
    return Case.objects.open().owned_by(user).outside(spans(kept)).count()


def hand_on(user, kept, to, by, at) -> int:
    return services.hand_on(owner=user, kept=spans(kept), to=to, by=by, at=at)


def spans(postings: list[Posting]) -> list[Range]:
    """Where these postings let somebody have cases."""
    return [(posting.area.low, posting.area.high) for posting in postings if posting.role in CASEWORKERS]


handing_over.register("cases", handing_over.Kind(words, count, hand_on, CASEWORKERS))
