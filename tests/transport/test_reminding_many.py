"""Everybody who gathers tomorrow, some at a time: each once, whoever else is at it."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from notifications import services as notifications
from notifications.models import Message
from notifications.services import queue_message
from tests.impatience import impatient
from tests.transport.at_once import all_at_once
from tests.transport.factories import TOMORROW, BookingFactory, TripFactory, local
from transport import locking, services
from transport.models import Booking
from transport.services import reminding
from transport.texts import facts_of

pytestmark = [pytest.mark.clock, pytest.mark.django_db(transaction=True)]
THIS_EVENING = local(TOMORROW - timedelta(days=1), 18, 10)
OWN = {"id", "worker_id", "dedupe_key", "about_id", "phone_cipher", "phone_blind", "phone_tail"}


@pytest.fixture
def bookings(monkeypatch):
    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    trip = TripFactory(open=True)
    return [BookingFactory(trip=trip) for _ in range(5)]


def remind():
    return services.remind_of_departures(at=THIS_EVENING)


def reminded() -> list[int]:
    return sorted(Message.objects.filter(template="departure_reminder").values_list("about_id", flat=True))


def keys_of(bookings) -> list[int]:
    return sorted(booking.pk for booking in bookings)


def test_many_are_reminded_as_one_by_one(bookings):
    booking = read(bookings[0])
    queue_message(
        worker=booking.worker,
        template="departure_reminder",
        context=facts_of(booking).for_text(THIS_EVENING),
        dedupe_key=reminding.reminder_key(booking.pk, booking.departs_at),
        about=booking,
        at=THIS_EVENING,
        not_after=booking.pickup.gather_at,
        needed_by=booking.pickup.gather_at,
    )

    assert remind() == 4

    alone, *many = [without_own(row, booking) for row, booking in zip(rows(), bookings, strict=True)]
    assert many == [alone] * 4


def read(booking):
    with transaction.atomic():
        return locking.booking_of(booking)


def rows() -> list[dict]:
    return list(Message.objects.filter(template="departure_reminder").order_by("about_id").values())


def without_own(row: dict, booking: Booking) -> dict:
    """The text with the name, the seat and the code of nobody."""
    own = {booking.worker.name: "NAME", booking.code: "CODE", f"{booking.seat.label}号座": "SEAT"}
    said = row["body"]
    for theirs, nobodys in own.items():
        said = said.replace(theirs, nobodys)
    return {name: value for name, value in row.items() if name not in OWN} | {"body": said}


def test_two_rounds_at_once_remind_everybody_once(bookings):
    outcomes = all_at_once(remind, remind)

    assert sum(outcomes) == 5
    assert reminded() == keys_of(bookings)


def test_a_round_that_is_killed_half_way_is_ended_by_the_next(bookings, monkeypatch):
    real, chunks = reminding._remind, []

    def dies_at_the_second(keys, *, at):
        chunks.append(keys)
        if len(chunks) == 2:
            raise SystemExit
        return real(keys, at=at)

    monkeypatch.setattr(reminding, "_remind", dies_at_the_second)
    with pytest.raises(SystemExit):
        remind()
    assert len(reminded()) == 2

    monkeypatch.setattr(reminding, "_remind", real)
    assert remind() == 3
    assert reminded() == keys_of(bookings)


@pytest.mark.parametrize("guarded", [False, True])
def test_a_booking_somebody_changes_keeps_back_no_other(bookings, monkeypatch, guarded):
    """With the guard off the chunk waits for it, and with it everybody in the chunk."""
    held = bookings[0]
    if not guarded:
        monkeypatch.setattr(locking, "bookings_nobody_changes", waits_for_all)
        monkeypatch.setattr(reminding, "_wait_and_remind", lambda key, *, at: 0)
    with holding(held), impatient():
        remind()
        others = keys_of(bookings[1:])
        assert reminded() == (others if guarded else others[1:])
    remind()

    assert held.pk in reminded()


def waits_for_all(keys):
    rows = Booking.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return list(rows.select_related("seat", "worker", "trip", "pickup"))


class holding:
    """Somebody's change to a booking, not yet through."""

    def __init__(self, booking):
        self.booking, self.held, self.let_go = booking, Event(), Event()

    def __enter__(self):
        self.thread = Thread(target=self.hold)
        self.thread.start()
        assert self.held.wait(10)

    def hold(self):
        with transaction.atomic():
            Booking.objects.select_for_update(of=("self",)).get(pk=self.booking.pk)
            self.held.set()
            self.let_go.wait(20)
        connection.close()

    def __exit__(self, *_):
        self.let_go.set()
        self.thread.join()


def test_who_has_been_reminded_is_not_locked_again(bookings, monkeypatch):
    remind()
    monkeypatch.setattr(notifications, "_write_new", None)
    monkeypatch.setattr(locking, "bookings_nobody_changes", lambda keys: [] if keys == [] else 1 / 0)

    assert remind() == 0
