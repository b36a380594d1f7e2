"""Unreachable: three calls on three days in two parts of the day, a visit and a text. Each number counts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from cases.choices import Channel, Outcome
from cases.contact.unreachable import Tally, UnreachableNeedsEvidence, evidence, tally

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 09:00 in Shanghai
EVENING = datetime(2026, 3, 2, 11, tzinfo=UTC)  # 19:00


@dataclass
class Attempt:
    happened_at: datetime
    outcome: str = Outcome.NO_ANSWER
    channel: str = Channel.CALL


def visit(outcome=Outcome.VISITED_ABSENT):
    return Attempt(MORNING, outcome, Channel.VISIT)


ENOUGH = [Attempt(MORNING), Attempt(EVENING + timedelta(days=1)), Attempt(MORNING + timedelta(days=2)), visit()]


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.SWITCHED_OFF, Outcome.WRONG_NUMBER])
def test_a_call_that_reached_nobody_counts(outcome):
    assert tally([Attempt(MORNING, outcome)]) == Tally(calls=1, days=1, bands=1)


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.SPOKE_TO_RELATIVE, Outcome.SPOKE_TO_WORKER])
def test_a_call_that_reached_somebody_does_not(outcome):
    assert tally([Attempt(MORNING, outcome)]) == Tally(calls=0, days=0, bands=0)


def test_days_and_parts_of_the_day_are_counted_once_each():
    attempts = [Attempt(MORNING), Attempt(MORNING + timedelta(hours=1)), Attempt(EVENING)]

    assert tally(attempts) == Tally(calls=3, days=1, bands=2)


def test_a_day_is_a_day_in_shanghai():
    before, after = datetime(2026, 3, 2, 15, 59, tzinfo=UTC), datetime(2026, 3, 2, 16, 1, tzinfo=UTC)

    assert tally([Attempt(before), Attempt(after)]).days == 2


def test_a_visit_is_no_call():
    assert tally([visit()]) == Tally(calls=0, days=0, bands=0)


@pytest.mark.parametrize(
    "calls, days, bands, is_enough",
    [(3, 3, 2, True), (2, 3, 2, False), (3, 2, 2, False), (3, 3, 1, False), (9, 9, 3, True)],
)
def test_it_is_time_to_visit_after_three_calls_on_three_days_in_two_parts_of_the_day(calls, days, bands, is_enough):
    assert Tally(calls, days, bands).calls_are_enough is is_enough


def test_with_everything_tried_nothing_is_missing():
    assert evidence(ENOUGH, messages=1).missing == {}


@pytest.mark.parametrize(
    "left_out, missing", [(0, {"calls": 1, "days": 1}), (1, {"calls": 1, "days": 1, "bands": 1}), (3, {"visits": 1})]
)
def test_what_was_not_tried_is_named_with_how_much_is_missing(left_out, missing):
    attempts = [attempt for place, attempt in enumerate(ENOUGH) if place != left_out]

    assert evidence(attempts, messages=1).missing == missing


def test_a_text_is_needed_and_more_than_asked_is_no_gap():
    assert evidence(ENOUGH, messages=0).missing == {"messages": 1}
    assert evidence([*ENOUGH, visit()], messages=3).missing == {}


def test_a_visit_at_which_they_were_met_is_no_evidence():
    attempts = [*ENOUGH[:3], visit(Outcome.VISITED_MET)]

    assert evidence(attempts, messages=1).missing == {"visits": 1}


def test_the_refusal_says_what_is_missing_and_reads_the_numbers_of_the_rule():
    refusal = UnreachableNeedsEvidence(missing={"calls": 1})

    assert (refusal.missing, UnreachableNeedsEvidence().missing) == ({"calls": 1}, {})
    with translation.override("en"):
        assert str(refusal).startswith("Unreachable needs 3 calls on 3 days in 2 parts of the day, 1 visit")
        assert refusal.way_out == "Do what is still missing, then close the case."


def test_the_refusal_may_have_other_words():
    refusal = UnreachableNeedsEvidence("Not yet.", way_out="Wait.")

    assert (str(refusal), refusal.way_out) == ("Not yet.", "Wait.")
