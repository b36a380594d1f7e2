"""Replies by text, and cases that go another way."""

from datetime import timedelta

import pytest

from cases import services as cases
from cases.choices import State
from cases.models import Case
from fairs import services
from jobs.services import confirm_placement
from notifications.models import Message
from notifications.services import queue_message
from tests.cases.factories import reach
from tests.fairs.factories import NOON, START, FairFactory, ReferralFactory, fresh, local, offers_of, reply
from tests.jobs.factories import VacancyFactory
from tests.jobs.factories import place as place_at
from workers.models import JournalLine

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def guest():
    return ReferralFactory()


def answer(referral, digit, template="fair_invited", at=LATER):
    text = Message.objects.get(template=template, worker=referral.worker)
    reply(referral.worker, digit, at=at, answers=text)


def case_of(referral):
    return Case.objects.get(pk=referral.case_id)


def test_1_says_yes_once(guest):
    answer(guest, "1")
    answer(guest, "1", at=LATER + timedelta(hours=1))

    assert (fresh(guest).confirmed_at, case_of(guest).state) == (LATER, State.REFERRED)
    assert JournalLine.objects.filter(what="fair_confirmed").count() == 1


def test_2_takes_them_off_the_list_and_tells_the_cadre_to_call(guest):
    answer(guest, "2")

    item = case_of(guest).work_items.open().get()
    assert (fresh(guest).withdrawn_because, case_of(guest).state) == ("cannot_come", State.CONTACTED)
    assert (item.step, item.reason) == ("refer", "fair_cannot_come")


def test_2_after_1_counts(guest):
    answer(guest, "1")
    answer(guest, "2")

    assert fresh(guest).withdrawn_because == "cannot_come"


def test_2_twice_is_2_once(guest):
    answer(guest, "2")
    answer(guest, "2")

    assert JournalLine.objects.filter(what="fair_referral_withdrawn").count() == 1


@pytest.mark.parametrize("digit", ["3", None])
def test_anything_else_changes_nothing(guest, digit):
    answer(guest, digit)

    assert (fresh(guest).confirmed_at, fresh(guest).is_expected) == (None, True)


def test_2_from_somebody_who_is_already_there_changes_nothing():
    here = ReferralFactory(came=True, at=local(NOON.date(), 8))

    answer(here, "2")

    assert (fresh(here).withdrawn_at, case_of(here).state) == (None, State.REFERRED)


def test_an_answer_to_another_text_is_not_for_the_fair(guest):
    context = {"name": "", "cadre": "", "phone": ""}
    other = queue_message(
        worker=guest.worker, template="please_call_back", context=context, dedupe_key="please_call_back:9", at=NOON
    )

    reply(guest.worker, "2", at=LATER, answers=other)
    reply(guest.worker, "2", at=LATER, answers=None)

    assert fresh(guest).is_expected


def test_an_answer_after_the_fair_changes_nothing(guest):
    services.cancel_fair(fair=guest.fair, why="大雪", by=guest.fair.organiser, at=NOON)

    answer(guest, "1")
    answer(guest, "2")

    assert (fresh(guest).confirmed_at, fresh(guest).withdrawn_because) == (None, "fair_cancelled")


# The case goes another way


def test_a_case_that_is_closed_leaves_the_list(guest):
    cases.close_case(case=guest.case, reason="moved", by=None, at=NOON)

    assert fresh(guest).withdrawn_because == "case_moved_on"


def test_a_talk_that_ends_the_case_leaves_the_list(guest):
    reach(guest.case, at=LATER, status="employed_in_county")

    assert (fresh(guest).withdrawn_because, case_of(guest).state) == ("case_moved_on", State.CLOSED)


def test_a_job_found_elsewhere_leaves_the_list(guest):
    place_at(guest.case, VacancyFactory(), at=LATER)

    assert (fresh(guest).withdrawn_because, case_of(guest).state) == ("case_moved_on", State.PLACED)


def test_who_had_come_still_counts_as_having_come():
    promised = ReferralFactory(intent=True)

    place_at(promised.case, VacancyFactory(), at=LATER)

    referral = fresh(promised)
    assert (referral.withdrawn_because, referral.result, referral.has_come) == ("case_moved_on", "intent", True)
    assert promised.fair.referrals.counted().get() == promised


def test_a_job_of_this_fair_confirmed_from_the_case_is_hired_here():
    promised = ReferralFactory(intent=True)
    post = offers_of(promised.fair)[0].vacancy

    place_at(promised.case, post, at=LATER)

    assert (fresh(promised).result, fresh(promised).vacancy, fresh(promised).withdrawn_at) == ("hired", post, None)


def test_a_job_without_one_of_our_posts_is_no_hire_of_a_fair_without_posts():
    fair = FairFactory(running=True)
    services.add_booth(fair=fair, employer=VacancyFactory().employer, number=9, by=fair.organiser, at=NOON)
    here = ReferralFactory(fair=fair, came=True)
    post = VacancyFactory()

    confirm_placement(
        case=here.case, employer=post.employer, vacancy=None, area=post.area, start_on=START, wage=4000,
        evidence="worker_word", needs_transport=True, by=None, at=LATER, found_through="self",
    )  # fmt: skip

    assert fresh(here).withdrawn_because == "case_moved_on"


def test_a_closing_taken_back_puts_them_back_on_the_list(guest, cadre):
    closing = reach(guest.case, at=LATER, by=cadre, status="student")

    cases.undo_contact(attempt=closing, by=cadre, at=LATER + timedelta(minutes=5))

    assert (fresh(guest).withdrawn_at, fresh(guest).is_expected) == (None, True)
    assert case_of(guest).state == State.REFERRED


def test_a_closing_taken_back_after_the_fair_sends_them_on(guest, cadre):
    closing = reach(guest.case, at=LATER, by=cadre, status="student")
    services.cancel_fair(fair=guest.fair, why="大雪", by=guest.fair.organiser, at=LATER)

    cases.undo_contact(attempt=closing, by=cadre, at=LATER + timedelta(minutes=5))

    assert (fresh(guest).withdrawn_because, case_of(guest).state) == ("case_moved_on", State.CONTACTED)
    assert case_of(guest).work_items.open().get().reason == "fair_missed"
