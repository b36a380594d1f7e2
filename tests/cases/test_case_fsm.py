import inspect
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django_fsm import TransitionNotAllowed

from cases import services
from cases.choices import OPEN_STATES, State, Step
from cases.management import state_diagrams
from cases.models import Case
from cases.services import Opening
from tests.cases.factories import NOON, CaseFactory

TABLE = {
    ("contact", "flagged", "contacted"),
    ("refer", "contacted", "referred"),
    ("miss_match", "referred", "contacted"),
    ("undo_refer", "referred", "contacted"),
    ("undo_miss_match", "contacted", "referred"),
    ("undo_place", "placed", "contacted"),
    ("undo_place", "placed", "referred"),
    ("place", "contacted", "placed"),
    ("place", "referred", "placed"),
    ("travel_alone", "placed", "placed"),
    ("undo_travel_alone", "placed", "placed"),
    ("transport", "placed", "transported"),
    ("undo_transport", "transported", "placed"),
    ("fall_through", "placed", "contacted"),
    ("fall_through", "transported", "contacted"),
    ("settle", "placed", "settled"),
    ("settle", "transported", "settled"),
    ("close", "flagged", "closed"),
    ("close", "contacted", "closed"),
    ("close", "referred", "closed"),
    ("close", "placed", "closed"),
    ("close", "transported", "closed"),
    ("reopen", "settled", "flagged"),
    ("reopen", "closed", "flagged"),
    ("undo_contact", "contacted", "flagged"),
    ("undo_settle", "settled", "placed"),
    ("undo_settle", "settled", "transported"),
    ("undo_close", "closed", "flagged"),
    ("undo_close", "closed", "contacted"),
    ("undo_close", "closed", "referred"),
}


def test_transition_table_is_this_one_and_no_other():
    machine = Case._meta.get_field("state")

    found = {(a.name, a.source, a.target) for a in state_diagrams.arrows(Case, machine)}

    assert found == TABLE


@pytest.mark.parametrize("name", sorted({name for name, _, _ in TABLE}))
def test_transition_touches_nothing_but_the_case(name):
    source = inspect.getsource(getattr(Case, name))

    assert [word for word in ("save(", ".objects", "now(", "send(", "filter(") if word in source] == []


def test_state_cannot_be_set_by_hand():
    case = Case(state_since=NOON, opened_at=NOON)

    with pytest.raises(AttributeError):
        case.state = State.SETTLED


def test_reopening_keeps_opening_and_first_contact():
    case = Case(state="closed", opened_at=NOON, first_contacted_at=NOON, closed_because="moved", closed_at=NOON)

    case.reopen(at=NOON + timedelta(days=30))

    assert (case.state, case.opened_at, case.first_contacted_at) == ("flagged", NOON, NOON)
    assert (case.closed_because, case.closed_at, case.reopened_count) == ("", None, 1)


def test_flagged_case_cannot_be_placed():
    case = Case(state="flagged")

    with pytest.raises(TransitionNotAllowed):
        case.place(start_on=NOON.date(), needs_transport=False, at=NOON)


@pytest.mark.parametrize(
    ("state", "needs_transport", "step"),
    [
        ("flagged", None, Step.CONTACT),
        ("contacted", None, Step.REFER),
        ("referred", None, Step.RESULT),
        ("placed", True, Step.TRAVEL),
        ("placed", False, Step.FOLLOW_UP),
        ("transported", True, Step.FOLLOW_UP),
        ("settled", False, None),
        ("closed", None, None),
    ],
)
def test_step_follows_from_the_state(state, needs_transport, step):
    assert Case(state=state, needs_transport=needs_transport).step == step


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trait", "change", "constraint"),
    [
        ("contacted", "state = 'closed'", "case_closed_says_when_and_why"),
        ("contacted", "closed_because = 'moved'", "case_closed_says_when_and_why"),
        ("nearby", "state = 'settled'", "case_settled_says_when"),
        ("contacted", "state = 'placed'", "case_at_work_since_a_day"),
        ("contacted", "first_contacted_at = NULL", "case_past_flagged_was_contacted"),
        ("closed", "closed_because = 'not_willing'", "case_not_willing_is_asked_again"),
        ("contacted", "reopened_count = 1", "case_reopened_says_when"),
        ("contacted", "state = 'lost'", "case_state_is_known"),
    ],
)
def test_database_refuses_half_a_truth(trait, change, constraint):
    case = CaseFactory(**{trait: True})

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_case SET {change} WHERE id = %s", [case.pk])


@pytest.mark.django_db
def test_database_refuses_a_second_open_case_of_a_worker():
    case = CaseFactory()

    with pytest.raises(IntegrityError, match="one_open_case_per_worker"), transaction.atomic():
        Case.objects.create(worker=case.worker, area_id=case.area_id, opened_at=NOON, state_since=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["case", "workitem", "contactattempt", "followup", "casemove"])
def test_database_refuses_to_delete(table):
    CaseFactory(transported=True)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM cases_{table}")


@pytest.mark.django_db
def test_new_case_after_an_ended_one_is_allowed_by_the_database():
    case = CaseFactory(closed=True)

    (second,) = services.open_cases_in_bulk([Opening(worker=case.worker, at=NOON)], by=None)

    assert list(Case.objects.filter(worker=case.worker).open()) == [second]


def test_open_states_are_the_ones_with_a_step():
    with_step = [s for s in State if Case(state=s, needs_transport=True).step]

    assert with_step == list(OPEN_STATES)
