from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases import panels, services
from cases.models import Case
from cases.selectors import case_page, find_people
from tests.cases.factories import NOON, TODAY, CaseFactory, miss, reach
from tests.staff.factories import HUAQI_VILLAGE
from tests.workers.factories import WorkerFactory
from workers.journal.telling import journal_lines

pytestmark = pytest.mark.django_db
HOUR = NOON + timedelta(hours=1)


def page(case, user, today=TODAY):
    found = Case.objects.select_related("worker__household").get(pk=case.pk)
    return case_page(case=found, user=user, today=today)


def dots(case, user):
    return [(step.state, step.when) for step in page(case, user).steps]


def test_steps_of_a_case_on_its_way(cadre):
    assert dots(CaseFactory(referred=True), cadre) == [
        ("flagged", "past"),
        ("contacted", "past"),
        ("referred", "now"),
        ("placed", "next"),
        ("transported", "next"),
        ("settled", "next"),
    ]


def test_steps_left_out_are_said_to_be_left_out(cadre):
    assert dots(CaseFactory(settled=True), cadre) == [
        ("flagged", "past"),
        ("contacted", "past"),
        ("referred", "skip"),
        ("placed", "past"),
        ("transported", "skip"),
        ("settled", "past"),
    ]


def test_closed_case_stands_on_no_dot(cadre):
    assert {when for _, when in dots(CaseFactory(closed=True), cadre)} == {"past", "next"}


def test_dates_of_steps_are_local_days(cadre):
    case = CaseFactory(referred=True)

    assert [step.on for step in page(case, cadre).steps[:4]] == [TODAY, TODAY, TODAY, None]


def test_what_was_taken_back_moves_no_date(cadre):
    """Boarding undone: placed keeps its day, and nobody was on the way."""
    case = CaseFactory(transported=True)
    services.undo_transported(case=case, by=cadre, at=NOON + timedelta(days=2))

    assert [(step.when, step.on) for step in page(case, cadre).steps[3:]] == [
        ("now", TODAY),
        ("next", None),
        ("next", None),
    ]


def test_what_was_gone_back_over_counts_as_not_yet_done(cadre):
    """They left the job: neither its day nor that of their journey stands on the path."""
    case = CaseFactory(transported=True)
    services.mark_fell_through(case=case, by=cadre, at=NOON + timedelta(days=9), why="left_job")

    assert [step.on for step in page(case, cadre).steps[2:]] == [None] * 4


def test_talk_taken_back_leaves_no_date(cadre):
    case = CaseFactory(owner=cadre)
    attempt = reach(case, at=HOUR, by=cadre)
    services.undo_contact(attempt=attempt, by=cadre, at=HOUR)

    assert [step.on for step in page(case, cadre).steps[:2]] == [TODAY, None]


def test_timeline_tells_newest_first_in_words(cadre):
    case = CaseFactory(owner=cadre)
    reach(case, at=HOUR + timedelta(days=1), by=cadre, happened_at=HOUR, note="愿意去浙江")

    with translation.override("en"):
        lines = page(case, cadre).lines

    first = lines[0]
    assert (first.sentence, first.detail, first.key, first.who) == (
        "Spoke to the worker on the phone: the first contact.",
        "愿意去浙江",
        True,
        "王芳",
    )
    assert (first.late, first.happened_at, first.entered_at) == (True, HOUR, HOUR + timedelta(days=1))
    assert [line.what for line in lines] == ["case_contacted", "worker_registered"]
    assert [line.what for line in lines[1].folded] == ["case_opened"]


def test_attempt_is_no_key_event_and_has_no_second_time(cadre):
    case = CaseFactory(owner=cadre)
    miss(case, at=HOUR, by=cadre)

    line = page(case, cadre).lines[0]

    assert (line.key, line.late, line.entered_at, len(line.short_hash)) == (False, False, None, 8)


def test_line_count_is_of_all_lines(cadre):
    case = CaseFactory(settled=True)

    assert page(case, cadre).line_count == len(journal_lines(case.worker_id)) > 8


def test_own_entry_of_today_may_be_undone(cadre, colleague):
    case = CaseFactory(owner=cadre)
    attempt = reach(case, at=HOUR, by=cadre)

    assert page(case, cadre).undoable == attempt
    assert page(case, colleague).undoable is None
    assert page(case, cadre, today=TODAY + timedelta(days=1)).undoable is None


def test_entry_that_was_followed_by_a_move_shows_no_undo(cadre):
    case = CaseFactory(owner=cadre)
    reach(case, at=HOUR, by=cadre)
    services.mark_referred(case=case, by=cadre, at=HOUR + timedelta(minutes=1))

    assert page(case, cadre).undoable is None


@pytest.mark.parametrize(("trait", "cost"), [("contacted", 7), ("settled", 7)])
def test_page_costs_few_queries(cadre, trait, cost):
    case = Case.objects.select_related("worker__household").get(pk=CaseFactory(**{trait: True}).pk)
    assert cadre.current_postings  # read by the middleware

    with CaptureQueriesContext(connection) as queries:
        case_page(case=case, user=cadre, today=TODAY)

    assert len(queries) == cost


@pytest.fixture
def registry(monkeypatch):
    fresh = panels.Registry()
    monkeypatch.setattr(panels, "registry", fresh)
    return fresh


def test_later_stages_add_panels_in_their_order(registry):
    panels.register("seats", "cases:case", "Seats", "bus", order=30)
    panels.register("jobs", "cases:audit", "Jobs", "briefcase", order=10)
    panels.register("gone", "nowhere:panel", "Gone", "x", order=1)

    assert [(panel.name, panel.url(7)) for panel in registry.in_order()] == [
        ("jobs", "/cases/7/audit/"),
        ("seats", "/cases/7/"),
    ]


def test_buttons_belong_to_a_step_and_to_roles(registry):
    panels.register_action("refer", "cases:close", "Introduce", ["township_cadre"])
    panels.register_action("travel", "cases:reopen", "Book a seat", ["township_cadre"])

    assert [action.label for action in registry.actions_of("refer", ["township_cadre"])] == ["Introduce"]
    assert registry.actions_of("refer", ["auditor"]) == []


def test_case_outside_the_area_offers_no_buttons(registry, township, neighbour):
    panels.register_action("contact", "cases:close", "Introduce", ["township_cadre"])
    case = CaseFactory()

    assert ([a.label for a in page(case, township).actions], page(case, neighbour).actions) == (["Introduce"], ())


def test_found_person_leads_to_the_latest_case(cadre):
    case = CaseFactory(worker=WorkerFactory(name="欧阳海", unemployed=True))
    WorkerFactory(name="欧阳海")

    people, more = find_people(text="欧阳海", user=cadre, today=TODAY)

    assert ([person.case_id for person in people], more) == ([case.pk, None], None)
    assert people[0].due_at == case.work_items.get().due_at


def test_more_people_than_fit_are_said_to_be_more(cadre):
    for _ in range(3):
        WorkerFactory(name="王建军")

    people, more = find_people(text="王建军", user=cadre, today=TODAY, limit=2)

    assert (len(people), bool(more)) == (2, True)


def test_nobody_is_found_outside_the_area(cadre):
    WorkerFactory(name="王建军", area=HUAQI_VILLAGE)

    assert find_people(text="王建军", user=cadre, today=TODAY) == ((), None)


@pytest.mark.parametrize("people", [1, 3])
def test_finding_costs_three_queries_however_many(cadre, people):
    for _ in range(people):
        CaseFactory(worker=WorkerFactory(name="王建军", unemployed=True))
    assert cadre.current_postings  # read by the middleware
    find_people(text="王建军", user=cadre, today=TODAY)  # the villages' names are read once a process

    with CaptureQueriesContext(connection) as queries:
        find_people(text="王建军", user=cadre, today=TODAY)

    assert len(queries) == 3
