"""An introduction, a placement and a letter can be taken back on the day they were made, like a call."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases import services as cases
from cases.events import move_to_be_undone
from cases.models import Case, WorkItem
from cases.refusals import FollowedUpSince, NotYourEntry, UndoOvertaken, UndoTooLate
from cases.selectors import case_page
from jobs import handlers, services
from jobs.models import Introduction, Letter, Placement, Vacancy
from jobs.refusals import LetterIsOut, LetterOnIt, LetterRevoked, NotInReach, SaidByReceipt
from notifications.models import Message
from staff.models import Posting
from staff.roles import Role
from tests.cases.factories import miss, reach
from tests.cases.pages import signed_in, source_of
from tests.jobs.factories import START, TODAY, VacancyFactory, contacted_case, place, printed
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON
from workers import journal
from workers.models import Worker
from workers.services import report_status

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
HOUR, LATER, MIDNIGHT = (NOON + timedelta(hours=n) for n in (1, 2, 12))


@pytest.fixture
def cadre():
    return UserFactory(township_cadre=True)


@pytest.fixture
def colleague():
    return UserFactory(township_cadre=True)


@pytest.fixture
def case():
    return contacted_case()


@pytest.fixture
def post():
    return VacancyFactory(headcount=1)


def fresh(case) -> Case:
    return Case.objects.get(pk=case.pk)


def stands(case) -> tuple:
    """What the list says of the case."""
    item = WorkItem.objects.open().get(case=case)
    return item.step, item.reason, item.due_at, item.not_before, item.opened_at


def introduce(case, post, by):
    return services.introduce(case=case, vacancy=post, by=by, at=HOUR)


def letter_of(case, by, at=HOUR) -> Letter:
    """For the job, or else for the post they are introduced to."""
    placement, introduction = case.placements.current().first(), case.introductions.open().first()
    offer = {"placement": placement} if placement else {"vacancy": introduction.vacancy}
    return services.issue_letter(case=case, by=by, at=at, **offer)


# ---- introductions


def test_an_introduction_taken_back_leaves_the_case_as_it_was(case, post, cadre):
    before = stands(case)
    introduction = introduce(case, post, cadre)

    introduction = services.undo_introduction(introduction=introduction, by=cadre, at=LATER)

    assert (fresh(case).state, stands(case)) == ("contacted", before)
    assert (introduction.result, introduction.result_by, introduction.result_at) == ("taken_back", cadre, LATER)
    line = case.worker.journal_lines.newest_first().first()
    assert (line.what, line.about_id, journal.verify(case.worker)) == ("referral_undone", introduction.pk, [])


def test_what_had_gone_up_to_the_township_is_there_again(case, post, cadre):
    late = WorkItem.objects.open().get(case=case).due_at + timedelta(days=4, hours=9)
    cases.escalate_due(at=late)
    ways = case.work_items.open().values("due_at", "escalation_level", "escalated_at", "escalates_at")
    before = ways.get()
    introduction = services.introduce(case=case, vacancy=post, by=cadre, at=late)

    services.undo_introduction(introduction=introduction, by=cadre, at=late + timedelta(minutes=1))

    assert (ways.get(), before["escalation_level"]) == (before, 1)


def test_who_was_introduced_by_mistake_can_be_introduced_again(case, post, cadre):
    services.undo_introduction(introduction=introduce(case, post, cadre), by=cadre, at=LATER)

    services.introduce(case=case, vacancy=post, by=cadre, at=LATER)

    assert (fresh(case).state, Introduction.objects.open().count()) == ("referred", 1)


def test_taken_back_twice_is_taken_back_once(case, post, cadre):
    introduction = introduce(case, post, cadre)

    first, again = (services.undo_introduction(introduction=introduction, by=cadre, at=LATER) for _ in range(2))

    assert (first.result_at, case.worker.journal_lines.filter(what="referral_undone").count()) == (again.result_at, 1)


# ---- placements


def test_a_placement_taken_back_leaves_no_trace_in_what_counts(case, post, cadre):
    before = stands(case)
    placement = place(case, post, by=cadre, at=HOUR)

    placement = services.undo_placement(placement=placement, by=cadre, at=LATER)

    undone = fresh(case)
    assert (undone.state, undone.placed_on, undone.needs_transport, stands(case)) == ("contacted", None, None, before)
    assert (undone.follow_up_round, list(Case.objects.reached("placed")), undone.follow_ups.waiting().count()) == (
        0, [], 0,
    )  # fmt: skip
    assert (placement.ended_because, Vacancy.objects.get(pk=post.pk).filled) == ("taken_back", 0)


def test_who_was_placed_by_mistake_can_be_placed_again_and_is_followed_up(case, post, cadre):
    services.undo_placement(placement=place(case, post, by=cadre, at=HOUR), by=cadre, at=LATER)

    again = place(case, post, by=cadre, at=LATER, start_on=START + timedelta(days=7))

    asked = fresh(case).follow_ups.waiting()
    assert {(row.round, row.placement_ref) for row in asked} == {(1, again.pk)}
    assert min(row.due_on for row in asked) == START + timedelta(days=14)


def test_the_introduction_that_a_placement_answered_waits_again(case, post, cadre):
    introduction = services.introduce(case=case, vacancy=post, by=cadre, at=NOON)
    placement = place(case, post, by=cadre, at=HOUR)

    services.undo_placement(placement=placement, by=cadre, at=LATER)

    introduction.refresh_from_db()
    assert (fresh(case).state, introduction.is_open) == ("referred", True)


def test_an_introduction_that_lapsed_by_an_end_taken_back_waits_again(case, post, cadre):
    introduction = introduce(case, post, cadre)
    flags = set(case.worker.flags.open().values_list("rule", flat=True))
    talk = reach(case, at=LATER, by=cadre, status="employed_in_city")
    introduction.refresh_from_db()
    lapsed = introduction.result

    cases.undo_contact(attempt=talk, by=cadre, at=LATER + timedelta(minutes=5))

    introduction.refresh_from_db()
    assert (fresh(case).state, lapsed, introduction.is_open) == ("referred", "lapsed", True)
    assert set(case.worker.flags.open().values_list("rule", flat=True)) == flags != set()
    later = LATER + timedelta(minutes=6)
    services.record_introduction_result(introduction=introduction, result="not_hired", by=cadre, at=later)
    assert fresh(case).state == "contacted"


def test_what_others_have_said_since_a_placement_stays_when_it_is_taken_back(case, post, cadre):
    placement = place(case, post, by=cadre, at=HOUR, start_on=TODAY)
    said_at = HOUR + timedelta(minutes=20)
    report_status(worker=case.worker, status="unable", happened_at=said_at, by=None, at=said_at, source="visit")

    services.undo_placement(placement=placement, by=cadre, at=LATER)

    assert Worker.objects.get(pk=case.worker_id).status == "unable"


def test_somebody_at_work_by_mistake_is_what_they_were(case, post, cadre):
    before = Worker.objects.get(pk=case.worker_id)
    placement = place(case, post, by=cadre, at=HOUR, start_on=TODAY)
    at_work = Worker.objects.get(pk=case.worker_id).status

    services.undo_placement(placement=placement, by=cadre, at=LATER)

    after = Worker.objects.get(pk=case.worker_id)
    assert (at_work, after.status) == ("employed_outside_province", before.status)
    assert (after.employer_name, after.wage) == ("", None)
    assert not case.worker.flags.filter(rule="relapsed").exists()


def test_a_placement_stays_once_somebody_was_asked_whether_they_work(case, post, cadre):
    """A follow-up in vain leaves the step where it is, and is an entry all the same."""
    placement = place(case, post, by=cadre, at=HOUR, start_on=TODAY - timedelta(days=8), needs_transport=False)
    asked = cases.next_follow_up(fresh(case))
    cases.record_follow_up(follow_up=asked, result="not_reached", by=cadre, at=LATER)

    with pytest.raises(FollowedUpSince):
        services.undo_placement(placement=placement, by=cadre, at=LATER + timedelta(minutes=1))


def offers_undo(case, placement, cadre, at) -> bool:
    """On the panel of the case's page."""
    with time_machine.travel(at, tick=False):
        page = signed_in(cadre).get(reverse("jobs:panel", args=[case.pk]))
    return reverse("jobs:placement_undo", args=[case.pk, placement.pk]) in source_of(page)


@pytest.mark.parametrize("result", ["not_reached", "still_working", "wage_trouble"])
def test_a_placement_is_not_offered_to_be_taken_back_once_somebody_was_asked(case, post, cadre, result):
    placement = place(case, post, by=cadre, at=HOUR, start_on=TODAY - timedelta(days=8), needs_transport=False)
    before = offers_undo(case, placement, cadre, LATER)
    asked = cases.next_follow_up(fresh(case))
    entry = cases.record_follow_up(follow_up=asked, result=result, by=cadre, at=LATER)

    after = offers_undo(case, placement, cadre, LATER)
    with pytest.raises(FollowedUpSince):
        services.undo_placement(placement=placement, by=cadre, at=LATER + timedelta(minutes=1))
    cases.undo_follow_up(entry=entry, by=cadre, at=LATER + timedelta(minutes=2))

    assert (before, after, offers_undo(case, placement, cadre, LATER + timedelta(minutes=3))) == (True, False, True)


def test_what_has_a_letter_on_it_is_not_offered_to_be_taken_back(case, post, cadre):
    placement = place(case, post, by=cadre, at=HOUR)
    letter_of(case, cadre, at=LATER)

    assert not offers_undo(case, placement, cadre, LATER)


# ---- until when, and by whom


@pytest.fixture(params=["introduction", "placement"])
def deed(request, case, post, cadre):
    """(the row, how it is taken back)"""
    if request.param == "introduction":
        return introduce(case, post, cadre), lambda row, **who: services.undo_introduction(introduction=row, **who)
    return place(case, post, by=cadre, at=HOUR), lambda row, **who: services.undo_placement(placement=row, **who)


def test_the_last_minute_of_the_day_is_early_enough_and_midnight_too_late(case, cadre, deed):
    row, undo = deed
    state = fresh(case).state

    with pytest.raises(UndoTooLate):
        undo(row, by=cadre, at=MIDNIGHT)
    assert fresh(case).state == state

    undo(row, by=cadre, at=MIDNIGHT - timedelta(seconds=1))
    assert fresh(case).state == "contacted"


def test_nobody_takes_back_what_another_entered(deed, colleague):
    row, undo = deed

    with pytest.raises(NotYourEntry):
        undo(row, by=colleague, at=LATER)


def test_what_somebody_has_spoken_about_since_stays(case, deed, cadre):
    row, undo = deed
    miss(case, at=LATER, by=cadre)

    with pytest.raises(UndoOvertaken):
        undo(row, by=cadre, at=LATER)


def test_a_placement_is_taken_back_with_the_journey_by_own_means(case, post, cadre):
    before = stands(case)
    placement = place(case, post, by=cadre, at=HOUR, needs_transport=True)
    cases.mark_travelling_alone(case=case, by=cadre, at=LATER)

    services.undo_placement(placement=placement, by=cadre, at=LATER)

    assert (fresh(case).state, fresh(case).needs_transport, stands(case)) == ("contacted", None, before)
    ended = case.work_items.exclude(state="open").order_by("pk").values_list("step", "state")
    assert list(ended)[-3:] == [("refer", "undone"), ("travel", "undone"), ("follow_up", "superseded")]


def test_a_placement_is_taken_back_after_the_journey_was(case, post, cadre):
    placement = place(case, post, by=cadre, at=HOUR, needs_transport=True)
    cases.mark_travelling_alone(case=case, by=cadre, at=LATER)
    cases.undo_travelling_alone(case=case, by=cadre, at=LATER)

    services.undo_placement(placement=placement, by=cadre, at=LATER)

    assert fresh(case).state == "contacted"


def test_a_placement_stays_where_a_colleague_has_said_how_they_travel(case, post, cadre, colleague):
    placement = place(case, post, by=cadre, at=HOUR, needs_transport=True)
    cases.mark_travelling_alone(case=case, by=colleague, at=LATER)

    with pytest.raises(UndoOvertaken):
        services.undo_placement(placement=placement, by=cadre, at=LATER)


def test_what_has_a_letter_on_it_stays_until_the_letter_is_taken_back(case, deed, cadre):
    row, undo = deed
    letter = letter_of(case, cadre, at=LATER)

    with pytest.raises(LetterOnIt):
        undo(row, by=cadre, at=LATER)

    services.undo_letter(letter=letter, by=cadre, at=LATER)
    undo(row, by=cadre, at=LATER)
    assert fresh(case).state == "contacted"


def test_no_letter_is_issued_on_what_was_taken_back_a_moment_ago(case, deed, cadre):
    row, undo = deed
    offer = {"placement": row} if isinstance(row, Placement) else {"vacancy": row.vacancy}
    undo(row, by=cadre, at=LATER)

    with pytest.raises(NotInReach):
        services.issue_letter(case=case, by=cadre, at=LATER, **offer)


def test_the_database_takes_nothing_back_under_a_letter(deed, cadre, case):
    row, undo = deed
    letter_of(case, cadre, at=LATER)
    move_to_be_undone.disconnect(dispatch_uid="jobs.keep_what_a_letter_says")
    try:
        with pytest.raises(IntegrityError, match="a step with a letter on it is not undone"), transaction.atomic():
            undo(row, by=cadre, at=LATER)
    finally:
        move_to_be_undone.connect(handlers.keep_what_a_letter_says, dispatch_uid="jobs.keep_what_a_letter_says")


# ---- letters


@pytest.fixture
def letter(case, post, cadre):
    place(case, post, by=cadre, at=NOON)
    return letter_of(case, cadre)


def test_who_makes_letters_no_more_takes_none_back(client, letter, cadre, time_machine):
    """Whatever they entered this morning: since noon they audit."""
    Posting.objects.filter(user=cadre).update(role=Role.AUDITOR)
    time_machine.move_to(LATER)
    client.force_login(cadre)

    refused = client.post(f"/letters/{letter.pk}/undo/")

    letter.refresh_from_db()
    assert (client.get(f"/letters/{letter.pk}/").status_code, refused.status_code, letter.undone_at) == (200, 403, None)


def test_a_letter_taken_back_keeps_its_number_and_is_valid_no_more(letter, cadre):
    undone = services.undo_letter(letter=letter, by=cadre, at=LATER)

    assert (undone.undone_at, undone.revoked_at, undone.state(TODAY)) == (LATER, LATER, "revoked")
    assert letter.worker.journal_lines.newest_first().first().what == "letter_undone"
    assert letter_of(letter.case, cadre, at=LATER).number == letter.number + 1


def test_a_letter_is_taken_back_by_whoever_issued_it_on_the_same_day(letter, cadre, colleague):
    for refusal, who in ((NotYourEntry, {"by": colleague, "at": LATER}), (UndoTooLate, {"by": cadre, "at": MIDNIGHT})):
        with pytest.raises(refusal):
            services.undo_letter(letter=letter, **who)


def test_a_letter_that_is_out_is_revoked_and_not_taken_back(letter, cadre):
    services.print_letter(letter=letter, seen=0, by=cadre, at=LATER)

    with pytest.raises(LetterIsOut):
        services.undo_letter(letter=letter, by=cadre, at=LATER)


def test_a_revoked_letter_is_not_taken_back(letter, cadre):
    services.revoke_letter(letter=letter, because="写错了", by=cadre, at=LATER)

    with pytest.raises(LetterRevoked):
        services.undo_letter(letter=letter, by=cadre, at=LATER)


def test_the_database_takes_back_no_letter_that_is_out(letter, cadre):
    services.print_letter(letter=letter, seen=0, by=cadre, at=LATER)

    with pytest.raises(IntegrityError, match="letter_undone_before_it_went_out"):
        Letter.objects.filter(pk=letter.pk).update(undone_at=LATER, revoked_at=LATER, revoked_because="x")


# ---- the buttons


def test_the_panel_has_the_button_for_whoever_made_it_that_day_and_it_works(case, post, cadre, colleague):
    with time_machine.travel(LATER, tick=False):
        placement = place(case, post, by=cadre, at=HOUR)
        url, panel = f"/cases/{case.pk}/placements/{placement.pk}/undo/", f"/panels/jobs/{case.pk}/"
        shown = [url in source_of(signed_in(user).get(panel)) for user in (cadre, colleague)]
        response = signed_in(cadre).post(url)

    assert (shown, response.status_code, fresh(case).state) == ([True, False], 302, "contacted")
    with time_machine.travel(MIDNIGHT, tick=False):
        assert Placement.objects.get().ended_because == "taken_back"


def test_a_placement_taken_back_has_no_day_on_the_path(case, post, cadre):
    services.undo_placement(placement=place(case, post, by=cadre, at=HOUR), by=cadre, at=LATER)

    page = case_page(case=fresh(case), user=cadre, today=TODAY)

    assert {step.state: step.on for step in page.steps if step.on} == {"flagged": TODAY, "contacted": TODAY}


def test_a_text_of_a_letter_or_a_job_that_is_over_does_not_leave(case, post, cadre):
    placement = place(case, post, by=cadre, at=HOUR)
    undone = letter_of(case, cadre)
    services.undo_letter(letter=undone, by=cadre, at=LATER)
    revoked = letter_of(case, cadre, at=LATER)
    waiting = list(Message.objects.queued().order_by("pk").values_list("template", flat=True))

    services.revoke_letter(letter=revoked, because="写错了", by=cadre, at=LATER)
    services.end_placement(placement=placement, because="never_started", ended_on=TODAY, by=cadre, at=LATER)

    assert (waiting, Message.objects.queued().count()) == (["placed", "letter_ready"], 0)


def test_the_text_that_congratulates_is_taken_back_with_the_placement(case, post, cadre):
    placement = place(case, post, by=cadre, at=HOUR)
    (text,) = Message.objects.filter(template="placed")

    services.undo_placement(placement=placement, by=cadre, at=LATER)

    before = text.state
    text.refresh_from_db()
    assert (before, text.state, text.failed_reason) == ("queued", "suppressed", "withdrawn")


# ---- what an employer said -----------------------------------------------------------------------------------------


def answered_letter(case, post, cadre, result="not_hired"):
    services.introduce(case=case, vacancy=post, by=cadre, at=HOUR)
    letter = services.issue_letter(case=fresh(case), vacancy=post, by=cadre, at=HOUR)
    before = stands(case)
    terms = services.Terms(START, "employer_word", False, 5000, "王经理", None) if result == "hired" else None
    note = {"note": "年纪不合适", "terms": terms}
    return services.record_receipt(letter=printed(letter), result=result, by=cadre, at=LATER, **note), before


@pytest.mark.parametrize("result", ["not_hired", "not_reported", "hired"])
def test_a_receipt_taken_back_leaves_everything_as_it_was(case, post, cadre, result):
    letter, before = answered_letter(case, post, cadre, result)

    for _ in range(2):
        undone = services.undo_receipt(letter=letter, by=cadre, at=LATER + timedelta(minutes=5))

    introduction = case.introductions.get()
    assert (undone.receipt, undone.receipt_note, undone.receipt_at, undone.receipt_by) == ("", "", None, None)
    assert (introduction.is_open, introduction.note) == (True, "")
    assert (fresh(case).state, stands(case)) == ("referred", before)
    assert Vacancy.objects.get(pk=post.pk).filled == 0
    assert letter.worker.journal_lines.filter(what="receipt_undone").count() == 1


def test_a_receipt_stays_for_others_and_on_other_days_and_once_more_has_come_of_it(case, post, cadre, colleague):
    letter, _before = answered_letter(case, post, cadre)

    with pytest.raises(NotYourEntry):
        services.undo_receipt(letter=letter, by=colleague, at=LATER)
    with pytest.raises(UndoTooLate):
        services.undo_receipt(letter=letter, by=cadre, at=MIDNIGHT)
    services.introduce(case=fresh(case), vacancy=VacancyFactory(), by=cadre, at=LATER + timedelta(minutes=5))
    with pytest.raises(UndoOvertaken):
        services.undo_receipt(letter=letter, by=cadre, at=LATER + timedelta(minutes=6))

    assert Letter.objects.get(pk=letter.pk).receipt == "not_hired"


def test_what_a_receipt_says_is_taken_back_with_the_receipt(case, post, cadre):
    answered_letter(case, post, cadre, "hired")

    with pytest.raises(SaidByReceipt):
        services.undo_placement(placement=case.placements.get(), by=cadre, at=LATER)


def test_an_answer_taken_back_is_awaited_again(case, post, cadre):
    introduction = services.introduce(case=case, vacancy=post, by=cadre, at=HOUR)
    before = stands(case)
    services.record_introduction_result(introduction=introduction, result="no_show", by=cadre, at=LATER)

    services.undo_answer(introduction=introduction, by=cadre, at=LATER + timedelta(minutes=5))

    assert (case.introductions.get().is_open, fresh(case).state, stands(case)) == (True, "referred", before)


def test_the_receipt_and_the_answer_are_taken_back_where_they_were_entered(case, post, cadre):
    with time_machine.travel(LATER, tick=False):
        letter, _before = answered_letter(case, post, cadre)
        client = signed_in(cadre)
        page = client.get(reverse("jobs:letter", args=[letter.pk]))
        pressed = client.post(page.context["undo_url"])
        result = {"result": "not_hired", "note": "", "once": str(uuid4())}
        client.post(reverse("jobs:introduction_result", args=[case.pk]), result)
        said = list(client.get(reverse("cases:case", args=[case.pk])).context["messages"])
        client.post(said[-1].extra_tags)

    assert "年纪不合适" in source_of(page)
    assert pressed["Location"] == reverse("cases:case", args=[case.pk])
    assert (fresh(case).state, case.introductions.get().is_open) == ("referred", True)
