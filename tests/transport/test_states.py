"""Both state machines, transition by transition."""

import pytest

from tests.workers.factories import NOON
from transport.choices import BookingState, TripState
from transport.models import Booking, Trip


def table(model):
    """{(transition, from): to} of every transition a model has."""
    found = {}
    for transition in model._meta.get_field("state").get_all_transitions(model):
        to = getattr(transition.target, "allowed_states", [transition.target])
        found[transition.name, str(transition.source)] = "/".join(str(state) for state in to)
    return found


def test_a_trip_moves_like_this_and_no_other_way():
    assert table(Trip) == {
        ("open", "planned"): "open",
        ("start_boarding", "open"): "boarding",
        ("depart", "open"): "departed",
        ("depart", "boarding"): "departed",
        ("undo_depart", "departed"): "boarding",
        ("arrive", "departed"): "arrived",
        ("undo_arrive", "arrived"): "departed",
        ("end_on_the_road", "departed"): "cancelled",
        ("cancel", "planned"): "cancelled",
        ("cancel", "open"): "cancelled",
        ("cancel", "boarding"): "cancelled",
    }


def test_a_booking_moves_like_this_and_no_other_way():
    assert table(Booking) == {
        ("confirm", "held"): "confirmed",
        ("board", "held"): "boarded",
        ("board", "confirmed"): "boarded",
        ("board", "no_show"): "boarded",
        ("undo_board", "boarded"): "confirmed",
        ("miss", "held"): "no_show",
        ("miss", "confirmed"): "no_show",
        ("release", "held"): "released",
        ("release", "confirmed"): "released",
        ("give_up_seat", "no_show"): "no_show",
        ("find", "no_show"): "held/confirmed",
        ("take_seat_back", "released"): "held/confirmed",
        ("keep_seat", "no_show"): "no_show",
        ("confirm_arrival", "boarded"): "arrived",
        ("undo_arrival", "arrived"): "boarded",
    }


@pytest.mark.parametrize("model, states", [(Trip, TripState), (Booking, BookingState)])
def test_every_state_is_in_the_table(model, states):
    reached = "/".join(table(model).values()).split("/")

    assert {source for _, source in table(model)} | set(reached) == set(states.values)


def test_a_state_cannot_be_written_by_hand():
    with pytest.raises(AttributeError):
        Trip().state = "departed"
    with pytest.raises(AttributeError):
        Booking(booked_at=NOON).state = "boarded"
