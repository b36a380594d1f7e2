from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery

from areas.ranges import SERVED, in_ranges
from notifications.choices import FOR_A_PERSON
from staff.models import User
from staff.querysets import Scoped, ranges_of
from staff.roles import TEXT_READERS
from workers.models import Worker

HAND_OVER_AGAIN_AFTER = timedelta(minutes=10)


class MessageQuerySet(Scoped, QuerySet):
    def queued(self) -> "MessageQuerySet":
        return self.filter(state=self.model.State.QUEUED)

    def due(self, at: datetime) -> "MessageQuerySet":
        return self.queued().filter(not_before__lte=at)

    def not_handed_over(self, at: datetime) -> "MessageQuerySet":
        """A task lost with its broker is handed over again after a while; a second task finds nothing to do."""
        return self.filter(Q(handed_over_at=None) | Q(handed_over_at__lte=at - HAND_OVER_AGAIN_AFTER))

    def sent(self) -> "MessageQuerySet":
        """Taken by the network, whether or not the phone has confirmed it: `sent` may be the last we hear."""
        return self.filter(state__in=[self.model.State.SENT, self.model.State.DELIVERED])

    def stuck(self) -> "MessageQuerySet":
        """Waiting for a person: failed for good, or nobody knows."""
        return self.filter(state__in=[self.model.State.FAILED, self.model.State.UNKNOWN])

    def over_with_number(self) -> "MessageQuerySet":
        """Nothing more is done about them, and the number they went to is still kept; as their index says."""
        return self.filter(state__in=self.model.OVER, phone_cipher__isnull=False)

    def to_phone(self, phone_blind: bytes) -> "MessageQuerySet":
        return self.filter(phone_blind=phone_blind)

    def answerable_from(self, phone_blind: bytes) -> "MessageQuerySet":
        """To people whose phone this still is: on a number that was wrong or was given up, a stranger answers."""
        theirs = Q(worker__phone_blind=phone_blind) & ~Q(worker__wrong_phone_blind=phone_blind)
        return self.to_phone(phone_blind).filter(theirs)

    def about(self, model: type[Model], ids: Iterable[int]) -> "MessageQuerySet":
        return self.filter(about_type=model._meta.label_lower, about_id__in=ids)

    def away_from_home(self) -> "MessageQuerySet":
        """The worker has moved and the text not yet followed."""
        return self.exclude(area=F("worker__area"))

    def bring_home(self) -> int:
        home = Worker.objects.filter(pk=OuterRef("worker_id")).values("area_id")
        return self.away_from_home().update(area_id=Subquery(home))


class AttemptQuerySet(QuerySet):
    def open(self) -> "AttemptQuerySet":
        return self.filter(outcome=self.model.Delivery.STARTED)

    def started_before(self, at: datetime) -> "AttemptQuerySet":
        return self.filter(started_at__lt=at)


WANTS_NO_TEXTS = "SELECT EXISTS (SELECT FROM notifications_optout WHERE revoked_at IS NULL AND phone_blind = %s)"


STEPS = 2  # noted and told


class InboundMessageQuerySet(QuerySet):
    def waiting(self) -> "InboundMessageQuerySet":
        """Written down, and not yet acted on."""
        return self.alias(steps_done=Count("steps")).filter(steps_done__lt=STEPS).order_by("received_at", "pk")

    def to_read_by(self, user: User) -> "InboundMessageQuerySet":
        """Words for a person, where this one answers for texts: of whom we wrote to, or of whoever has that number.

        From a number that nobody has, they belong to no place: they are read where all of the area served is.
        """
        ranges = ranges_of(user, TEXT_READERS)
        owners = Worker.objects.filter(phone_blind=OuterRef("phone_blind"))
        may_read = in_ranges("worker__area_id", ranges)
        may_read |= Q(Exists(owners.filter(in_ranges("area_id", ranges))), worker=None)
        if user.has_role_in(SERVED, *TEXT_READERS):
            may_read |= Q(~Exists(owners), worker=None)
        return self.filter(may_read, handled_as__in=FOR_A_PERSON)


class OptOutQuerySet(QuerySet):
    def current(self) -> "OptOutQuerySet":
        return self.filter(revoked_at=None)

    def has_current(self, phone_blind: bytes) -> bool:
        """Asked of every text, so written out."""
        with connection.cursor() as cursor:
            cursor.execute(WANTS_NO_TEXTS, [phone_blind])
            return cursor.fetchone()[0]

    def of_phone(self, phone_blind: bytes) -> "OptOutQuerySet":
        return self.filter(phone_blind=phone_blind)
