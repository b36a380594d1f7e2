"""What an entry about a call or a visit keeps, and what none may say."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from cases.contact.entry import Entry, check_entry
from cases.refusals import (
    CaseEnded,
    CaseMovedOn,
    HappenedBeforeOpening,
    HappenedInTheFuture,
    NextAttemptInThePast,
    OutcomeDoesNotFit,
)
from kit.days import local_moment

DAY = date(2026, 3, 5)
OPENED, NOON = local_moment(DAY, 9), local_moment(DAY, 12)
MINUTE = timedelta(minutes=1)
EVERYTHING = {
    "channel": "call",
    "outcome": "spoke_to_worker",
    "happened_at": NOON,
    "note": "照顾老人",
    "next_at": NOON + MINUTE,
    "put_off_because": "农忙",
    "status": "not_willing",
    "lon": Decimal("105.7"),
    "lat": Decimal("26.6"),
    "once": UUID(int=1),
}


@dataclass
class Case:
    is_open: bool = True
    opened_at = OPENED


@dataclass
class Item:
    pk: int


def check(case=None, now_open=7, **said):
    """`now_open` is the key of the work item that the case has now."""
    entry = Entry(**{"channel": "call", "outcome": "no_answer", "happened_at": NOON, **said})
    return check_entry(entry, case or Case(), now_open and Item(now_open), at=NOON)


def test_the_attempt_keeps_what_was_tried_and_what_the_worker_said():
    entry = Entry(**EVERYTHING, reask_on=DAY, employer_name="永康工厂", wage=5300, item=7)

    assert entry.columns() == EVERYTHING


@pytest.mark.parametrize("outcome", ["spoke_to_relative", "no_answer"])
def test_a_status_that_the_worker_did_not_say_is_not_kept(outcome):
    assert Entry(**EVERYTHING | {"outcome": outcome}).columns()["status"] is None


def test_a_talk_without_a_status_keeps_none():
    assert Entry(**EVERYTHING | {"status": ""}).columns()["status"] is None


@pytest.mark.parametrize(
    "outcome, is_two_way", [("spoke_to_worker", True), ("visited_met", True), ("spoke_to_relative", False)]
)
def test_only_words_with_the_worker_go_both_ways(outcome, is_two_way):
    assert Entry(channel="call", outcome=outcome, happened_at=NOON).is_two_way is is_two_way


@pytest.mark.parametrize("is_open, now_open", [(False, 7), (True, None), (False, None)])
def test_an_ended_case_takes_no_entry(is_open, now_open):
    with pytest.raises(CaseEnded):
        check(Case(is_open=is_open), now_open)


def test_an_entry_for_an_item_that_is_done_comes_too_late():
    with pytest.raises(CaseMovedOn) as refused:
        check(now_open=8, item=7)

    assert refused.type is CaseMovedOn


@pytest.mark.parametrize(
    "channel, outcome",
    [("call", "visited_met"), ("call", "visited_absent"), ("visit", "no_answer"), ("letter", "no_answer")],
)
def test_an_outcome_belongs_to_its_channel(channel, outcome):
    with pytest.raises(OutcomeDoesNotFit):
        check(channel=channel, outcome=outcome)


@pytest.mark.parametrize(
    "said, refusal",
    [
        ({"happened_at": NOON + MINUTE}, HappenedInTheFuture),
        ({"happened_at": local_moment(DAY, 0) - MINUTE}, HappenedBeforeOpening),
        ({"next_at": NOON}, NextAttemptInThePast),
        ({"next_at": NOON - MINUTE}, NextAttemptInThePast),
    ],
)
def test_a_talk_lies_between_the_day_of_opening_and_now_and_the_next_attempt_ahead(said, refusal):
    with pytest.raises(refusal):
        check(**said)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"happened_at": OPENED - timedelta(hours=1)},
        {"happened_at": local_moment(DAY, 0)},
        {"next_at": NOON + MINUTE},
        {"channel": "visit", "outcome": "visited_absent"},
        {"item": 7},
    ],
)
def test_an_entry_may_be_hours_older_than_the_opening(said):
    assert check(**said) is None
