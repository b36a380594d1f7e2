"""A referral that comes to nothing gives the case back the time limit it had: nobody late becomes punctual by it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases import services as cases
from cases.models import Case, CaseMove, WorkItem
from fairs import services
from fairs.models import FairReferral
from fairs.services import crowds
from tests.fairs.factories import NOON, FairFactory, contacted_case
from tests.staff.factories import UserFactory
from workers import journal
from workers.journal.telling import timeline

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

LONG_AGO, SOON = NOON - timedelta(days=40), NOON + timedelta(minutes=5)
KEPT = ("step", "reason", "reason_data", "due_at", "opened_at", "escalation_level", "escalated_at", "escalates_at")


@pytest.fixture
def chief(db):
    return UserFactory(supervisor=True)


@pytest.fixture
def fair():
    return FairFactory(open=True)


@pytest.fixture
def late():
    """Spoken to forty days ago, and long with the county."""
    case = contacted_case(at=LONG_AGO)
    for hours in (2, 1):
        cases.escalate_due(at=NOON - timedelta(hours=hours))
    return case


def open_item(case) -> dict:
    item = WorkItem.objects.open().get(case=case)
    return {name: getattr(item, name) for name in KEPT}


def refer(fair, case, by):
    return services.refer_many(fair=fair, case_ids=[case.pk], by=by, at=NOON)


def taken_back(fair, case, by):
    services.take_back_batch(batch=refer(fair, case, by), by=by, at=SOON)


def undone_alone(fair, case, by):
    services.undo_referral(referral=services.refer_to_fair(fair=fair, case=case, by=by, at=NOON), by=by, at=SOON)


def cancelled(fair, case, by):
    refer(fair, case, by)
    services.cancel_fair(fair=fair, why="大雪", by=fair.organiser, at=SOON)


def cancelled_by_the_task(fair, case, by):
    refer(fair, case, by)
    services.cancel_fair(fair=fair, why="大雪", by=fair.organiser, at=SOON)
    services.catch_up(fair_id=fair.pk, at=SOON)


@pytest.mark.parametrize("what_happens", [taken_back, undone_alone, cancelled, cancelled_by_the_task])
def test_who_was_late_before_the_referral_is_as_late_when_it_comes_to_nothing(
    what_happens, fair, late, chief, monkeypatch
):
    before = open_item(late)
    if what_happens is cancelled_by_the_task:
        monkeypatch.setattr(crowds, "AT_ONCE", 0)

    what_happens(fair, late, chief)

    assert (before["escalation_level"], Case.objects.get(pk=late.pk).state) == (2, "contacted")
    assert open_item(late) == before
    assert journal.verify(late.worker) == []


@pytest.mark.parametrize("what_happens", [taken_back, cancelled])
def test_the_journal_says_what_happened_and_not_that_nothing_matched(what_happens, fair, late, chief):
    what_happens(fair, late, chief)

    lines = set(late.worker.journal_lines.values_list("what", flat=True))
    said = "referral_undone" if what_happens is taken_back else "referral_called_off"
    assert (said in lines, "case_not_matched" in lines) == (True, False)
    assert CaseMove.objects.filter(case=late).latest("pk").cause == "undone"


def test_the_headline_is_what_happened_to_the_person_and_not_a_text_that_was_held_back(fair, late, chief):
    services.refer_to_fair(fair=fair, case=late, by=chief, at=NOON)
    services.cancel_fair(fair=fair, why="大雪", by=fair.organiser, at=SOON)

    with translation.override("en"):
        entry = timeline(late.worker_id)[0]

    assert entry.sentence == f"Taken off the list of the fair {fair.title}: the fair was cancelled."
    assert {line.what for line in entry.folded} == {"referral_called_off", "sms_held_back"}


def test_registered_at_the_door_by_mistake_the_time_limit_is_the_one_from_before(late):
    fair, before = FairFactory(running=True), open_item(late)
    referral = services.register_walk_in(fair=fair, case=late, by=fair.organiser, at=NOON).referral

    services.undo_check_in(referral=referral, by=fair.organiser, at=SOON)

    kept = open_item(late)
    assert (kept.pop("reason"), kept.pop("reason_data")) == ("fair_check_in_undone", {"fair": fair.title})
    assert kept == {name: value for name, value in before.items() if name in kept}


def test_who_waited_for_another_fair_keeps_that_limit_when_the_door_was_wrong(late, chief):
    elsewhere, fair = FairFactory(open=True), FairFactory(running=True)
    services.refer_to_fair(fair=elsewhere, case=late, by=chief, at=NOON - timedelta(days=1))
    before = open_item(late)
    referral = services.register_walk_in(fair=fair, case=late, by=fair.organiser, at=NOON).referral

    services.undo_check_in(referral=referral, by=fair.organiser, at=SOON)

    assert open_item(late)["due_at"] == before["due_at"]


def test_giving_a_limit_back_asks_no_more_for_a_long_story(fair, chief):
    """One query on the moves and one on the items of the case, whatever lies before."""

    def asked(case):
        batch = refer(fair, case, chief)
        referral = FairReferral.objects.for_change().get(batch=batch)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            crowds.take_back(referral, by=chief, at=SOON)
        return len(queries)

    short, long = contacted_case(at=LONG_AGO), contacted_case(at=LONG_AGO)
    for days in (9, 6, 3):
        other = services.refer_to_fair(fair=FairFactory(open=True), case=long, by=None, at=NOON - timedelta(days=days))
        cases.mark_not_matched(case=other.case, by=None, at=NOON - timedelta(days=days - 1))

    assert asked(short) == asked(long)
