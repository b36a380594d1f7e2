"""Adjectives of fairs and of the people sent to them."""

from datetime import date, datetime

from django.apps import apps
from django.db.models import Count, F, Prefetch, Q, QuerySet

from areas.ranges import Range, in_or_around, in_ranges
from fairs.choices import OVER, STILL_OPEN, TAKES_REFERRALS, FairState, Result, Withdrawal
from staff.querysets import ranges_of
from staff.roles import FAIR_READERS, Role


class FairQuerySet(QuerySet):
    def visible_to(self, user) -> "FairQuerySet":
        """In whatever role one serves there; a county's fair by its villages' cadres too: they send people to it.

        Seeing a fair is not seeing its people: `ReferralQuerySet.named_for` decides about names.
        """
        ranges = ranges_of(user, Role)
        return self.filter(in_or_around("area_id", ranges)) if ranges else self.none()

    def serving(self, code: int) -> "FairQuerySet":
        """Of the place itself, or of a division that holds it."""
        return self.filter(in_or_around("area_id", [(code, code + 1)]))

    def taking_referrals(self, at: datetime) -> "FairQuerySet":
        return self.filter(state__in=TAKES_REFERRALS, ends_at__gt=at)

    def upcoming(self, at: datetime) -> "FairQuerySet":
        """Still ahead, and those whose doors nobody has closed."""
        ahead = Q(ends_at__gte=at) | Q(state__in=TAKES_REFERRALS)
        return self.filter(ahead).exclude(state__in=OVER)

    def past(self, at: datetime) -> "FairQuerySet":
        return self.filter(Q(state__in=OVER) | Q(state=FairState.PLANNED, ends_at__lt=at))

    def on(self, day: date) -> "FairQuerySet":
        return self.filter(starts_at__date=day)

    def left_open(self, since: datetime) -> "FairQuerySet":
        """Ended by the clock before `since`, and nobody has closed them."""
        return self.filter(state__in=TAKES_REFERRALS, ends_at__lt=since)

    def behind(self) -> "FairQuerySet":
        """Some people are still to be told or sent home."""
        return self.filter(is_behind=True)

    def with_counts(self) -> "FairQuerySet":
        """`invited`, `came` and `hired`: people, as on the fair's own page."""
        return self.annotate(**_people("referrals__"))

    def lock(self, pk: int):
        """For a step of the fair itself, or a new person on its list: nobody else at the same time."""
        return self.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=pk)

    def lock_shared(self, pk: int):
        """The fair as it is now, which cannot end before this transaction does.

        FOR SHARE, which Django does not speak: three desks at one door do not wait for each other.
        """
        return self.raw("SELECT * FROM fairs_fair WHERE id = %s FOR SHARE", [pk])[0]


class ReferralQuerySet(QuerySet):
    def current(self) -> "ReferralQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def counted(self) -> "ReferralQuerySet":
        """On the list, or was here: taking another job in the evening does not undo having come in the morning."""
        return self.filter(Q(withdrawn_at__isnull=True) | Q(checked_in_at__isnull=False))

    def waiting(self) -> "ReferralQuerySet":
        """No final answer yet: nothing, an intent or a second interview."""
        return self.current().filter(result__in=STILL_OPEN)

    def undecided(self) -> "ReferralQuerySet":
        """Nothing was said yet: expected, or here and not through with the booths."""
        return self.current().filter(result="")

    def expected(self) -> "ReferralQuerySet":
        return self.undecided().filter(checked_in_at__isnull=True)

    def inside(self) -> "ReferralQuerySet":
        """Came, and no employer has said anything yet."""
        return self.undecided().filter(checked_in_at__isnull=False)

    def attended(self) -> "ReferralQuerySet":
        return self.filter(checked_in_at__isnull=False)

    def visible_to(self, user) -> "ReferralQuerySet":
        """People who live where the user reads fairs, and everybody at a fair of there."""
        return self.in_reach(ranges_of(user, FAIR_READERS))

    def in_reach(self, ranges: tuple[Range, ...]) -> "ReferralQuerySet":
        if not ranges:
            return self.none()
        return self.filter(in_ranges("case__area_id", ranges) | in_ranges("fair__area_id", ranges))

    def for_change(self) -> "ReferralQuerySet":
        """With what a step, its journal line and its text speak of."""
        return self.select_related("worker", "case", "fair__area")

    def for_page(self) -> "ReferralQuerySet":
        """With place, fair and wishes: a fixed number of queries, however many people."""
        wishes = apps.get_model("fairs.Wish").objects.select_related(
            "offer__booth", "offer__vacancy__employer", "offer__vacancy__area"
        )
        people = self.select_related("worker__area__parent", "case", "fair__area", "vacancy")
        return people.prefetch_related(Prefetch("wishes", wishes.order_by("rank")))

    def latest_first(self) -> "ReferralQuerySet":
        return self.order_by(F("checked_in_at").desc(), "-pk")

    def people_by_fair(self) -> "ReferralQuerySet":
        """A dict a fair that has any: `fair`, and what `FairQuerySet.with_counts` says of it."""
        return self.order_by().values("fair").annotate(**_people())


def _people(way: str = "") -> dict[str, Count]:
    """Counts of referrals, and `way` leads to them."""
    came = Q(**{f"{way}checked_in_at__isnull": False})
    called_off = Q(**{f"{way}withdrawn_because": Withdrawal.FAIR_CANCELLED})
    listed = Q(**{f"{way}withdrawn_at__isnull": True}) | called_off
    of = {
        "invited": Q(**{f"{way}is_walk_in": False}) & (listed | came),
        "came": came,
        "hired": Q(**{f"{way}result": Result.HIRED}),
    }
    return {name: Count(f"{way}pk", filter=condition) for name, condition in of.items()}
