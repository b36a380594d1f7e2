from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kit.keys import staff_key
from transport.models.booking import Booking
from transport.models.trip import Trip
from transport.querysets import StandbyQuerySet
from workers.models.notes import MaskedLine


class Standby(models.Model):
    """Someone who waits for a seat on a full trip, in the order in which they asked.

    People of one household wait and are seated as a group. An entry waits until it gets a booking or ends.
    """

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="standbys", verbose_name=_("trip"))
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="standbys", verbose_name=_("case"))
    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="standbys", verbose_name=_("worker"))
    joined_at = models.DateTimeField(_("waiting since"))
    joined_by = staff_key(_("put on the list by"))
    joined_because = MaskedLine(_("why a trip to elsewhere"), max_length=200, blank=True)
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="standby", verbose_name=_("booking")
    )
    ended_at = models.DateTimeField(_("no longer waiting since"), null=True, blank=True)
    ended_by = staff_key(_("ended by"))

    objects = StandbyQuerySet.as_manager()

    class Meta:
        ordering = ["trip", "joined_at", "pk"]
        verbose_name = _("standby")
        verbose_name_plural = _("standbys")
        constraints = [
            UniqueConstraint(fields=["trip", "worker"], condition=Q(ended_at=None), name="one_standby_a_person_a_trip"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(booking=None, ended_by=None),
                name="standby_seated_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.trip_id} {self.worker_id}"

    @property
    def is_waiting(self) -> bool:
        return self.ended_at is None

    def end(self, *, by, at):
        self.ended_by, self.ended_at = by, at
