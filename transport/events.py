"""What has happened on the way. Sent with `send`, in the same transaction: a failed handler undoes its cause."""

from django.dispatch import Signal

seat_booked = Signal()  # booking, by, at
seat_released = Signal()  # booking, by, at
passenger_boarded = Signal()  # booking, by, at
boarding_undone = Signal()  # booking, by, at
trip_departed = Signal()  # trip, by, at
departure_undone = Signal()  # trip, by, at
arrival_confirmed = Signal()  # booking, by, at
arrival_undone = Signal()  # booking, by, at
trip_cancelled = Signal()  # trip, by, at
