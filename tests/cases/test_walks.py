"""Random walks over the services: whatever is pressed in whatever order, state, work item, task and journal agree."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from viewflow.workflow.models import Process, Task

from cases import clock, services
from cases.choices import OUTCOMES_OF, Channel, CloseReason, FollowUpResult
from cases.models import Case
from kit.refusals import Refusal
from tests.cases.factories import NOON, CaseFactory
from tests.staff.factories import UserFactory
from workers import journal
from workers.choices import OUT_OF_WORK, Status
from workers.invariants import violations
from workers.services import flag_worker, report_status

pytestmark = pytest.mark.django_db

channels = st.sampled_from([(channel, outcome) for channel in Channel for outcome in sorted(OUTCOMES_OF[channel])])
statuses = st.sampled_from([None, *Status])
hours = st.integers(1, 100)
deeds = st.one_of(
    st.tuples(st.just("contact"), channels, statuses, st.booleans()),
    st.tuples(st.just("undo")),
    st.tuples(st.just("refer"), st.one_of(st.none(), hours)),
    st.tuples(st.just("not_matched")),
    st.tuples(st.just("place"), st.booleans(), st.integers(-5, 10)),
    st.tuples(st.just("alone")),
    st.tuples(st.just("not_alone")),
    st.tuples(st.just("transport")),
    st.tuples(st.just("untransport")),
    st.tuples(st.just("fell_through")),
    st.tuples(st.just("follow_up"), st.sampled_from(list(FollowUpResult))),
    st.tuples(st.just("close"), st.sampled_from(list(CloseReason)), st.booleans()),
    st.tuples(st.just("reopen")),
    st.tuples(st.just("snooze"), hours),
    st.tuples(st.just("wake")),
    st.tuples(st.just("assign"), st.integers(0, 2)),
    st.tuples(st.just("report"), st.sampled_from([*sorted(OUT_OF_WORK), Status.EMPLOYED_IN_CITY, Status.DECEASED])),
    st.tuples(st.just("flag")),
    st.tuples(st.just("escalate")),
    st.tuples(st.just("ask_again")),
)
walks = st.lists(st.tuples(deeds, hours), min_size=1, max_size=14)


class Walker:
    """Presses what it is told; a refusal is an answer like another."""

    def __init__(self):
        self.cadre = UserFactory(village_cadre=True)
        self.owners = [self.cadre, UserFactory(village_cadre=True), None]
        self.at = NOON
        self.worker = CaseFactory().worker
        self.last_attempt = None
        self.refused = 0

    @property
    def case(self):
        return Case.objects.filter(worker=self.worker).order_by("-opened_at", "-pk").first()

    def press(self, deed, hours):
        self.at += timedelta(hours=hours)
        name, *details = deed
        try:
            getattr(self, name)(*details)
        except Refusal:
            self.refused += 1

    def contact(self, tried, status, willing):
        channel, outcome = tried
        extra = {"note": "照顾老人", "reask_on": self.at.date() + timedelta(days=40)} if willing else {}
        self.last_attempt = services.record_contact(
            case=self.case, channel=channel, outcome=outcome, happened_at=self.at, status=status,
            by=self.cadre, at=self.at, **extra,
        )  # fmt: skip

    def undo(self):
        if self.last_attempt:
            services.undo_contact(attempt=self.last_attempt, by=self.cadre, at=self.at)

    def refer(self, wait):
        until = wait and self.at + timedelta(hours=wait)
        services.mark_referred(case=self.case, by=self.cadre, at=self.at, until=until)

    def not_matched(self):
        services.mark_not_matched(case=self.case, by=None, at=self.at)

    def place(self, needs_transport, days):
        start_on = self.at.date() + timedelta(days=days)
        services.mark_placed(
            case=self.case, start_on=start_on, needs_transport=needs_transport, by=self.cadre, at=self.at
        )

    def alone(self):
        services.mark_travelling_alone(case=self.case, by=self.cadre, at=self.at)

    def not_alone(self):
        services.undo_travelling_alone(case=self.case, by=self.cadre, at=self.at)

    def transport(self):
        services.mark_transported(case=self.case, by=None, at=self.at)

    def untransport(self):
        services.undo_transported(case=self.case, by=None, at=self.at)

    def fell_through(self):
        services.mark_fell_through(case=self.case, by=None, at=self.at)

    def follow_up(self, result):
        row = services.next_follow_up(self.case)
        if row:
            self.at = max(self.at, self.at + timedelta(days=(row.due_on - self.at.date()).days))
            services.record_follow_up(follow_up=row, result=result, by=self.cadre, at=self.at)

    def close(self, reason, with_words):
        extra = {"note": "x", "reask_on": self.at.date() + timedelta(days=9)} if with_words else {}
        services.close_case(case=self.case, reason=reason, by=self.cadre, at=self.at, **extra)

    def reopen(self):
        services.reopen_case(case=self.case, by=self.cadre, at=self.at)

    def snooze(self, wait):
        services.snooze(case=self.case, until=self.at + timedelta(hours=wait), reason="x", by=None, at=self.at)

    def wake(self):
        services.wake(case=self.case, reason="x", by=None, at=self.at)

    def assign(self, number):
        services.assign(case=self.case, owner=self.owners[number], by=None, at=self.at)

    def report(self, status):
        report_status(
            worker=self.worker, status=status, happened_at=self.at, by=None, at=self.at, source="self"
        )  # fmt: skip

    def flag(self):
        flag_worker(worker=self.worker, rule="zero_employment", by=None, at=self.at)

    def escalate(self):
        services.escalate_due(at=self.at)

    def ask_again(self):
        clock.reopen_to_ask(at=self.at)


def assert_agreement(walker):
    case = walker.case
    assert [item.step for item in case.work_items.open()] == ([case.step] if case.step else [])
    waiting = Task.objects.filter(process__artifact_object_id=case.pk, status__in=("NEW", "ASSIGNED"))
    assert waiting.count() == (1 if case.step else 0)
    running = Process.objects.filter(artifact_object_id=case.pk, status="NEW")
    assert running.count() == (1 if case.step else 0)
    assert_moves_lead_here(case)


def assert_moves_lead_here(case):
    """Each move begins where the one before it ended, and the last one is what the case itself says."""
    moves = list(case.moves.order_by("pk"))
    assert [move.from_state for move in moves] == ["", *[move.to_state for move in moves[:-1]]]
    assert (moves[-1].to_state, moves[-1].at) == (case.state, case.state_since)


def assert_nothing_is_violated(walker):
    assert {name: count for name, count in violations() if count} == {}
    assert journal.verify(walker.worker) == []


@contextmanager
def forgotten():
    """One walk leaves nothing behind for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=walks)
def test_state_item_task_and_journal_agree_after_every_press(walk):
    with forgotten():
        walker = Walker()
        for deed, hours in walk:
            walker.press(deed, hours)
            assert_agreement(walker)
        assert_nothing_is_violated(walker)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=walks)
def test_refused_press_leaves_no_trace(walk):
    with forgotten():
        walker = Walker()
        for deed, hours in walk:
            before = (walker.worker.journal_lines.count(), walker.refused)
            walker.press(deed, hours)
            lines, refused = walker.worker.journal_lines.count(), walker.refused
            assert refused == before[1] or lines == before[0]


def test_walks_do_get_somewhere():
    walker = Walker()
    deeds = [
        ("contact", ("call", "no_answer"), None, False),
        ("contact", ("call", "spoke_to_worker"), Status.UNEMPLOYED_WILLING, False),
        ("refer", 24),
        ("not_matched",),
        ("place", True, 3),
        ("transport",),
        *[("follow_up", FollowUpResult.STILL_WORKING)] * 3,
    ]

    for deed in deeds:
        walker.press(deed, 2)

    assert (walker.case.state, walker.refused) == ("settled", 0)
