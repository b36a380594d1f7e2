from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from areas.ranges import in_or_around, in_ranges


class FairQuerySet(QuerySet):
    def visible_to(self, user):
        """A county's fair is seen by its villages' cadres too: they send people to it."""
        return self.filter(in_or_around("area_id", user.ranges))

    def run_by(self, user):
        """Only fairs inside the user's own area: the ones they may change."""
        return self.filter(in_ranges("area_id", user.ranges))

    def taking_referrals(self, at: datetime):
        return self.filter(state__in=("open", "running"), ends_at__gt=at)

    def upcoming(self, at: datetime):
        return self.filter(ends_at__gte=at).exclude(state="cancelled")

    def past(self, at: datetime):
        return self.filter(Q(ends_at__lt=at) | Q(state="cancelled"))

    def on(self, day: date):
        return self.filter(starts_at__date=day)

    def with_counts(self):
        """`invited`, `attended`, `hired`: people, withdrawn ones left out."""
        current = Q(referrals__withdrawn_at__isnull=True)
        return self.annotate(
            invited=Count("referrals", filter=current, distinct=True),
            attended=Count(
                "referrals", filter=current & Q(referrals__checked_in_at__isnull=False), distinct=True
            ),
            hired=Count("referrals", filter=current & Q(referrals__result="hired"), distinct=True),
        )


class ReferralQuerySet(QuerySet):
    def current(self):
        return self.filter(withdrawn_at__isnull=True)

    def waiting(self):
        """No final answer yet: nothing, an intent or a second interview."""
        return self.current().filter(result__in=("", "intent", "second_interview"))

    def attended(self):
        return self.current().filter(checked_in_at__isnull=False)

    def missing(self):
        return self.current().filter(checked_in_at__isnull=True)

    def visible_to(self, user):
        return self.filter(in_ranges("worker__area_id", user.ranges) | in_ranges("fair__area_id", user.ranges))
