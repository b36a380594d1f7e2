from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db.models import Exists, OuterRef, Q, QuerySet

from areas.ranges import WIDTHS, Range, in_or_around, in_ranges
from kit.days import start_of_day
from staff.roles import RECORD_READERS


class Scoped:
    """Mixed into the queryset of every table that stores an area: the one place that says who sees which row."""

    area_field = "area_id"

    def visible_to(self, user):
        """Rows where the user holds a role that reads records. No such posting (or nobody signed in) sees no row."""
        return self.held_by(user, RECORD_READERS)

    def held_by(self, user, roles: Iterable[str]):
        """Rows where the user holds one of the roles today."""
        return self.filter(in_ranges(self.area_field, ranges_of(user, roles)))


def ranges_of(user, roles: Iterable[str]) -> tuple[Range, ...]:
    """Nowhere for nobody signed in."""
    return user.ranges_as(*roles) if user.is_authenticated else ()


class PostingQuerySet(QuerySet):
    def current(self, today: date) -> "PostingQuerySet":
        """Running on that day; the last day counts."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)

    def not_over(self, today: date) -> "PostingQuerySet":
        """Running, or still to begin."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today))

    def inside(self, ranges: Iterable[Range]) -> "PostingQuerySet":
        return self.filter(in_ranges("area_id", ranges))

    def in_role(self, *roles: str) -> "PostingQuerySet":
        return self.filter(role__in=roles)

    def covering(self, code: int) -> "PostingQuerySet":
        """Postings whose area is this area or any area above it."""
        return self.filter(area_id__in=_self_and_above(code))


class UserQuerySet(QuerySet):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def with_posting(self, postings: PostingQuerySet) -> "UserQuerySet":
        """People who hold at least one of these postings."""
        return self.filter(Exists(postings.filter(user=OuterRef("pk"))))

    def called(self, text: str) -> "UserQuerySet":
        """Part of the name or of the name they sign in with."""
        return self.filter(Q(display_name__icontains=text) | Q(username__icontains=text))

    def serving(self, code: int, *, today: date, roles=()) -> "UserQuerySet":
        """Active people with a current posting (in one of the roles, if given) that covers this area."""
        postings = self.model.postings.field.model.objects.current(today).covering(code)
        if roles:
            postings = postings.in_role(*roles)
        return self.active().filter(pk__in=postings.values("user_id"))

    def serving_around(self, ranges: Iterable[Range], *, today: date, roles: Iterable[str]) -> "UserQuerySet":
        """The same of anybody who serves somewhere in these ranges, or in an area that holds one of them."""
        postings = self.model.postings.field.model.objects.current(today).in_role(*roles)
        return self.active().with_posting(postings.filter(in_or_around("area_id", ranges)))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    """`create_user(username=..., password=...)` and `get_by_natural_key` for Django's login, adjectives for us."""


class AccessLogQuerySet(QuerySet):
    def about(self, worker_id: int) -> "AccessLogQuerySet":
        return self.filter(worker_id=worker_id)

    def on(self, day: date) -> "AccessLogQuerySet":
        return self.filter(at__gte=start_of_day(day), at__lt=start_of_day(day + timedelta(days=1)))

    def newest_first(self) -> "AccessLogQuerySet":
        return self.order_by("-at", "-pk")


def _self_and_above(code: int) -> list[int]:
    """520524107203 is in 520524107000, 520524000000, 520500000000 and 520000000000."""
    return sorted({code - code % width for width in WIDTHS.values()})
