"""The fair's states, transition by transition."""

import pytest

from fairs.models import Fair, FairState


def table():
    """{(transition, from): to} of every transition a fair has."""
    found = {}
    for transition in Fair._meta.get_field("state").get_all_transitions(Fair):
        found[transition.name, str(transition.source)] = str(transition.target)
    return found


def test_a_fair_moves_like_this_and_no_other_way():
    assert table() == {
        ("open", "planned"): "open",
        ("start", "open"): "running",
        ("finish", "open"): "finished",
        ("finish", "running"): "finished",
        ("cancel", "planned"): "cancelled",
        ("cancel", "open"): "cancelled",
        ("cancel", "running"): "cancelled",
    }


def test_every_state_is_in_the_table():
    assert {state for pair in table() for state in (pair[1], table()[pair])} == set(FairState.values)


def test_a_state_cannot_be_written_by_hand():
    with pytest.raises(AttributeError):
        Fair().state = "running"
