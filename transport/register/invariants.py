"""What must always hold of trips; each function counts the rows that break it."""

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from cases.choices import State
from transport.choices import AWAITED, BookingState, TripState
from transport.models import Booking, Seat, Standby, Trip
from workers.invariants import register


def seats_with_two_people() -> int:
    return Booking.objects.active().values("seat").annotate(n=Count("pk")).filter(n__gt=1).count()


def people_on_two_trips_at_once() -> int:
    others = Booking.objects.active().filter(
        worker=OuterRef("worker"),
        arrived_at=None,
        departs_at__lt=OuterRef("arrives_at"),
        arrives_at__gt=OuterRef("departs_at"),
    )
    clash = Subquery(others.exclude(pk=OuterRef("pk")).values("pk")[:1])
    return Booking.objects.active().filter(arrived_at=None).annotate(clash=clash).exclude(clash=None).count()


def bookings_of_another_worker() -> int:
    return Booking.objects.exclude(worker_id=F("case__worker_id")).count()


def bookings_of_another_place() -> int:
    return Booking.objects.exclude(area_id=F("case__area_id")).count()


def bookings_with_other_times() -> int:
    return Booking.objects.exclude(departs_at=F("trip__departs_at"), arrives_at=F("trip__arrives_at")).count()


def people_awaited_by_trips_that_left() -> int:
    over = (TripState.PLANNED, TripState.DEPARTED, TripState.ARRIVED, TripState.CANCELLED)
    return Booking.objects.active().filter(state__in=[*AWAITED, BookingState.NO_SHOW], trip__state__in=over).count()


def people_aboard_trips_that_do_not_go() -> int:
    resting = (TripState.PLANNED, TripState.OPEN, TripState.CANCELLED)
    return Booking.objects.aboard().filter(trip__state__in=resting).count()


def seats_kept_for_people_without_a_job() -> int:
    return Booking.objects.upcoming().awaited().exclude(case__state=State.PLACED).count()


def people_waiting_for_trips_that_left() -> int:
    return Standby.objects.waiting().exclude(trip__state__in=(TripState.OPEN, TripState.BOARDING)).count()


def people_waiting_who_have_a_seat() -> int:
    booked = Booking.objects.active().filter(trip=OuterRef("trip"), worker=OuterRef("worker"))
    return Standby.objects.waiting().annotate(seat=Subquery(booked.values("pk")[:1])).exclude(seat=None).count()


def trips_with_other_seats_than_their_vehicle() -> int:
    seats = Seat.objects.filter(trip=OuterRef("pk")).order_by().values("trip").annotate(n=Count("pk")).values("n")
    return Trip.objects.annotate(n=Coalesce(Subquery(seats), 0)).exclude(n=F("capacity")).count()


register("transport_one_person_a_seat", seats_with_two_people)
register("transport_nobody_on_two_trips_at_once", people_on_two_trips_at_once)
register("transport_booking_and_case_name_one_worker", bookings_of_another_worker)
register("transport_booking_stands_where_its_case_does", bookings_of_another_place)
register("transport_booking_has_the_times_of_its_trip", bookings_with_other_times)
register("transport_nobody_awaited_by_a_trip_that_left", people_awaited_by_trips_that_left)
register("transport_nobody_aboard_a_trip_that_does_not_go", people_aboard_trips_that_do_not_go)
register("transport_seats_are_kept_for_people_with_a_job", seats_kept_for_people_without_a_job)
register("transport_nobody_waits_for_a_trip_that_left", people_waiting_for_trips_that_left)
register("transport_nobody_waits_who_has_a_seat", people_waiting_who_have_a_seat)
register("transport_a_row_for_every_seat", trips_with_other_seats_than_their_vehicle)
