from datetime import timedelta

import pytest
from django.utils import translation

from cases import clock, services
from cases.choices import CloseReason
from cases.contact.unreachable import UnreachableNeedsEvidence
from cases.events import case_closed
from cases.forms import CloseForm
from cases.models import Case
from cases.refusals import CaseBusy, CaseEnded, NotUnder16, ReaskDateNeeded
from cases.selectors.attempts import evidence_of
from notifications.models import Message
from staff.refusals import NotAllowed
from tests.cases.factories import NOON, CaseFactory, miss, reach
from tests.cases.listening import heard
from workers.choices import Status
from workers.refusals import NotOverAge
from workers.services import report_status

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=6)
TODAY = NOON.date()
MONTH = TODAY + timedelta(days=30)
WITH_CONDITIONS = ("not_willing", "unreachable", "over_age", "under_16")
PLAIN_REASONS = [reason for reason in CloseReason if reason not in WITH_CONDITIONS]


def fresh(case):
    return Case.objects.get(pk=case.pk)


def send_all_texts(case, *, at):
    """What the gateway would report of the texts that are on their way."""
    Message.objects.filter(worker=case.worker).update(state="sent", sent_at=at, gateway="sandbox", gateway_ref="s1")


def try_hard(case, cadre):
    """Three calls on three days in two parts of the day, a visit, and the text that goes with the third call."""
    for at in (NOON, NOON + timedelta(days=1, hours=7), NOON + timedelta(days=2)):
        miss(case, at=at + timedelta(hours=1), by=cadre)
    send_all_texts(case, at=NOON + timedelta(days=2, hours=2))
    visit = NOON + timedelta(days=3)
    miss(case, at=visit, by=cadre, channel="visit", outcome="visited_absent")
    return visit + timedelta(hours=1)


@pytest.mark.parametrize(("age", "is_over"), [(49, False), (50, True), (61, True)])
def test_over_age_is_said_of_nobody_under_fifty(cadre, age, is_over):
    case = CaseFactory(worker__birth_date=TODAY.replace(year=TODAY.year - age))
    if is_over:
        assert services.close_case(case=case, reason="over_age", by=cadre, at=NOON).closed_because == "over_age"
        return

    with pytest.raises(NotOverAge):
        services.close_case(case=case, reason="over_age", by=cadre, at=NOON)

    assert fresh(case).is_open


def test_under_sixteen_is_said_of_nobody_who_is_older(cadre):
    case = CaseFactory(worker__birth_date=TODAY.replace(year=TODAY.year - 16))

    with pytest.raises(NotUnder16):
        services.close_case(case=case, reason="under_16", by=cadre, at=NOON)


def test_the_form_names_the_reason_that_cannot_be_true_and_keeps_the_words():
    form = CloseForm({"reason": "over_age", "note": "村里核实"}, today=TODAY, age=35)

    assert form.errors == {"reason": [f"{NotOverAge(35)} {NotOverAge.way_out}"]}
    assert form["note"].value() == "村里核实"


@pytest.mark.parametrize("reason", PLAIN_REASONS)
@pytest.mark.parametrize("trait", ["contacted", "referred", "placed", "transported"])
def test_any_open_case_can_be_closed_for_a_reason(cadre, reason, trait):
    case = CaseFactory(**{trait: True})

    case = services.close_case(case=case, reason=reason, by=cadre, at=LATER, note="村里核实")

    assert (case.state, case.closed_because, case.closed_at, case.closed_by, case.close_note) == (
        "closed",
        reason,
        LATER,
        cadre,
        "村里核实",
    )
    assert (list(case.work_items.open()), list(case.follow_ups.waiting()), list(case.worker.flags.open())) == (
        [],
        [],
        [],
    )


def test_closing_twice_is_refused(cadre):
    case = CaseFactory(closed=True)

    with pytest.raises(CaseEnded):
        services.close_case(case=case, reason="moved", by=cadre, at=LATER)


@pytest.mark.parametrize("answer", [{}, {"note": "x"}, {"reask_on": MONTH}, {"note": " ", "reask_on": MONTH}])
def test_not_willing_needs_words_and_a_day(cadre, answer):
    case = CaseFactory()

    with pytest.raises(ReaskDateNeeded):
        services.close_case(case=case, reason="not_willing", by=cadre, at=LATER, **answer)

    assert fresh(case).state == "flagged"


def test_unreachable_says_what_is_missing(cadre):
    case = CaseFactory()
    miss(case, at=NOON + timedelta(hours=1), by=cadre)

    with pytest.raises(UnreachableNeedsEvidence) as refused:
        services.close_case(case=case, reason="unreachable", by=cadre, at=LATER)

    assert refused.value.missing == {"calls": 2, "days": 2, "bands": 1, "visits": 1, "messages": 1}


def test_the_refusal_reads_the_numbers_of_the_rule():
    with translation.override("en"):
        said = str(UnreachableNeedsEvidence())

    assert said == "Unreachable needs 3 calls on 3 days in 2 parts of the day, 1 visit and 1 text message."


def test_unreachable_with_all_its_evidence_is_accepted(cadre):
    case = CaseFactory()
    at = try_hard(case, cadre)

    case = services.close_case(case=case, reason="unreachable", by=cadre, at=at)

    assert case.closed_because == "unreachable"


@pytest.mark.parametrize(
    ("state", "failed_reason"), [("queued", ""), ("suppressed", "opted_out"), ("failed", "number_invalid")]
)
def test_text_that_never_left_is_no_evidence(cadre, state, failed_reason):
    case = CaseFactory()
    try_hard(case, cadre)
    Message.objects.update(state=state, failed_reason=failed_reason, sent_at=None)

    assert evidence_of(case).missing == {"messages": 1}


def test_undone_call_is_no_evidence(cadre):
    case = CaseFactory()
    attempt = miss(case, at=NOON + timedelta(hours=1), by=cadre)
    services.undo_contact(attempt=attempt, by=cadre, at=LATER)

    assert evidence_of(case).calls == 0


def test_talk_since_makes_old_calls_no_evidence(cadre):
    case = CaseFactory()
    at = try_hard(case, cadre)

    reach(case, at=at, by=cadre)

    assert evidence_of(case).calls == 0


def test_what_was_tried_before_a_reopening_is_no_evidence_even_when_it_is_written_down_after(cadre):
    case = CaseFactory()
    at = try_hard(case, cadre)
    case = services.close_case(case=case, reason="unreachable", by=cadre, at=at)
    reopened_at = at + timedelta(days=10)
    case = services.reopen_case(case=case, by=cadre, at=reopened_at)

    for hours in (-30, -1, 1):
        services.record_contact(
            case=case, channel="call", outcome="no_answer", happened_at=reopened_at + timedelta(hours=hours),
            by=cadre, at=reopened_at + timedelta(hours=2),
        )  # fmt: skip

    found = evidence_of(fresh(case))
    assert (found.calls, found.visits, found.messages) == (1, 0, 0)


def test_call_in_the_morning_counts_for_a_case_opened_at_noon(cadre):
    case = CaseFactory()

    miss(case, at=NOON + timedelta(hours=1), by=cadre, happened_at=NOON - timedelta(hours=3))

    assert evidence_of(case).calls == 1


def test_text_of_another_worker_is_no_evidence(cadre):
    case, other = CaseFactory(), CaseFactory()
    try_hard(other, cadre)

    assert (evidence_of(case).messages, evidence_of(other).messages) == (0, 1)


def test_auditor_may_not_close(auditor):
    with pytest.raises(NotAllowed):
        services.close_case(case=CaseFactory(), reason="moved", by=auditor, at=LATER)


def test_closing_is_announced(cadre):
    case = CaseFactory()

    with heard(case_closed) as announced:
        services.close_case(case=case, reason="moved", by=cadre, at=LATER)

    assert [(name, kwargs["case"], kwargs["by"]) for name, kwargs in announced] == [("case_closed", case, cadre)]


@pytest.mark.parametrize("source", ["self", "import"])
def test_news_of_a_job_ends_the_search_and_relieves_the_cadre(source):
    case = CaseFactory(referred=True)

    report_status(
        worker=case.worker, status=Status.EMPLOYED_IN_CITY, happened_at=LATER, by=None, at=LATER, source=source
    )

    case = fresh(case)
    assert (case.closed_because, case.work_items.order_by("pk").last().state) == ("self_found", "superseded")


def test_news_of_a_job_changes_nothing_for_somebody_placed():
    case = CaseFactory(placed=True)

    report_status(
        worker=case.worker, status=Status.EMPLOYED_IN_CITY, happened_at=LATER, by=None, at=LATER, source="self"
    )

    assert fresh(case).state == "placed"


def test_who_was_to_be_asked_again_is_asked_on_that_day(cadre):
    case = CaseFactory(owner=cadre)
    services.close_case(case=case, reason="not_willing", by=cadre, at=LATER, note="带孩子", reask_on=MONTH)
    too_early, on_the_day = LATER + timedelta(days=29), LATER + timedelta(days=30)

    asked = [clock.reopen_to_ask(at=at) for at in (too_early, on_the_day, on_the_day)]

    case = fresh(case)
    assert asked == [0, 1, 0]
    assert (case.state, case.reask_on, case.work_items.open().get().reason) == ("flagged", None, "asked_again")


def test_who_has_a_newer_case_is_not_asked_about_the_old_one(cadre):
    case = CaseFactory()
    services.close_case(case=case, reason="not_willing", by=cadre, at=LATER, note="带孩子", reask_on=MONTH)
    services.open_cases_in_bulk([services.Opening(worker=case.worker, at=LATER)], by=None)

    assert clock.reopen_to_ask(at=LATER + timedelta(days=40)) == 0


def test_one_who_cannot_be_asked_again_does_not_keep_the_others_waiting(cadre, monkeypatch):
    cases = [CaseFactory(), CaseFactory()]
    for case in cases:
        services.close_case(case=case, reason="not_willing", by=cadre, at=LATER, note="带孩子", reask_on=MONTH)
    reopen = services.reopen_case

    def busy_at_first(*, case, **kwargs):
        if case == cases[0]:
            raise CaseBusy
        return reopen(case=case, **kwargs)

    monkeypatch.setattr(services, "reopen_case", busy_at_first)

    assert clock.reopen_to_ask(at=LATER + timedelta(days=30)) == 1
    assert [fresh(case).state for case in cases] == ["closed", "flagged"]
