"""Where a talk leads a case: by its state, by whether the worker spoke, and by what they said."""

import pytest

from cases.choices import TWO_WAY_OUTCOMES, Outcome, State
from cases.contact.outcomes import Lead, Route, route_of
from workers.choices import Status

STAY = Route(Lead.STAY)
CLOSING = [
    ("employed_outside_province", "self_found"),
    ("employed_in_province", "self_found"),
    ("employed_in_city", "self_found"),
    ("employed_in_county", "self_found"),
    ("farming", "not_willing"),
    ("not_willing", "not_willing"),
    ("student", "studying"),
    ("army", "army"),
    ("unable", "unable"),
    ("moved", "moved"),
    ("deceased", "deceased"),
    ("duplicate", "duplicate"),
]
GOING_ON = sorted(set(Status.values) - {status for status, _ in CLOSING})


def route(status, *, state=State.FLAGGED, outcome=Outcome.SPOKE_TO_WORKER):
    return route_of(state=state, outcome=outcome, status=status)


@pytest.mark.parametrize("state", ["flagged", "contacted", "referred"])
@pytest.mark.parametrize("status, reason", CLOSING)
def test_before_work_some_words_close_the_case(state, status, reason):
    assert route(status, state=state) == Route(Lead.CLOSE, reason)


@pytest.mark.parametrize("status", [*GOING_ON, None])
def test_the_first_talk_is_the_contact_when_nothing_closes_the_case(status):
    reason = "going_back" if status == "returned_going_back" else "willing"

    assert route(status) == Route(Lead.CONTACT, reason)


@pytest.mark.parametrize("state", ["contacted", "referred"])
@pytest.mark.parametrize("status", [*GOING_ON, None])
def test_a_later_talk_that_closes_nothing_leaves_the_case_where_it_is(state, status):
    assert route(status, state=state) == STAY


@pytest.mark.parametrize("state", ["placed", "transported"])
@pytest.mark.parametrize("status", [*Status.values, None])
def test_at_work_only_being_out_of_work_again_leads_anywhere(state, status):
    is_out_of_work = status in ("returned_staying", "unemployed_willing")

    assert route(status, state=state) == (Route(Lead.FALL_THROUGH, "left_job") if is_out_of_work else STAY)


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - TWO_WAY_OUTCOMES))
@pytest.mark.parametrize("state", ["flagged", "placed"])
@pytest.mark.parametrize("status", ["unemployed_willing", "employed_in_city", None])
def test_what_was_not_said_by_the_worker_leads_nowhere(outcome, state, status):
    assert route(status, state=state, outcome=outcome) == STAY


def test_a_visit_at_which_they_were_met_counts_like_a_call():
    assert route("army", outcome=Outcome.VISITED_MET) == Route(Lead.CLOSE, "army")
