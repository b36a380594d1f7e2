"""A referral to a fair can be taken back the same day, as long as nobody has come."""

from datetime import timedelta

import pytest
import time_machine

from cases import services as cases
from cases.models import Case, WorkItem
from cases.refusals import NotYourEntry, UndoOvertaken, UndoTooLate
from fairs import services
from fairs.models import FairReferral
from jobs import services as jobs
from notifications.models import Message
from tests.cases.factories import miss
from tests.cases.pages import signed_in, source_of
from tests.fairs.factories import FairFactory, ReferralFactory, fresh, interview, offers_of
from tests.jobs.factories import VacancyFactory, contacted_case, place
from tests.notifications.factories import all_sent
from tests.staff.factories import UserFactory
from tests.workers.factories import NOON
from workers import journal

pytestmark = [pytest.mark.clock, pytest.mark.django_db]
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def case():
    return contacted_case()


@pytest.fixture
def referral(case, cadre):
    return services.refer_to_fair(fair=FairFactory(open=True), case=case, by=cadre, at=NOON + timedelta(hours=1))


def test_a_referral_taken_back_leaves_the_case_as_it_was_and_may_be_made_again(case, referral, cadre):
    services.undo_referral(referral=referral, by=cadre, at=LATER)

    item = WorkItem.objects.open().get(case=case)
    undone = FairReferral.objects.get()
    assert (Case.objects.get(pk=case.pk).state, item.step, item.reason) == ("contacted", "refer", "willing")
    assert (undone.withdrawn_at, undone.is_expected) == (LATER, False)

    services.refer_to_fair(fair=referral.fair, case=case, by=cadre, at=LATER)
    assert Case.objects.get(pk=case.pk).state == "referred"


def test_midnight_is_too_late(referral, cadre):
    with pytest.raises(UndoTooLate):
        services.undo_referral(referral=referral, by=cadre, at=NOON + timedelta(hours=12))


def test_who_has_come_was_referred(cadre):
    came = ReferralFactory(fair=FairFactory(running=True), came=True, by=cadre)

    with pytest.raises(UndoOvertaken):
        services.undo_referral(referral=came, by=cadre, at=LATER)


# ---- who is told


def undo(referral, by, at=LATER):
    services.undo_referral(referral=referral, by=by, at=at)
    return FairReferral.objects.get(pk=referral.pk)


def waiting_texts() -> list[str]:
    return list(Message.objects.queued().order_by("pk").values_list("template", flat=True))


def test_who_has_been_told_of_the_fair_is_told_that_they_need_not_go(referral, cadre):
    all_sent()

    undone = undo(referral, cadre)

    assert (undone.withdrawn_because, waiting_texts()) == ("taken_back", ["fair_taken_back"])


def test_who_has_not_been_told_yet_hears_nothing(referral, cadre):
    assert (undo(referral, cadre).withdrawn_because, waiting_texts()) == ("taken_back", [])


# ---- a step of the case taken back


def placed(referral, cadre, post, at=LATER):
    return place(referral.case, post, by=cadre, at=at)


def placing_undone(placement, cadre):
    jobs.undo_placement(placement=placement, by=cadre, at=LATER + timedelta(minutes=5))


def state_of(referral) -> tuple:
    found = fresh(referral)
    return found.withdrawn_at, found.result, found.vacancy, found.note, Case.objects.get(pk=found.case_id).state


@pytest.fixture
def placer():
    return UserFactory(township_cadre=True)


def test_a_job_elsewhere_taken_back_leaves_them_expected_and_invited(referral, placer):
    placement = placed(referral, placer, VacancyFactory())
    before = waiting_texts()

    placing_undone(placement, placer)

    assert (state_of(referral), fresh(referral).is_expected) == ((None, "", None, "", "referred"), True)
    assert ("fair_invited" in before, waiting_texts()) == (False, ["fair_invited"])
    assert journal.verify(referral.worker) == []


def test_who_has_had_the_invitation_is_not_invited_twice(referral, placer):
    all_sent()

    placing_undone(placed(referral, placer, VacancyFactory()), placer)

    assert waiting_texts() == []


@pytest.mark.parametrize("answer", ["intent", "second_interview"])
def test_hired_here_taken_back_is_what_was_said_at_the_booth(answer, placer):
    here = ReferralFactory(fair=FairFactory(running=True, posts=2), **{answer: True})
    said, other = fresh(here), offers_of(here.fair)[1].vacancy
    placement = placed(here, placer, other)
    hired = fresh(here).result

    placing_undone(placement, placer)

    found = fresh(here)
    assert (hired, state_of(here)) == ("hired", (None, answer, said.vacancy, said.note, "referred"))
    assert (found.result_at, found.result_by) == (said.result_at, said.result_by)


def test_hired_here_taken_back_before_anybody_said_anything_is_nothing_said(placer):
    here = ReferralFactory(fair=FairFactory(running=True), came=True)

    placing_undone(placed(here, placer, offers_of(here.fair)[0].vacancy), placer)

    assert (state_of(here), fresh(here).has_come) == ((None, "", None, "", "referred"), True)


def test_a_job_taken_back_after_the_fair_sends_them_on(referral, placer):
    placement = placed(referral, placer, VacancyFactory())
    services.cancel_fair(fair=referral.fair, why="大雪", by=referral.fair.organiser, at=LATER)

    placing_undone(placement, placer)

    assert state_of(referral)[-1] == "contacted"
    assert WorkItem.objects.open().get(case=referral.case_id).reason == "fair_missed"


def test_an_older_withdrawal_has_nothing_to_do_with_a_job_taken_back(referral, placer):
    post = VacancyFactory()
    cases.mark_not_matched(case=referral.case, why="fair_missed", by=placer, at=LATER)
    jobs.introduce(case=Case.objects.get(pk=referral.case_id), vacancy=post, by=placer, at=LATER)
    gone = fresh(referral).withdrawn_at

    placing_undone(placed(referral, placer, post, at=LATER + timedelta(minutes=1)), placer)

    assert (gone, state_of(referral)[0]) == (LATER, LATER)


# ---- hired at the booth


@pytest.mark.parametrize("before", ["came", "intent", "second_interview"])
def test_a_job_that_came_out_of_a_result_is_taken_back_with_the_result(before, placer):
    fair = FairFactory(running=True, host=UserFactory(fair_organiser=True))
    here = ReferralFactory(fair=fair, **{before: True})
    said, openings = state_of(here), offers_of(fair)[0].vacancy.openings
    services.record_result(referral=here, interview=interview("hired", fair), by=fair.organiser, at=LATER)

    placing_undone(here.case.placements.get(), fair.organiser)

    post = offers_of(fair)[0].vacancy
    assert (state_of(here), fresh(here).has_come, post.openings) == (said, True, openings)
    services.record_result(referral=fresh(here), interview=interview("no_match", fair), by=fair.organiser, at=LATER)
    assert journal.verify(here.worker) == []


def test_the_page_of_the_result_has_the_button_for_whoever_entered_it_that_day(placer):
    fair = FairFactory(running=True, host=UserFactory(fair_organiser=True))
    here = ReferralFactory(fair=fair, hired=True)
    page, url = f"/fair-referrals/{here.pk}/result/", f"/fair-referrals/{here.pk}/result/undo/"

    pages = []
    for at in (LATER, NOON + timedelta(days=1)):
        with time_machine.travel(at, tick=False):
            pages += [source_of(signed_in(user).get(page)) for user in (fair.organiser, placer)]

    assert [url in shown for shown in pages] == [True, False, False, False]


# ---- any result


@pytest.fixture
def fair():
    return FairFactory(running=True, posts=2, host=UserFactory(fair_organiser=True))


def said_of(referral, result, *, at, **changes):
    said = interview(result, referral.fair, **changes)
    services.record_result(referral=fresh(referral), interview=said, by=referral.fair.organiser, at=at)


def item_of(referral) -> tuple:
    item = WorkItem.objects.open().get(case=referral.case_id)
    return item.step, item.reason, item.due_at, item.not_before


@pytest.mark.parametrize("result", ["intent", "second_interview", "no_match", "hired"])
def test_a_result_taken_back_the_same_day_was_never_said(fair, result):
    here = ReferralFactory(fair=fair, came=True)
    before, waits = state_of(here), item_of(here)
    said_of(here, result, at=LATER)

    undone = services.undo_result(referral=here, by=fair.organiser, at=LATER + timedelta(minutes=5))
    again = services.undo_result(referral=here, by=fair.organiser, at=LATER + timedelta(minutes=6))

    assert (state_of(here), undone.reason, undone.has_come, again.result) == (before, "", True, "")
    assert item_of(here)[:2] == waits[:2]
    assert item_of(here)[2] <= waits[2]
    said_of(here, "intent", at=LATER + timedelta(minutes=7))
    assert (fresh(here).result, journal.verify(here.worker)) == ("intent", [])


def test_the_result_before_the_one_taken_back_stands_again_and_so_on(fair):
    here, (first, second) = ReferralFactory(fair=fair, came=True), (offer.vacancy for offer in offers_of(fair))
    for minutes, (result, post) in enumerate([("intent", first), ("second_interview", second), ("no_match", None)]):
        said_of(here, result, at=LATER + timedelta(minutes=minutes), **({"vacancy": post} if post else {}))

    seen = []
    for minutes in range(10, 13):
        services.undo_result(referral=here, by=fair.organiser, at=LATER + timedelta(minutes=minutes))
        seen.append((fresh(here).result, fresh(here).vacancy))
    said_of(here, "hired", at=LATER + timedelta(minutes=20))
    services.undo_result(referral=here, by=fair.organiser, at=LATER + timedelta(minutes=21))

    assert seen == [("second_interview", second), ("intent", first), ("", None)]
    assert (fresh(here).result, Case.objects.get(pk=here.case_id).state) == ("", "referred")


@pytest.mark.parametrize("result", ["intent", "no_match", "hired"])
def test_a_result_is_taken_back_by_whoever_entered_it_and_not_after_midnight(fair, placer, result):
    here = ReferralFactory(fair=fair, came=True)
    said_of(here, result, at=LATER)

    with pytest.raises(NotYourEntry):
        services.undo_result(referral=here, by=placer, at=LATER)
    with pytest.raises(UndoTooLate):
        services.undo_result(referral=here, by=fair.organiser, at=NOON + timedelta(hours=12))

    assert fresh(here).result == result


def test_a_no_match_on_which_the_cadre_has_built_stands(fair, placer):
    here = ReferralFactory(fair=fair, came=True)
    said_of(here, "no_match", at=LATER)
    jobs.introduce(case=Case.objects.get(pk=here.case_id), vacancy=VacancyFactory(), by=placer, at=LATER)

    with pytest.raises(UndoOvertaken):
        services.undo_result(referral=here, by=fair.organiser, at=LATER + timedelta(minutes=5))


@pytest.mark.parametrize("result", ["no_match", "hired"])
def test_a_result_on_which_somebody_has_built_is_not_offered_to_be_taken_back(fair, result):
    booth = offers_of(fair)[0].booth
    here = ReferralFactory(fair=fair, came=True)
    said_of(here, result, at=LATER)

    with time_machine.travel(LATER + timedelta(minutes=5), tick=False):
        desk = signed_in(fair.organiser)
        pages = f"/fairs/{fair.pk}/booths/{booth.pk}/results/", f"/fair-referrals/{here.pk}/result/"
        before = [f"{here.pk}/result/undo/" in source_of(desk.get(page)) for page in pages]
        miss(here.case, at=LATER + timedelta(minutes=1))
        after = [f"{here.pk}/result/undo/" in source_of(desk.get(page)) for page in pages]

    assert (before, after) == ([True, True], [False, False])


def test_the_sheet_of_a_booth_has_what_was_entered_there_today_with_its_way_back(fair):
    booth = offers_of(fair)[0].booth
    people = [ReferralFactory(fair=fair, came=True) for _ in range(3)]
    for referral, result in zip(people, ("intent", "no_match", "hired"), strict=True):
        said_of(referral, result, at=LATER)
    elsewhere = ReferralFactory(fair=fair, came=True, wishes=offers_of(fair)[1:])
    said_of(elsewhere, "intent", at=LATER, vacancy=offers_of(fair)[1].vacancy)
    url = f"/fairs/{fair.pk}/booths/{booth.pk}/results/"

    with time_machine.travel(LATER + timedelta(minutes=1), tick=False):
        desk = signed_in(fair.organiser)
        offered = desk.get(url).context["entered"]
        back = desk.post(f"/fair-referrals/{people[1].pk}/result/undo/", {"booth": booth.pk})
        page = desk.get(url)

    assert (set(offered), back.headers["Location"]) == (set(people), url)
    assert [person.referral for person, _form in page.context["rows"]] == [people[1]]
    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        assert signed_in(fair.organiser).get(url).context["entered"] == []
