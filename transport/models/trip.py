from datetime import datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from kit.columns import QuickLabels
from kit.keys import area_key, staff_key
from transport.choices import BOOKABLE, NOT_YET_LEFT, Kind, StopKind, TripState
from transport.querysets import SeatQuerySet, StopQuerySet, TripQuerySet
from transport.rules import layouts
from transport.rules.cars import Car, name_of
from workers.models.notes import MaskedLine

MAY_BE_TAKEN_BACK = timedelta(minutes=15)


class Trip(QuickLabels, FSMModelMixin, models.Model):
    """One vehicle going once from here to where the work is. `area` is the division that runs it.

    `departs_at` is when it leaves the last pick-up stop, `arrives_at` when it reaches the last drop-off.
    `cars` is a list of {"name", "kind", "places"} (`rules/cars.py`), only in the layout of that name.
    `drivers` is a list of {"name": ..., "joins_at": place or ""}; `driving_minutes` is time at the wheel.
    `items_before`: what the lists of cadres said before it left without people, for a departure that is taken back.
    `seated_by_hand_since`: people were moved away, perhaps it broke down, and nobody gets its free seats by itself.
    """

    code = models.CharField(_("trip"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.BUS)
    layout = models.CharField(
        _("seats"), max_length=10, choices=layouts.Layout.choices, default=layouts.Layout.COACH_49
    )
    capacity = models.PositiveSmallIntegerField(_("number of seats"))
    cars = models.JSONField(_("cars"), default=list, blank=True)
    title = models.CharField(_("from and to"), max_length=120)
    area = area_key(_("run by"))
    plate = models.CharField(_("plate"), max_length=20, blank=True)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True)
    permit_no = models.CharField(_("charter permit"), max_length=40, blank=True)
    drivers = models.JSONField(_("drivers"), default=list, blank=True)
    distance_km = models.PositiveSmallIntegerField(_("distance in km"), null=True, blank=True)
    driving_minutes = models.PositiveSmallIntegerField(_("minutes at the wheel"), null=True, blank=True)
    night_stop = models.BooleanField(_("parks overnight"), default=False)
    leader = staff_key(_("vehicle leader"))
    deputy = staff_key(_("deputy leader"))
    staff_aboard = models.CharField(_("staff aboard"), max_length=120, blank=True)
    departs_at = models.DateTimeField(_("departs at"))
    arrives_at = models.DateTimeField(_("arrives at"))
    state = FSMField(_("state"), max_length=10, choices=TripState.choices, default=TripState.PLANNED, protected=True)
    planned_at = models.DateTimeField(_("planned at"))
    planned_by = staff_key(_("planned by"))
    departed_at = models.DateTimeField(_("departed at"), null=True, blank=True)
    departed_by = staff_key(_("departed by"))
    departed_because = MaskedLine(_("why it did not wait"), max_length=200, blank=True)
    minors_with = MaskedLine(_("who looks after minors"), max_length=200, blank=True)
    items_before = models.JSONField(default=list, editable=False, encoder=DjangoJSONEncoder)
    arrivable_at = models.DateTimeField(_("cannot arrive before"), editable=False, null=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    arrived_by = staff_key(_("arrived by"))
    arrived_early_because = MaskedLine(_("why so early"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = staff_key(_("cancelled by"))
    cancelled_because = MaskedLine(_("why cancelled"), max_length=200, blank=True)
    seated_by_hand_since = models.DateTimeField(_("standby paused"), null=True, blank=True, editable=False)
    once = models.UUIDField(unique=True, null=True, blank=True, editable=False)

    objects = TripQuerySet.as_manager()

    class Meta:
        ordering = ["departs_at", "code"]
        verbose_name = _("trip")
        verbose_name_plural = _("trips")
        indexes = [
            models.Index(fields=["area", "departs_at"], name="trip_by_area_and_departure"),
            models.Index(fields=["state", "departs_at"], name="trip_by_state_and_departure"),
        ]
        constraints = [
            # what a booking's copy of the two times points at, see migration 0002
            UniqueConstraint(fields=["id", "departs_at", "arrives_at"], name="trip_and_its_times"),
            models.CheckConstraint(condition=Q(departs_at__lt=F("arrives_at")), name="trip_leaves_before_it_arrives"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="trip_has_seats"),
            models.CheckConstraint(
                condition=Q(kind="bus") | ~Q(layout__startswith="coach_"), name="only_a_bus_has_the_seats_of_a_coach"
            ),
            models.CheckConstraint(
                condition=(Q(layout="cars") & ~Q(cars=[]) & ~Q(kind="bus")) | (~Q(layout="cars") & Q(cars=[])),
                name="trip_with_cars_names_them",
            ),
            models.CheckConstraint(condition=Q(state__in=TripState.values), name="trip_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["departed", "arrived"], departed_at__isnull=False)
                | (
                    ~Q(state__in=["departed", "arrived"])
                    & Q(departed_at=None, departed_by=None, departed_because="", arrivable_at=None)
                ),
                name="trip_departed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="arrived", arrived_at__isnull=False)
                | (~Q(state="arrived") & Q(arrived_at=None, arrived_by=None)),
                name="trip_arrived_says_when",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None)
                | Q(arrivable_at=None)
                | Q(arrived_at__gte=F("arrivable_at"))
                | ~Q(arrived_early_because=""),
                name="trip_arrived_early_says_why",
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancelled_because=""))
                | (~Q(state="cancelled") & Q(cancelled_at=None, cancelled_by=None, cancelled_because="")),
                name="trip_cancelled_says_when_and_why",
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def takes_bookings(self) -> bool:
        return self.state in BOOKABLE

    @property
    def has_not_left(self) -> bool:
        return self.state in NOT_YET_LEFT

    @property
    def taken_back_until(self) -> datetime | None:
        """A departure pressed by mistake can be taken back so long."""
        return self.departed_at + MAY_BE_TAKEN_BACK if self.state == TripState.DEPARTED else None

    @property
    def arrival_taken_back_until(self) -> datetime | None:
        return self.arrived_at + MAY_BE_TAKEN_BACK if self.arrived_at else None

    @property
    def has_seat_map(self) -> bool:
        return layouts.has_map(self.layout)

    def relatives_of(self, worker) -> list:
        """Others of the worker's household with a seat here; none of somebody without a household."""
        if worker.household_id is None:
            return []
        family = self.bookings.active().filter(worker__household_id=worker.household_id).exclude(worker=worker)
        return [booking.worker for booking in family.select_related("worker")]

    @property
    def car_list(self) -> list[Car]:
        return [Car(**car) for car in self.cars]

    @property
    def driver_names(self) -> list[str]:
        return [driver["name"] for driver in self.drivers]

    @transition(state, source=TripState.PLANNED, target=TripState.OPEN)
    def open(self):
        pass

    @transition(state, source=TripState.OPEN, target=TripState.BOARDING)
    def start_boarding(self):
        pass

    @transition(state, source=[TripState.OPEN, TripState.BOARDING], target=TripState.DEPARTED)
    def depart(self, *, by, at, arrivable_at, because="", minors_with=""):
        self.departed_by, self.departed_at, self.departed_because = by, at, because
        self.minors_with = minors_with
        self.arrivable_at = arrivable_at

    @transition(state, source=TripState.DEPARTED, target=TripState.BOARDING)
    def undo_depart(self):
        self.undo_times_of_departure()

    def undo_times_of_departure(self):
        self.departed_by = self.departed_at = self.arrivable_at = None
        self.departed_because = self.minors_with = ""
        self.items_before = []

    @transition(state, source=TripState.DEPARTED, target=TripState.ARRIVED)
    def arrive(self, *, by, at, early_because=""):
        self.arrived_by, self.arrived_at, self.arrived_early_because = by, at, early_because

    @transition(state, source=TripState.ARRIVED, target=TripState.DEPARTED)
    def undo_arrive(self):
        self.arrived_by = self.arrived_at = None
        self.arrived_early_because = ""

    @transition(state, source=TripState.DEPARTED, target=TripState.CANCELLED)
    def end_on_the_road(self, *, why, by, at):
        self.undo_times_of_departure()
        self.cancelled_because, self.cancelled_by, self.cancelled_at = why, by, at

    @transition(state, source=list(NOT_YET_LEFT), target=TripState.CANCELLED)
    def cancel(self, *, why, by, at):
        self.cancelled_because, self.cancelled_by, self.cancelled_at = why, by, at


class Stop(models.Model):
    """Where people get on (A, B, C) or off (1, 2, 3), in driving order.

    At a pick-up, `contact` calls the roll; at a drop-off, `contact` meets the people. Their phone is a work phone.
    """

    trip = models.ForeignKey(Trip, models.CASCADE, related_name="stops", verbose_name=_("trip"))
    kind = models.CharField(_("kind"), max_length=7, choices=StopKind.choices)
    order = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(pgettext_lazy("of a stop", "name"), max_length=60)
    landmark = models.CharField(_("landmark"), max_length=80, blank=True)
    area = area_key(_("area"))
    gather_at = models.DateTimeField(_("gather at"), null=True, blank=True)
    at = models.DateTimeField(_("time"))
    contact_name = models.CharField(_("contact"), max_length=40, blank=True)
    contact_phone = models.CharField(_("phone of the contact"), max_length=20, blank=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        ordering = ["trip", "-kind", "order"]
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = [
            UniqueConstraint(fields=["trip", "kind", "order"], name="stop_order_once_a_trip"),
            UniqueConstraint(fields=["trip", "id"], name="stop_of_its_trip"),
            models.CheckConstraint(condition=Q(kind__in=StopKind.values), name="stop_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="pickup", gather_at__isnull=False, gather_at__lte=F("at"))
                | Q(kind="dropoff", gather_at=None),
                name="stop_gathers_before_it_leaves",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_pickup(self) -> bool:
        return self.kind == StopKind.PICKUP

    @property
    def mark(self) -> str:
        """A, B, C for pick-ups and 1, 2, 3 for drop-offs."""
        return chr(ord("A") + self.order - 1) if self.is_pickup else str(self.order)


class Seat(models.Model):
    """One place in the vehicle, written when the trip is planned. Locking it is how two bookers take turns."""

    trip = models.ForeignKey(Trip, models.CASCADE, related_name="seats", verbose_name=_("trip"))
    number = models.PositiveSmallIntegerField(_("number"))
    label = models.CharField(pgettext_lazy("of a seat", "label"), max_length=12)
    car = models.CharField(_("car"), max_length=4, blank=True)
    row = models.PositiveSmallIntegerField(_("row"), null=True, blank=True)
    column = models.PositiveSmallIntegerField(_("column"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["trip", "number"]
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            UniqueConstraint(fields=["trip", "number"], name="seat_number_once_a_trip"),
            UniqueConstraint(fields=["trip", "row", "column"], name="seat_place_once_a_trip"),
            UniqueConstraint(fields=["trip", "id"], name="seat_of_its_trip"),
            models.CheckConstraint(
                condition=Q(row=None, column=None) | Q(row__isnull=False, column__isnull=False),
                name="seat_has_row_and_column",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def name(self) -> str:
        """The label in the words of the reader."""
        return name_of(self.label)

    @property
    def has_number(self) -> bool:
        """A place without a number has one in the books only."""
        if self.trip.layout == layouts.Layout.PLACES:
            return False
        return not self.car or any(car.name == self.car and car.is_numbered for car in self.trip.car_list)
