from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.models import Process, Task

from cases import services
from cases.choices import ItemState
from cases.events import case_moved, case_placed, case_referred, placement_fell_through
from cases.models import Case
from cases.refusals import CaseEnded, CaseMovedOn, EvidenceMissing, NotYourEntry, UndoOvertaken, UndoTooLate
from kit.days import end_of_day, start_of_day
from staff.refusals import NotAllowed
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.cases.listening import heard
from tests.staff.factories import FENGPING, UserFactory, area_of
from workers.services import NewWorker, register_worker

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=6)
TODAY = NOON.date()


def steps_of(case):
    return [(item.step, item.state) for item in case.work_items.order_by("pk")]


def test_referral_waits_until_the_fair_is_over(cadre):
    case = CaseFactory(contacted=True, owner=cadre)
    until = NOON + timedelta(days=5)

    case = services.mark_referred(
        case=case, by=cadre, at=LATER, until=until, reason="fair_waiting", data={"fair": "春风"}
    )

    item = case.work_items.open().get()
    assert (case.state, item.step, item.not_before, item.reason, item.reason_data) == (
        "referred",
        "result",
        until,
        "fair_waiting",
        {"fair": "春风"},
    )
    assert item.due_at == end_of_day(TODAY + timedelta(days=8))  # Tuesday's fair, three working days


def test_referral_without_an_end_is_asked_about_in_three_working_days(cadre):
    case = CaseFactory(contacted=True)

    case = services.mark_referred(case=case, by=cadre, at=LATER)

    item = case.work_items.open().get()
    assert (item.not_before, item.due_at) == (None, end_of_day(TODAY + timedelta(days=5)))


def test_no_match_goes_back_and_round_again(cadre):
    case = CaseFactory(referred=True)

    services.mark_not_matched(case=case, by=cadre, at=LATER, why="fair_cancelled")
    case = services.mark_referred(case=case, by=cadre, at=LATER)

    assert (case.state, steps_of(case)) == (
        "referred",
        [("contact", "done"), ("refer", "done"), ("result", "done"), ("refer", "done"), ("result", "open")],
    )


def test_distant_job_needs_a_seat_by_the_eve(cadre):
    case = CaseFactory(referred=True)

    case = services.mark_placed(
        case=case, start_on=TODAY + timedelta(days=10), needs_transport=True, by=cadre, at=LATER
    )

    item = case.work_items.open().get()
    assert (case.state, item.step, item.due_at) == ("placed", "travel", end_of_day(TODAY + timedelta(days=9)))
    assert (case.placed_on, case.follow_up_round) == (TODAY + timedelta(days=10), 1)
    assert [row.day_no for row in case.follow_ups.in_order()] == [7, 30, 90]


def test_nearby_job_goes_straight_to_follow_up(cadre):
    case = CaseFactory(contacted=True)

    case = services.mark_placed(case=case, start_on=TODAY, needs_transport=False, by=cadre, at=LATER)

    item = case.work_items.open().get()
    week = TODAY + timedelta(days=7)
    assert (item.step, item.not_before, item.due_at) == ("follow_up", start_of_day(week), end_of_day(week))


def test_follow_up_whose_day_has_passed_is_due_today(cadre):
    case = CaseFactory(contacted=True)

    case = services.mark_placed(
        case=case, start_on=TODAY - timedelta(days=8), needs_transport=False, by=cadre, at=LATER
    )

    item = case.work_items.open().get()
    assert (item.not_before, item.due_at) == (None, end_of_day(TODAY))


def test_placement_without_a_first_day_is_refused(cadre):
    case = CaseFactory(contacted=True)

    with pytest.raises(EvidenceMissing):
        services.mark_placed(case=case, start_on=None, needs_transport=False, by=cadre, at=LATER)

    assert steps_of(case)[-1] == ("refer", "open")


def test_boarding_opens_the_follow_ups(cadre):
    case = CaseFactory(placed=True)

    case = services.mark_transported(case=case, by=None, at=LATER)

    assert (case.state, steps_of(case)[-2:]) == ("transported", [("travel", "done"), ("follow_up", "open")])


def test_boarding_by_mistake_is_put_back(cadre):
    case = CaseFactory(transported=True)

    case = services.undo_transported(case=case, by=None, at=LATER)

    assert (case.state, case.needs_transport, steps_of(case)[-2:]) == (
        "placed",
        True,
        [("follow_up", "superseded"), ("travel", "open")],
    )
    assert case.follow_ups.waiting().count() == 3


def test_boarding_is_not_put_back_once_somebody_was_followed_up(cadre):
    case = CaseFactory(transported=True)
    late = NOON + timedelta(days=10)
    services.record_follow_up(follow_up=services.next_follow_up(case), result="still_working", by=None, at=late)

    with pytest.raises(CaseMovedOn):
        services.undo_transported(case=case, by=None, at=late)

    assert Case.objects.get(pk=case.pk).state == "transported"


def test_travelling_alone_needs_no_seat(cadre):
    case = CaseFactory(placed=True)

    case = services.mark_travelling_alone(case=case, by=cadre, at=LATER)

    assert (case.state, case.needs_transport, steps_of(case)[-1]) == ("placed", False, ("follow_up", "open"))


def item_of(case) -> tuple:
    return case.work_items.open().values_list("step", "reason", "due_at", "not_before", "opened_at").get()


def test_travelling_alone_is_taken_back_and_the_seat_is_wanted_as_before(cadre):
    case = CaseFactory(placed=True)
    before = item_of(case)
    services.mark_travelling_alone(case=case, by=cadre, at=LATER)

    case = services.undo_travelling_alone(case=case, by=cadre, at=LATER + timedelta(minutes=1))

    assert (case.state, case.needs_transport, item_of(case)) == ("placed", True, before)
    assert steps_of(case)[-3:] == [("travel", "undone"), ("follow_up", "superseded"), ("travel", "open")]
    assert case.worker.journal_lines.newest_first().first().what == "case_travelling_undone"


def test_who_had_been_left_in_peace_for_a_seat_is_asked_about_a_seat_again(cadre):
    case = CaseFactory(placed=True)
    before = item_of(case)
    leaves = NOON + timedelta(days=9)
    services.snooze(case=case, until=leaves, due_at=leaves, reason="seat_booked", by=None, at=LATER)
    services.mark_travelling_alone(case=case, by=cadre, at=LATER)

    services.undo_travelling_alone(case=case, by=cadre, at=LATER)

    assert item_of(case) == before


def test_travelling_alone_pressed_twice_is_said_and_taken_back_once(cadre):
    case = CaseFactory(placed=True)

    for deed in (services.mark_travelling_alone, services.undo_travelling_alone):
        for _ in range(2):
            deed(case=case, by=cadre, at=LATER)

    lines = case.worker.journal_lines.filter(what__startswith="case_travelling").order_by("pk")
    assert [line.what for line in lines] == ["case_travelling_alone", "case_travelling_undone"]


@pytest.mark.parametrize(
    ("refusal", "whose", "when", "tried"),
    [
        (NotYourEntry, "colleague", LATER, False),
        (UndoTooLate, "cadre", LATER + timedelta(days=1), False),
        (UndoOvertaken, "cadre", LATER + timedelta(hours=1), True),
    ],
)
def test_travelling_alone_is_taken_back_by_whoever_said_it_that_day_and_before_anything_else(
    refusal, whose, when, tried, cadre
):
    case = CaseFactory(placed=True)
    services.mark_travelling_alone(case=case, by=cadre, at=LATER)
    if tried:
        miss(case, at=LATER + timedelta(minutes=1), by=cadre)
    by = cadre if whose == "cadre" else UserFactory(township_cadre=True)

    with pytest.raises(refusal) as raised:
        services.undo_travelling_alone(case=case, by=by, at=when)

    assert (type(raised.value), Case.objects.get(pk=case.pk).needs_transport) == (refusal, False)


@pytest.mark.parametrize("trait", ["placed", "nearby", "transported"])
def test_job_that_comes_to_nothing_starts_the_search_again(cadre, trait):
    case = CaseFactory(**{trait: True})

    case = services.mark_fell_through(case=case, by=cadre, at=LATER, why="employer_cancelled")

    assert (case.state, case.placed_on, case.needs_transport) == ("contacted", None, None)
    assert [state for _, state in steps_of(case)[-2:]] == [ItemState.SUPERSEDED, ItemState.OPEN]
    assert (list(case.follow_ups.waiting()), case.work_items.open().get().reason) == ([], "employer_cancelled")


def test_second_placement_is_a_second_round(cadre):
    case = CaseFactory(nearby=True)
    services.mark_fell_through(case=case, by=cadre, at=LATER)

    case = services.mark_placed(
        case=case, start_on=TODAY + timedelta(days=1), needs_transport=False, by=cadre, at=LATER
    )

    assert [(row.round, row.day_no) for row in case.follow_ups.waiting().in_order()] == [(2, 7), (2, 30), (2, 90)]


MOVES = {
    "refer": lambda case, by: services.mark_referred(case=case, by=by, at=LATER),
    "not_matched": lambda case, by: services.mark_not_matched(case=case, by=by, at=LATER),
    "place": lambda case, by: services.mark_placed(case=case, start_on=TODAY, needs_transport=True, by=by, at=LATER),
    "alone": lambda case, by: services.mark_travelling_alone(case=case, by=by, at=LATER),
    "transport": lambda case, by: services.mark_transported(case=case, by=by, at=LATER),
    "fell_through": lambda case, by: services.mark_fell_through(case=case, by=by, at=LATER),
}
ALLOWED = {
    "flagged": set(),
    "contacted": {"refer", "place"},
    "referred": {"not_matched", "place"},
    "placed": {"alone", "transport", "fell_through"},
    "nearby": {"alone", "transport", "fell_through"},
    "transported": {"fell_through"},
    "settled": set(),
    "closed": set(),
}


@pytest.mark.parametrize(
    ("trait", "move"), [(trait, move) for trait, allowed in ALLOWED.items() for move in MOVES if move not in allowed]
)
def test_move_from_the_wrong_state_is_refused_and_changes_nothing(trait, move):
    case = CaseFactory(**({} if trait == "flagged" else {trait: True}))
    before = (case.state, steps_of(case), case.worker.journal_lines.count())

    with pytest.raises(CaseEnded if trait in ("settled", "closed") else CaseMovedOn):
        MOVES[move](case, None)

    case = Case.objects.get(pk=case.pk)
    assert (case.state, steps_of(case), case.worker.journal_lines.count()) == before


@pytest.mark.parametrize("who", ["fair_organiser", "transport_organiser", "supervisor", "village_cadre"])
def test_organisers_of_the_place_may_move_cases(who):
    by = UserFactory(**{who: True})

    assert services.mark_referred(case=CaseFactory(contacted=True), by=by, at=LATER).state == "referred"


@pytest.mark.parametrize("who", ["auditor", "administrator", "rights_officer"])
def test_other_roles_may_not_move_cases(who):
    with pytest.raises(NotAllowed):
        services.mark_referred(case=CaseFactory(contacted=True), by=UserFactory(**{who: True}), at=LATER)


def test_nobody_moves_a_case_outside_their_area(neighbour):
    with pytest.raises(NotAllowed):
        services.mark_referred(case=CaseFactory(contacted=True), by=neighbour, at=LATER)


def test_moves_are_announced():
    case = CaseFactory(contacted=True)

    with heard(case_moved, case_referred, case_placed, placement_fell_through) as announced:
        services.mark_referred(case=case, by=None, at=LATER)
        services.mark_placed(case=case, start_on=TODAY, needs_transport=False, by=None, at=LATER)
        services.mark_fell_through(case=case, by=None, at=LATER)

    assert [(name, kwargs.get("to_state")) for name, kwargs in announced] == [
        ("case_moved", "referred"),
        ("case_referred", None),
        ("case_moved", "placed"),
        ("case_placed", None),
        ("case_moved", "contacted"),
        ("placement_fell_through", None),
    ]


@pytest.mark.parametrize(
    ("trait", "step", "most"),
    [
        ("contacted", MOVES["refer"], 9),
        ("referred", MOVES["not_matched"], 10),
        ("referred", MOVES["place"], 12),
        ("placed", MOVES["transport"], 9),
        ("nearby", MOVES["fell_through"], 14),
        ("contacted", lambda case, by: services.close_case(case=case, reason="moved", by=by, at=LATER), 11),
        ("contacted", lambda case, by: reach(case, at=LATER, by=by, status="employed_in_city"), 19),
    ],
)
def test_completing_a_step_costs_few_queries(cadre, trait, step, most):
    """Two of them begin and end it."""
    case = CaseFactory(**{trait: True})

    with CaptureQueriesContext(connection) as queries:
        step(case, cadre)

    assert len(queries) <= most


@pytest.mark.parametrize(("rule", "most"), [("self_reported", 15), ("lifted_out_out_of_work", 18)])
def test_first_contact_with_its_report_costs_few_queries(cadre, rule, most):
    """With the second rule the report raises a flag of its own."""
    case = CaseFactory()
    case.worker.flags.update(rule=rule)
    assert cadre.current_postings  # read by the middleware

    with CaptureQueriesContext(connection) as queries:
        reach(case, at=LATER, by=cadre, status="unemployed_willing")

    assert len(queries) <= most


@pytest.mark.parametrize(("source", "most"), [("visit", 25), ("self", 18)])
def test_somebody_new_who_wants_work_costs_few_queries(cadre, source, most):
    """On the register, flagged, with a case; said at the door, it is the first contact too."""
    assert cadre.current_postings
    assert ContentType.objects.get_for_model(Case)
    fields = NewWorker(
        name="李芳", area=area_of(FENGPING), sex="F", birth_date=date(1990, 5, 1), phone="13951234567",
        status="unemployed_willing",
    )  # fmt: skip

    with CaptureQueriesContext(connection) as queries:
        worker = register_worker(fields=fields, by=cadre, at=LATER, source=source)

    assert len(queries) <= most
    assert worker.cases.get().state == ("contacted" if source == "visit" else "flagged")


def test_engine_and_items_tell_the_same_story():
    case = CaseFactory(settled=True)

    process = Process.objects.get(artifact_object_id=case.pk)
    tasks = Task.objects.filter(process=process, flow_task_type="HUMAN").order_by("pk")
    assert (process.status, set(tasks.values_list("status", flat=True))) == ("DONE", {"DONE"})
    assert [task.work_item.step for task in tasks] == [step for step, _ in steps_of(case)]


def test_reopened_case_begins_a_second_course():
    case = CaseFactory(closed=True)

    services.reopen_case(case=case, by=None, at=LATER)

    courses = Process.objects.filter(artifact_object_id=case.pk).order_by("pk")
    assert [course.status for course in courses] == ["DONE", "NEW"]


def test_snooze_takes_the_item_off_the_lists_and_wake_brings_it_back():
    case = CaseFactory(placed=True)
    until = NOON + timedelta(days=4)

    services.snooze(case=case, until=until, reason="seat_booked", data={"seat": "12A"}, by=None, at=LATER)
    asleep = case.work_items.open().get()
    services.wake(case=case, reason="missed_bus", by=None, at=until)
    awake = case.work_items.open().get()

    assert (asleep.not_before, asleep.due_at, asleep.reason_data) == (until, end_of_day(until.date()), {"seat": "12A"})
    assert (awake.not_before, awake.due_at, awake.reason) == (None, end_of_day(until.date()), "missed_bus")
    assert awake == asleep


def test_ended_case_cannot_be_woken():
    case = CaseFactory(closed=True)

    with pytest.raises(CaseEnded):
        services.wake(case=case, reason="missed_bus", by=None, at=LATER)
