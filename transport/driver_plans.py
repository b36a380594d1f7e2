"""The driver rules applied to a trip. Only buses: trains and aeroplanes have their own."""

from django.utils.timezone import localtime

from transport.choices import Kind
from transport.models import Trip
from transport.rules import driving

ASSUMED_KM_PER_HOUR = 80


def driver_plan_of(trip: Trip) -> driving.DriverPlan | None:
    """None where there is nothing to check: not a bus, or nobody has said how far it is."""
    minutes = minutes_at_the_wheel(trip)
    if trip.kind != Kind.BUS or not minutes:
        return None
    return driving.plan_drivers(
        departs_at=localtime(trip.departs_at),
        driving=minutes,
        drivers=len(trip.drivers),
        night_stop=trip.night_stop,
    )


def minutes_at_the_wheel(trip: Trip) -> int | None:
    """As the planner said, else the distance at 80 km an hour."""
    if trip.driving_minutes or not trip.distance_km:
        return trip.driving_minutes
    return trip.distance_km * 60 // ASSUMED_KM_PER_HOUR
