from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from kit.columns import QuickLabels
from kit.keys import area_key, staff_key
from transport.choices import AWAITED, LEFT_BEHIND, Absence, BookingState, ReleaseReason
from transport.models.trip import Seat, Stop, Trip
from transport.querysets import BookingQuerySet
from workers.models.notes import MaskedLine

ARRIVAL_DUE = timedelta(hours=48)


class Booking(QuickLabels, FSMModelMixin, models.Model):
    """One person on one seat. It is active, and the seat is theirs, until `released_at`; the row is kept for ever.

    `departs_at` and `arrives_at` repeat the trip's: a composite foreign key keeps them equal and carries a
    change over, and an exclusion constraint on them forbids two trips at once (migration 0002). `arrivable_at` is the
    earliest they can be there, known once the vehicle has left. `area` is the case's, written by the database alone and
    carried over when they move house (migration 0016).
    """

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="bookings", verbose_name=_("trip"))
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="bookings", verbose_name=_("seat"))
    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="bookings", verbose_name=_("worker"))
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="bookings", verbose_name=_("case"))
    area = area_key(db_index=False, editable=False)
    state = FSMField(
        _("state"), max_length=10, choices=BookingState.choices, default=BookingState.RESERVED, protected=True
    )
    pickup = models.ForeignKey(Stop, models.PROTECT, related_name="boardings", verbose_name=_("gets on at"))
    dropoff = models.ForeignKey(Stop, models.PROTECT, related_name="alightings", verbose_name=_("gets off at"))
    code = models.CharField(_("boarding code"), max_length=6)
    luggage = models.PositiveSmallIntegerField(_("pieces of luggage"), default=1)
    departs_at = models.DateTimeField(editable=False)
    arrives_at = models.DateTimeField(editable=False)
    booked_at = models.DateTimeField(_("booked at"))
    booked_by = staff_key(_("booked by"))
    booked_because = MaskedLine(_("why all the same"), max_length=810, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    boarded_at = models.DateTimeField(_("boarded at"), null=True, blank=True)
    boarded_by = staff_key(_("let aboard by"))
    missed_at = models.DateTimeField(_("found missing at"), null=True, blank=True)
    absence = models.CharField(_("why not aboard"), max_length=12, choices=Absence.choices, blank=True)
    arrivable_at = models.DateTimeField(editable=False, null=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    arrived_early_because = MaskedLine(_("why so early"), max_length=200, blank=True)
    arrival_confirmed_at = models.DateTimeField(_("arrival confirmed at"), null=True, blank=True)
    arrival_confirmed_by = staff_key(_("arrival confirmed by"))
    arrival_chased_at = models.DateTimeField(_("arrival asked after at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    released_by = staff_key(_("released by"))
    released_because = models.CharField(_("why released"), max_length=16, choices=ReleaseReason.choices, blank=True)
    once = models.UUIDField(unique=True, null=True, blank=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["trip", "seat__number", "pk"]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        indexes = [
            models.Index(fields=["arrives_at"], name="booking_arrival_unknown", condition=Q(state="boarded")),
            # whose people are on which trips, without a look at the table
            models.Index(fields=["area"], include=["trip"], name="seat_by_area", condition=Q(released_at=None)),
        ]
        constraints = [
            UniqueConstraint(fields=["seat"], condition=Q(released_at=None), name="one_person_a_seat"),
            UniqueConstraint(fields=["trip", "worker"], condition=Q(released_at=None), name="one_seat_a_person_a_trip"),
            UniqueConstraint(
                fields=["case"],
                condition=Q(released_at=None, state__in=["held", "confirmed", "no_show"]),
                name="one_seat_a_job_until_boarding",
            ),
            UniqueConstraint(fields=["trip", "code"], name="boarding_code_once_a_trip"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="boarding_code_is_six_digits"),
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="booking_confirmed_says_when"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["boarded", "arrived"], boarded_at__isnull=False)
                | (~Q(state__in=["boarded", "arrived"]) & Q(boarded_at=None, boarded_by=None)),
                name="booking_boarded_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="no_show", missed_at__isnull=False) | (~Q(state="no_show") & Q(missed_at=None)),
                name="booking_no_show_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="arrived", arrived_at__isnull=False, arrival_confirmed_at__isnull=False)
                | (~Q(state="arrived") & Q(arrived_at=None, arrival_confirmed_at=None, arrival_confirmed_by=None)),
                name="booking_arrived_says_when",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None)
                | Q(arrivable_at=None)
                | Q(arrived_at__gte=F("arrivable_at"))
                | ~Q(arrived_early_because=""),
                name="booking_arrived_early_says_why",
            ),
            models.CheckConstraint(condition=Q(absence__in=["", *Absence.values]), name="booking_absence_is_known"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None, released_because="") & ~Q(state="released")
                | Q(
                    released_at__isnull=False,
                    released_because__in=ReleaseReason.values,
                    state__in=["released", "no_show"],
                ),
                name="booking_released_says_when_and_why",
            ),
        ]

    def __str__(self):
        return f"{self.trip_id}/{self.seat_id} {self.get_state_display()}"

    @property
    def is_active(self) -> bool:
        return self.released_at is None

    @property
    def is_missing(self) -> bool:
        """Not there when the stop gathered, or left behind: the vehicle may have gone before that."""
        return self.state == BookingState.NO_SHOW or self.released_because in LEFT_BEHIND

    @property
    def is_awaited(self) -> bool:
        """Expected at the stop: neither aboard nor given up."""
        return self.state in AWAITED

    @property
    def is_aboard(self) -> bool:
        return self.state == BookingState.BOARDED

    @property
    def has_left(self) -> bool:
        """Gone with the vehicle, and there by now or not."""
        return self.boarded_at is not None and not self.trip.has_not_left

    @property
    def arrival_due_at(self) -> datetime:
        return self.arrives_at + ARRIVAL_DUE

    @property
    def _expected_state(self) -> str:
        return BookingState.CONFIRMED if self.confirmed_at else BookingState.RESERVED

    @transition(state, source=BookingState.RESERVED, target=BookingState.CONFIRMED)
    def confirm(self, *, at):
        """Whatever was heard of them before, they will come."""
        self.confirmed_at, self.absence = at, ""

    @transition(
        state,
        source=[BookingState.RESERVED, BookingState.CONFIRMED, BookingState.NO_SHOW],
        target=BookingState.BOARDED,
    )
    def board(self, *, by, at):
        """A late-comer who still has the seat may board too. Being there is the best confirmation."""
        self.boarded_by, self.boarded_at, self.missed_at, self.absence = by, at, None, ""
        self.confirmed_at = self.confirmed_at or at

    @transition(state, source=BookingState.BOARDED, target=BookingState.CONFIRMED)
    def undo_board(self):
        self.boarded_by = self.boarded_at = None

    @transition(state, source=list(AWAITED), target=BookingState.NO_SHOW)
    def miss(self, *, at):
        """The seat stays theirs until someone gives it away or the vehicle leaves."""
        self.missed_at = at

    @transition(
        state,
        source=BookingState.NO_SHOW,
        target=RETURN_VALUE(BookingState.RESERVED, BookingState.CONFIRMED),
        conditions=[lambda booking: booking.is_active],
    )
    def find(self, *, absence=""):
        """They were not missing after all; `absence` is what was heard of them and still counts."""
        self.missed_at, self.absence = None, absence
        return self._expected_state

    @transition(state, source=list(AWAITED), target=BookingState.RELEASED)
    def release(self, *, because, by, at):
        self.released_because, self.released_by, self.released_at = because, by, at

    @transition(state, source=BookingState.NO_SHOW, target=BookingState.NO_SHOW)
    def give_up_seat(self, *, because, by, at):
        """The seat is free, the no-show stays on record."""
        self.released_because, self.released_by, self.released_at = because, by, at

    @transition(state, source=BookingState.RELEASED, target=RETURN_VALUE(BookingState.RESERVED, BookingState.CONFIRMED))
    def take_seat_back(self):
        """The vehicle has not left without them after all."""
        self._forget_release()
        return self._expected_state

    @transition(state, source=BookingState.NO_SHOW, target=BookingState.NO_SHOW)
    def keep_seat(self):
        """The same for a no-show."""
        self._forget_release()

    @transition(state, source=BookingState.BOARDED, target=BookingState.ARRIVED)
    def confirm_arrival(self, *, arrived_at, by, at, early_because=""):
        self.arrived_at, self.arrival_confirmed_by, self.arrival_confirmed_at = arrived_at, by, at
        self.arrived_early_because = early_because

    @transition(state, source=BookingState.ARRIVED, target=BookingState.BOARDED)
    def undo_arrival(self):
        self.arrived_at = self.arrival_confirmed_by = self.arrival_confirmed_at = None
        self.arrived_early_because = ""

    def _forget_release(self):
        """What was heard of them still counts: it was a quarter of an hour ago."""
        self.released_because, self.released_by, self.released_at = "", None, None
