"""One row a move: which rows each deed writes, and that the database lets nobody change a state without one."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from cases import services
from cases.choices import Cause
from cases.models import Case, CaseMove
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.past_triggers import past_triggers
from tests.workers.factories import FlagFactory, WorkerFactory
from workers.choices import Status
from workers.services import report_status

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=12, minutes=30)
JOURNAL = import_module("cases.migrations.0005_moves_from_the_journal")


def path_of(case):
    return [(move.from_state, move.to_state, move.cause) for move in case.moves.order_by("pk")]


def last_of(case):
    return case.moves.order_by("pk").last()


# ---- what is written


@pytest.mark.parametrize(
    ("trait", "causes"),
    [
        ("contacted", ["opened", "talk"]),
        ("referred", ["opened", "talk", "referral"]),
        ("transported", ["opened", "talk", "placement", "boarding"]),
        ("settled", ["opened", "talk", "placement", "follow_up"]),
        ("closed", ["opened", "closed"]),
    ],
)
def test_path_of_a_case_is_told_with_its_causes(trait, causes):
    case = CaseFactory(**{trait: True})

    path = path_of(case)

    assert [cause for _from, _to, cause in path] == causes
    assert [state for state, _to, _cause in path] == ["", *[state for _from, state, _cause in path[:-1]]]
    assert path[-1][1] == case.state


DEEDS = {
    "no_match": ("referred", lambda case, by: services.mark_not_matched(case=case, by=by, at=LATER)),
    "job_ended": ("placed", lambda case, by: services.mark_fell_through(case=case, by=by, at=LATER)),
    "reopened": ("closed", lambda case, by: services.reopen_case(case=case, by=by, at=LATER)),
    "news": (
        "contacted",
        lambda case, by: report_status(
            worker=case.worker, status=Status.EMPLOYED_IN_CITY, happened_at=LATER, by=by, at=LATER, source="self"
        ),
    ),
    "undone": ("transported", lambda case, by: services.undo_transported(case=case, by=by, at=LATER)),
    "talk": ("nearby", lambda case, by: reach(case, at=LATER, by=by, status=Status.UNEMPLOYED_WILLING)),
    "follow_up": (
        "nearby",
        lambda case, by: services.record_follow_up(
            follow_up=services.next_follow_up(case), result="left", by=by, at=LATER
        ),
    ),
}


@pytest.mark.parametrize("cause", DEEDS)
def test_every_other_deed_gives_its_own_cause(cadre, cause):
    trait, deed = DEEDS[cause]
    case = CaseFactory(**{trait: True})
    item = case.work_items.open().first()

    deed(case, cadre)

    move = last_of(case)
    assert (move.cause, move.at, move.work_item) == (cause, LATER, item)


def test_a_move_has_the_times_and_the_author_of_its_journal_line(cadre):
    case = CaseFactory()
    item = case.work_items.get()
    reach(case, at=LATER, by=cadre, happened_at=NOON + timedelta(hours=1))

    move = last_of(case)

    line = case.worker.journal_lines.get(what="case_contacted")
    assert (move.line, move.at, move.happened_at, move.by) == (line, line.entered_at, line.happened_at, cadre)
    assert (move.at, move.happened_at, move.work_item) == (LATER, NOON + timedelta(hours=1), item)


def test_what_leaves_the_state_alone_is_no_move(cadre):
    case = CaseFactory(placed=True)
    before = path_of(case)

    services.mark_travelling_alone(case=case, by=cadre, at=LATER)

    assert path_of(case) == before


# ---- what the database refuses


def refused(match):
    return pytest.raises(IntegrityError, match=match)


def test_state_cannot_change_without_a_move():
    case = CaseFactory()

    with refused('stands at "closed" and its last move led to "flagged"'), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=NOON, closed_because="moved")


def test_state_cannot_go_there_and_back_without_moves():
    case = CaseFactory(contacted=True)

    with refused("its last move led to"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="referred")
        Case.objects.filter(pk=case.pk).update(state="contacted")


def test_case_cannot_begin_without_a_move():
    worker = WorkerFactory()

    with refused("its last move led to"), transaction.atomic():
        Case.objects.create(worker=worker, area_id=worker.area_id, opened_at=NOON, state_since=NOON)
        connection.check_constraints()  # as a commit would


def a_move(case, from_state, to_state, cause="talk"):
    return case.moves.create(from_state=from_state, to_state=to_state, cause=cause, at=NOON, happened_at=NOON)


def test_move_cannot_be_told_of_a_case_that_stayed():
    case = CaseFactory()

    with refused('stands at "flagged" and its last move led to "contacted"'), transaction.atomic():
        a_move(case, "flagged", "contacted")
        connection.check_constraints()


@pytest.mark.parametrize("from_state", ["contacted", ""])
def test_move_begins_where_the_last_one_ended(from_state):
    case = CaseFactory()

    with refused(f'a move from "{from_state}" after one to "flagged"'), transaction.atomic():
        a_move(case, from_state, *(("placed",) if from_state else ("flagged", "opened")))


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (("flagged", "flagged"), "move_changes_the_state"),
        (("flagged", "elsewhere"), "move_changes_the_state"),
        (("flagged", "contacted", "whim"), "move_cause_is_known"),
        (("flagged", "contacted", "opened"), "move_of_an_opening_begins_flagged"),
        (("", "contacted", "talk"), "move_of_an_opening_begins_flagged"),
    ],
)
def test_move_that_is_none_is_refused(row, name):
    case = CaseFactory()

    with refused(name), transaction.atomic():
        a_move(case, *row)


def test_moves_are_append_only():
    case = CaseFactory(contacted=True)

    for deed in (lambda: case.moves.update(cause="news"), lambda: case.moves.all().delete()):
        with refused("append-only"), transaction.atomic():
            deed()


# ---- the moves of cases that are older than this table


def columns_of_all():
    fields = [f.attname for f in CaseMove._meta.concrete_fields if f.name != "id"]
    return list(CaseMove.objects.order_by("line_id").values_list(*fields))


def forget_all():
    with past_triggers() as cursor:
        cursor.execute(JOURNAL.FORGET)


def fill():
    with connection.cursor() as cursor:
        cursor.execute(JOURNAL.FROM_THE_JOURNAL)
        cursor.execute(JOURNAL.CARRIED_OVER)


def every_way_to_move(cadre):
    """Cases in every state, and each deed once that moves one."""
    for trait in ("contacted", "referred", "placed", "nearby", "transported", "settled", "closed"):
        CaseFactory(owner=cadre, **{trait: True})
    for trait, deed in DEEDS.values():
        deed(CaseFactory(**{trait: True}), cadre)
    for status in (None, Status.STUDENT):
        attempt = reach(CaseFactory(), at=NOON + timedelta(minutes=9), by=cadre, status=status)
        services.undo_contact(attempt=attempt, by=cadre, at=NOON + timedelta(minutes=10))
    attempt = miss(CaseFactory(contacted=True), at=LATER, by=cadre)
    services.undo_contact(attempt=attempt, by=cadre, at=LATER + timedelta(minutes=1))
    worker = WorkerFactory(unemployed=True)
    services.open_cases_in_bulk([services.Opening(worker=worker, at=NOON, flag=FlagFactory(worker=worker))], by=None)


def test_journal_gives_the_very_moves_that_were_written(cadre):
    every_way_to_move(cadre)
    written = columns_of_all()
    forget_all()

    fill()

    assert columns_of_all() == written
    assert {row[3] for row in written} == {*Cause} - {Cause.CARRIED_OVER}


def test_moves_filled_in_lead_to_where_each_case_stands(cadre):
    every_way_to_move(cadre)
    forget_all()

    fill()

    connection.check_constraints()
    assert {case.state == last_of(case).to_state for case in Case.objects.all()} == {True}


def test_where_the_journal_is_silent_the_row_says_so(cadre):
    silent, half = CaseFactory(placed=True), CaseFactory(referred=True)
    with past_triggers() as cursor:
        cursor.execute(JOURNAL.FORGET)
        for case, what in ((silent, "case_opened"), (half, "case_referred")):
            told = [case.worker_id, what]
            cursor.execute("DELETE FROM workers_journalline WHERE worker_id = %s AND what = %s", told)

    fill()

    assert path_of(silent) == [("", "flagged", "opened"), ("flagged", "placed", "carried_over")]
    assert path_of(half) == [
        ("", "flagged", "opened"),
        ("flagged", "contacted", "talk"),
        ("contacted", "referred", "carried_over"),
    ]
    assert [(move.line, move.at) for move in silent.moves.order_by("pk")] == [
        (None, silent.opened_at),
        (None, silent.state_since),
    ]
