"""More people than a page can deal with: the first at once, the rest by the task, the forgotten by the clock."""

from datetime import timedelta

import pytest
from time_machine import travel

from cases.choices import State
from cases.models import Case, WorkItem
from fairs import clock, locking, services, tasks
from fairs.models import Fair
from fairs.register.invariants import people_expected_at_fairs_that_are_over
from fairs.selectors import numbers_of
from fairs.services import crowds
from kit.refusals import Refusal
from notifications.models import Message
from tests.cases.pages import signed_in, words_of
from tests.fairs.factories import NOON, FairFactory, ReferralFactory, contacted_case, fresh
from tests.fairs.pages import url_of
from tests.notifications.factories import all_sent
from tests.staff.factories import UserFactory

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(crowds, "AT_ONCE", 2)


@pytest.fixture
def handed_over(monkeypatch):
    """What went to the worker."""
    sent = []
    monkeypatch.setattr(tasks.bulk_catch_up, "apply_async", lambda args, kwargs, retry: sent.append(kwargs))
    return sent


def crowd(n=5, **traits):
    fair = FairFactory(**traits)
    return fair, [ReferralFactory(fair=fair) for _ in range(n)]


def states(guests):
    return [Case.objects.get(pk=guest.case_id).state for guest in guests]


def texts(template):
    return Message.objects.filter(template__startswith=template).count()


def is_behind(fair):
    return Fair.objects.get(pk=fair.pk).is_behind


def cancel(fair):
    return services.cancel_fair(fair=fair, why="大雪封路", by=fair.organiser, at=NOON)


def test_a_small_crowd_is_dealt_with_before_the_page_answers(handed_over, django_capture_on_commit_callbacks):
    fair, guests = crowd(2, open=True)

    with django_capture_on_commit_callbacks(execute=True):
        cancel(fair)

    assert (states(guests), is_behind(fair), handed_over) == ([State.CONTACTED] * 2, False, [])


def test_of_a_large_one_the_first_at_once_and_the_rest_by_the_task(handed_over, django_capture_on_commit_callbacks):
    fair, guests = crowd(5, open=True)

    with django_capture_on_commit_callbacks(execute=True):
        cancel(fair)

    assert states(guests) == [State.CONTACTED] * 2 + [State.REFERRED] * 3
    assert (is_behind(fair), handed_over) == (True, [{"fair_id": fair.pk}])

    tasks.bulk_catch_up(fair_id=fair.pk)

    assert (states(guests), is_behind(fair), texts("fair_cancelled")) == ([State.CONTACTED] * 5, False, 5)


def test_a_task_run_twice_changes_nothing_more():
    fair, _guests = crowd(5, open=True)
    cancel(fair)

    counted = [services.catch_up(fair_id=fair.pk, at=LATER) for _ in range(2)]

    assert (counted, texts("fair_cancelled")) == ([3, 0], 5)


def test_a_lost_task_is_found_by_the_clock(time_machine):
    fair, guests = crowd(5, open=True)
    cancel(fair)

    time_machine.move_to(LATER)
    clock.catch_up()

    assert (states(guests), is_behind(fair)) == ([State.CONTACTED] * 5, False)
    assert clock.catch_up_with_all(at=LATER) == 0


def test_while_a_fair_is_behind_its_people_are_not_forgotten():
    fair, _guests = crowd(5, open=True)
    cancel(fair)
    assert people_expected_at_fairs_that_are_over() == 0

    Fair.objects.filter(pk=fair.pk).update(is_behind=False)

    assert people_expected_at_fairs_that_are_over() == 3


def test_no_shows_of_a_large_fair_say_who_closed_the_doors():
    fair, guests = crowd(4, running=True)
    services.finish_fair(fair=fair, by=fair.organiser, at=fair.ends_at)

    services.catch_up(fair_id=fair.pk, at=fair.ends_at + timedelta(minutes=1))

    found = [(fresh(guest).result, fresh(guest).result_by) for guest in guests]
    assert found == [("no_show", fair.organiser)] * 4


def test_whom_a_press_taken_back_had_not_reached_is_no_no_show_though_the_fair_has_ended():
    """The doors opened and closed while the rest of a batch was still to be taken off the list."""
    fair, chief = FairFactory(open=True), UserFactory(supervisor=True)
    cases = [contacted_case() for _ in range(5)]
    batch = services.refer_many(fair=fair, case_ids=[case.pk for case in cases], by=chief, at=NOON)
    services.catch_up(fair_id=fair.pk, at=NOON)
    all_sent()
    services.take_back_batch(batch=batch, by=chief, at=LATER)
    services.start_fair(fair=fair, by=fair.organiser, at=fair.starts_at)
    services.finish_fair(fair=fair, by=fair.organiser, at=fair.ends_at)

    services.catch_up(fair_id=fair.pk, at=fair.ends_at)

    ended = {fair.referrals.get(case=case).withdrawn_because or fair.referrals.get(case=case).result for case in cases}
    reasons = set(WorkItem.objects.open().filter(case__in=cases).values_list("reason", flat=True))
    assert (ended, reasons, is_behind(fair)) == ({"taken_back"}, {"willing"}, False)


@pytest.mark.parametrize("step", ["at once", "by the task"])
def test_the_closing_of_a_large_fair_adds_up_and_asks_nobody_who_was_never_told(step, monkeypatch):
    monkeypatch.setattr(crowds, "AT_ONCE", 100 if step == "at once" else 2)
    fair, chief = FairFactory(running=True, posts=2), UserFactory(supervisor=True)
    told = [ReferralFactory(fair=fair) for _ in range(4)]
    here = [ReferralFactory(fair=fair, came=True) for _ in range(3)]
    said = [ReferralFactory(fair=fair, **{answer: True}) for answer in ("intent", "no_match", "hired")]
    walked = ReferralFactory(fair=fair, walk_in=True)
    untold = [contacted_case() for _ in range(5)]
    late = fair.ends_at - timedelta(minutes=1)
    services.refer_many(fair=fair, case_ids=[case.pk for case in untold], by=chief, at=late)

    page = signed_in(fair.organiser).get(url_of("finish", fair.pk))
    services.finish_fair(fair=fair, by=fair.organiser, at=fair.ends_at)
    services.catch_up(fair_id=fair.pk, at=fair.ends_at)

    assert (page.context["missing"], page.context["untold"], page.context["undecided"]) == (4, 5, 4)
    numbers = numbers_of(fair.referrals.all())
    assert (numbers.no_show, numbers.off_list, numbers.missing, numbers.undecided) == (4, 5, 0, 4)
    assert numbers.came == len([*here, *said, walked]) == numbers.undecided + numbers.promised + numbers.no_match
    assert numbers.all == numbers.came + numbers.no_show
    assert numbers.all + numbers.off_list == fair.referrals.count() == len([*told, *here, *said, walked, *untold])
    assert set(WorkItem.objects.open().filter(case__in=untold).values_list("reason", flat=True)) == {"fair_not_told"}
    assert states(told) == [State.CONTACTED] * 4


def test_doors_are_not_closed_for_good_by_one_press_while_people_may_still_come():
    fair, guests = crowd(3, running=True)
    url = url_of("finish", fair.pk)

    with travel(NOON, tick=False):
        client = signed_in(fair.organiser)
        asked, first = client.get(url), client.post(url)
        states_after_one = states(guests)
        second = client.post(url, {"knows_early": "on"})

    assert "The fair runs until 15:00: people may still come." in words_of(asked)
    assert (first.status_code, 'name="knows_early"' in first.content.decode()) == (409, True)
    assert (states_after_one, second.status_code) == ([State.REFERRED] * 3, 302)
    assert Fair.objects.get(pk=fair.pk).state == "finished"


def test_another_place_is_told_to_everybody_once():
    fair, _guests = crowd(5, open=True)
    all_sent()
    change = {"fair": fair, "fields": {"venue": "文腾广场"}, "by": fair.organiser, "at": LATER}
    services.change_fair(**change)

    services.catch_up(fair_id=fair.pk, at=LATER)

    assert (texts("fair_changed"), is_behind(fair)) == (5, False)


def test_who_was_invited_after_the_change_is_not_told_of_it():
    fair, _guests = crowd(3, open=True)
    all_sent()
    services.change_fair(fair=fair, fields={"venue": "文腾广场"}, by=fair.organiser, at=LATER)
    ReferralFactory(fair=fair, at=LATER + timedelta(minutes=1))

    services.catch_up(fair_id=fair.pk, at=LATER + timedelta(minutes=2))

    assert texts("fair_changed") == 3


def rests(guests):
    """When each case comes back to its cadre."""
    return [WorkItem.objects.open().get(case_id=guest.case_id).not_before for guest in guests]


def test_when_only_the_end_moves_everybody_rests_until_the_new_one_and_nobody_is_told():
    fair, guests = crowd(5, open=True)
    ends_at = fair.ends_at + timedelta(hours=3)
    services.change_fair(fair=fair, fields={"ends_at": ends_at}, by=fair.organiser, at=LATER)
    assert (rests(guests).count(ends_at), is_behind(fair)) == (2, True)

    services.catch_up(fair_id=fair.pk, at=LATER)

    assert (rests(guests), texts("fair_changed"), is_behind(fair)) == ([ends_at] * 5, 0, False)


def test_an_end_that_moves_after_another_place_was_told_is_told_to_nobody_again():
    fair, guests = crowd(5, open=True)
    all_sent()
    services.change_fair(fair=fair, fields={"venue": "文腾广场"}, by=fair.organiser, at=NOON)
    ends_at = fair.ends_at + timedelta(hours=3)
    guests.append(ReferralFactory(fair=fair, at=NOON + timedelta(minutes=1)))
    services.change_fair(fair=fair, fields={"ends_at": ends_at}, by=fair.organiser, at=LATER)

    services.catch_up(fair_id=fair.pk, at=LATER)

    assert (rests(guests), texts("fair_changed"), is_behind(fair)) == ([ends_at] * 6, 5, False)


def test_an_end_moved_while_people_are_dealt_with_keeps_the_fair_behind(monkeypatch):
    fair, guests = crowd(4, open=True)
    services.change_fair(fair=fair, fields={"venue": "文腾广场"}, by=fair.organiser, at=NOON)
    tell, ends_at = crowds.tell_of_change, fair.ends_at + timedelta(hours=3)

    def moved_meanwhile(referral, **more):
        tell(referral, **more)
        if referral == guests[-1]:
            monkeypatch.setattr(crowds, "tell_of_change", tell)
            services.change_fair(fair=fair, fields={"ends_at": ends_at}, by=fair.organiser, at=LATER)

    monkeypatch.setattr(crowds, "tell_of_change", moved_meanwhile)
    services.catch_up(fair_id=fair.pk, at=LATER)
    assert is_behind(fair)

    services.catch_up(fair_id=fair.pk, at=LATER)

    assert (rests(guests), is_behind(fair)) == ([ends_at] * 4, False)


def test_everybody_missing_is_called_once():
    fair, _guests = crowd(5, running=True)
    services.call_the_missing(fair=fair, seen=None, by=fair.organiser, at=LATER)

    services.catch_up(fair_id=fair.pk, at=LATER)
    services.catch_up(fair_id=fair.pk, at=LATER)

    assert (texts("fair_call"), is_behind(fair)) == (5, False)


def test_somebody_whose_case_is_in_use_waits_for_the_next_round(monkeypatch):
    fair, guests = crowd(4, open=True)
    cancel(fair)
    real, busy = locking.locked_referral, guests[2]

    def in_use(referral):
        if referral == busy:
            raise Refusal
        return real(referral)

    with monkeypatch.context() as patch:
        patch.setattr(locking, "locked_referral", in_use)
        services.catch_up(fair_id=fair.pk, at=LATER)
        assert (states(guests), is_behind(fair)) == (
            [State.CONTACTED, State.CONTACTED, State.REFERRED, State.CONTACTED],
            True,
        )

    services.catch_up(fair_id=fair.pk, at=LATER)

    assert (states(guests), is_behind(fair)) == ([State.CONTACTED] * 4, False)


def test_a_step_taken_meanwhile_keeps_the_fair_behind(monkeypatch):
    fair, guests = crowd(4, running=True)
    services.call_the_missing(fair=fair, seen=None, by=fair.organiser, at=NOON)
    call_in = crowds.call_in

    def cancelled_meanwhile(referral, **more):
        call_in(referral, **more)
        if referral == guests[-1]:
            cancel(fair)

    monkeypatch.setattr(crowds, "call_in", cancelled_meanwhile)
    services.catch_up(fair_id=fair.pk, at=LATER)
    assert is_behind(fair)

    services.catch_up(fair_id=fair.pk, at=LATER)

    assert (states(guests), is_behind(fair)) == ([State.CONTACTED] * 4, False)


def test_a_broker_that_is_away_fails_no_page(monkeypatch, django_capture_on_commit_callbacks):
    fair, _guests = crowd(3, open=True)

    def away(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(tasks.bulk_catch_up, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        cancel(fair)

    assert is_behind(fair)


@pytest.mark.parametrize("guests,is_said", [(5, True), (4, False)])
def test_the_page_says_that_work_is_still_going_on_while_many_are_left(guests, is_said, monkeypatch):
    monkeypatch.setattr(crowds, "MANY", 2)
    fair, _guests = crowd(guests, open=True)
    cancel(fair)

    page = signed_in(UserFactory(fair_organiser=True)).get(url_of("fair", fair.pk))

    assert (is_behind(fair), "Many people are concerned" in words_of(page)) == (True, is_said)


def test_with_nobody_left_the_page_says_nothing_of_work_though_the_task_has_not_come_round(monkeypatch):
    monkeypatch.setattr(crowds, "MANY", 0)
    fair, _guests = crowd(2, open=True)
    cancel(fair)
    Fair.objects.update(is_behind=True)

    page = signed_in(UserFactory(fair_organiser=True)).get(url_of("fair", fair.pk))

    assert "Many people are concerned" not in words_of(page)
