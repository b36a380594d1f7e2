"""Random walks: whatever people press, in whatever order, the house stays in order."""

from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import services as cases
from cases.models import Case
from fairs import services
from fairs.models import Fair, FairReferral
from kit.refusals import Refusal
from tests.cases.factories import reach
from tests.fairs.factories import NOON, TODAY, FairFactory, contacted_case, interview, local, offers_of
from tests.jobs.factories import VacancyFactory, place
from workers.invariants import violations

pytestmark = pytest.mark.django_db

STEP = timedelta(minutes=4)


class World:
    """Two fairs of today, three people, and somebody who presses. `at` moves on with every press."""

    def __init__(self):
        self.fairs = [FairFactory(open=True, day=TODAY, posts=2) for _ in range(2)]
        self.people = [contacted_case() for _ in range(3)]
        self.elsewhere = VacancyFactory(headcount=30)
        self.by, self.at = self.fairs[0].organiser, NOON

    def case(self, n) -> Case:
        return Case.objects.get(pk=self.people[n].pk)

    def fair(self, n) -> Fair:
        return Fair.objects.get(pk=self.fairs[n % 2].pk)

    def referral(self, n) -> FairReferral | None:
        return self.people[n].fair_referrals.order_by("-pk").first()


def needs_referral(deed):
    def press(w, n, f):
        if (referral := w.referral(n)) is not None:
            deed(w, referral)

    return press


def say(result):
    return needs_referral(
        lambda w, r: services.record_result(referral=r, interview=interview(result, r.fair), by=w.by, at=w.at)
    )


def call(service, **what):
    return lambda w, n, f: service(fair=w.fair(f), by=w.by, at=w.at, **what)


DEEDS = {
    "refer": lambda w, n, f: services.refer_to_fair(
        fair=w.fair(f), case=w.case(n), wishes=offers_of(w.fair(f))[:2], by=w.by, at=w.at
    ),
    "start": call(services.start_fair),
    "finish": call(services.finish_fair, knows_early=True),
    "cancel": call(services.cancel_fair, why="大雪", knows_of_inside=True),
    "call": call(services.call_the_missing, seen=None),
    "move": call(services.change_fair, fields={"venue": "文腾广场", "ends_at": local(TODAY, 18)}),
    "check_in": needs_referral(lambda w, r: services.check_in(fair=r.fair, digits=r.code, by=w.by, at=w.at)),
    "walk_in": lambda w, n, f: services.register_walk_in(fair=w.fair(f), case=w.case(n), by=w.by, at=w.at),
    "undo": needs_referral(lambda w, r: services.undo_check_in(referral=r, by=w.by, at=w.at)),
    "intent": say("intent"),
    "hired": say("hired"),
    "no_match": say("no_match"),
    "yes": needs_referral(lambda w, r: services.take_yes(referral_id=r.pk, at=w.at)),
    "no": needs_referral(lambda w, r: services.take_no(referral_id=r.pk, at=w.at)),
    "close": lambda w, n, f: cases.close_case(case=w.case(n), reason="moved", by=None, at=w.at),
    "talk": lambda w, n, f: reach(w.case(n), at=w.at, status="unemployed_willing"),
    "reopen": lambda w, n, f: cases.reopen_case(case=w.case(n), by=None, at=w.at),
    "job_elsewhere": lambda w, n, f: place(w.case(n), w.elsewhere, at=w.at),
    "job_here": lambda w, n, f: place(w.case(n), offers_of(w.fair(f))[0].vacancy, at=w.at),
    "falls_through": lambda w, n, f: cases.mark_fell_through(case=w.case(n), by=None, at=w.at),
}
LIKELY = ["refer", "check_in", "start", "walk_in"]
presses = st.tuples(st.sampled_from([*DEEDS, *LIKELY]), st.integers(0, 2), st.integers(0, 1))


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(walk=st.lists(presses, min_size=5, max_size=16))
def test_whatever_is_pressed_every_invariant_holds(walk):
    with rolled_back():
        world = World()
        for name, person, fair in walk:
            world.at += STEP
            with suppress(Refusal), transaction.atomic():
                DEEDS[name](world, person, fair)
            assert {what: n for what, n in violations() if n} == {}, name


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_every_deed_of_the_walk_can_succeed(name):
    """So that the walks above do not go round in refusals."""
    world = World()
    for earlier in BEFORE.get(name, ()):
        DEEDS[earlier](world, 0, 0)

    DEEDS[name](world, 0, 0)

    assert {what: n for what, n in violations() if n} == {}


BEFORE = {
    "finish": ["start"],
    "call": ["start"],
    "check_in": ["refer", "start"],
    "walk_in": ["start"],
    "undo": ["start", "walk_in"],
    "intent": ["start", "walk_in"],
    "hired": ["start", "walk_in"],
    "no_match": ["start", "walk_in"],
    "yes": ["refer"],
    "no": ["refer"],
    "reopen": ["close"],
    "job_here": ["start", "walk_in"],
    "falls_through": ["job_elsewhere"],
}
