import uuid
from datetime import timedelta

import pytest

from fairs import services, texts
from fairs.models import Booth, BoothVacancy, Fair
from fairs.refusals import (
    AppliedInFuture,
    BoothInUse,
    BoothTaken,
    FairMovedOn,
    FairOver,
    LicenceMissing,
    NoBooths,
    PostOfAnotherEmployer,
    TooEarlyToStart,
)
from jobs.refusals import EmployerHeld
from notifications.models import Message
from tests.fairs.factories import NOON, TODAY, TOMORROW, FairFactory, ReferralFactory, add_post, fresh, local, offers_of
from tests.jobs.factories import EmployerFactory, VacancyFactory
from tests.notifications.factories import all_sent
from tests.staff.factories import ZHIJIN, area_of

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


def plan(organiser, once=None, **changes):
    fields = {
        "title": "化起镇赶场招聘会", "area": area_of(ZHIJIN), "venue": "化起镇广场",
        "starts_at": local(TOMORROW, 9), "ends_at": local(TOMORROW, 15),
    } | changes  # fmt: skip
    return services.plan_fair(fields=fields, by=organiser, at=NOON, once=once)


def change(fair, at=NOON, **fields):
    return services.change_fair(fair=fair, fields=fields, by=fair.organiser, at=at)


def open_it(fair, at=NOON):
    return services.open_fair(fair=fair, by=fair.organiser, at=at)


def start(fair, at=None):
    return services.start_fair(fair=fair, by=fair.organiser, at=at or fair.starts_at)


def test_a_plan_invites_nobody(organiser):
    fair = plan(organiser)

    assert (fair.state, fair.organiser, fair.created_at) == ("planned", organiser, NOON)


def test_a_form_sent_twice_plans_one_fair(organiser):
    once = uuid.uuid4()

    assert plan(organiser, once) == plan(organiser, once)
    assert Fair.objects.count() == 1


def test_a_fair_that_has_been_is_not_planned(organiser):
    with pytest.raises(FairOver):
        plan(organiser, starts_at=local(TODAY, 8), ends_at=local(TODAY, 11))


def test_a_plan_changes_without_a_word_to_anybody():
    fair = change(FairFactory(), venue="文腾广场", expected=300)

    assert (fair.venue, fair.expected, Message.objects.count()) == ("文腾广场", 300, 0)


def test_everybody_invited_is_told_of_another_place():
    guest = ReferralFactory()
    all_sent()

    change(guest.fair, venue="文腾广场", landmark="")

    text = Message.objects.get(template="fair_changed")
    assert (text.worker, "地点文腾广场" in text.body, guest.code in text.body) == (guest.worker, True, True)


def test_who_has_not_been_invited_yet_is_invited_to_the_place_as_it_is():
    guest = ReferralFactory()

    for venue, at in (("文腾广场", NOON), ("化起镇广场", LATER)):
        change(guest.fair, venue=venue, at=at)

    text = Message.objects.queued().get()
    assert (text.template, "地点化起镇广场" in text.body) == ("fair_invited", True)


def test_a_change_that_was_told_takes_no_later_text_back():
    guest = ReferralFactory()
    all_sent()
    fair = change(guest.fair, venue="文腾广场")
    all_sent()
    guest = fresh(guest)
    texts.remind_all([guest], NOON)

    texts.tell_changed(guest, NOON)

    assert (Message.objects.queued().get().template, guest.fair.changed_at) == ("fair_reminder", fair.changed_at)


@pytest.mark.parametrize(
    "day,hour,minute,moved,leaves",
    [
        (TOMORROW, 8, 30, {"venue": "文腾广场"}, local(TODAY, 21, 30)),
        (TOMORROW, 8, 30, {"starts_at": local(TOMORROW, 14)}, local(TODAY, 21, 30)),
        (TOMORROW, 14, 0, {"venue": "文腾广场"}, local(TOMORROW, 8)),
    ],
)
def test_a_change_in_the_night_before_a_morning_fair_is_told_at_once(day, hour, minute, moved, leaves):
    guest = ReferralFactory(fair=FairFactory(open=True, starts_at=local(day, hour, minute), ends_at=local(day, 17)))
    all_sent()

    services.change_fair(fair=guest.fair, fields=moved, by=guest.fair.organiser, at=local(TODAY, 21, 30))

    assert Message.objects.queued().get().not_before == leaves


def test_another_day_is_told_and_rests_the_case_until_then():
    guest = ReferralFactory()
    all_sent()
    day = TOMORROW + timedelta(days=3)

    change(guest.fair, starts_at=local(day, 9), ends_at=local(day, 15))

    assert guest.case.work_items.open().get().not_before == local(day, 15)
    assert "3月9日 09:00" in Message.objects.get(template="fair_changed").body


def test_saving_the_same_again_tells_nobody():
    guest = ReferralFactory()

    change(guest.fair, venue=guest.fair.venue, expected=700)

    assert not Message.objects.filter(template="fair_changed").exists()


def test_the_same_change_pressed_twice_is_told_once():
    guest = ReferralFactory()
    all_sent()

    change(guest.fair, venue="文腾广场")
    change(guest.fair, venue="文腾广场")

    assert Message.objects.filter(template="fair_changed").count() == 1


def test_who_is_here_already_is_not_told_but_rests_until_the_new_end():
    here = ReferralFactory(fair=FairFactory(running=True), came=True)

    change(here.fair, ends_at=local(TODAY, 17))

    assert here.case.work_items.open().get().not_before == local(TODAY, 17)
    assert not Message.objects.filter(template="fair_changed").exists()


def test_the_area_of_a_fair_stays(organiser):
    fair = change(plan(organiser), area=None, title="改名")

    assert (fair.area_id, fair.title) == (ZHIJIN, "改名")


@pytest.mark.parametrize("state", ["finished", "cancelled"])
def test_what_is_over_stays_as_it_was(state):
    fair = FairFactory(**{state: True})

    with pytest.raises(FairMovedOn):
        change(fair, venue="文腾广场")


def test_people_are_not_invited_to_what_has_passed():
    fair = FairFactory(open=True)

    with pytest.raises(FairOver):
        change(fair, starts_at=local(TODAY, 8), ends_at=local(TODAY, 11))


def test_open_doors_stand_open_today():
    fair = FairFactory(running=True)

    with pytest.raises(TooEarlyToStart):
        change(fair, starts_at=local(TOMORROW, 9), ends_at=local(TOMORROW, 15))


# Opening and starting


def test_opening_twice_is_opening_once():
    fair = FairFactory()

    assert [open_it(fair).state, open_it(fair).state] == ["open", "open"]


def test_a_fair_without_posts_does_not_open():
    fair = FairFactory(posts=0)
    services.add_booth(fair=fair, employer=EmployerFactory(), number=1, by=fair.organiser, at=NOON)

    with pytest.raises(NoBooths):
        open_it(fair)


def test_a_fair_whose_time_has_passed_does_not_open():
    fair = FairFactory()

    with pytest.raises(FairOver):
        open_it(fair, at=fair.ends_at)


def test_a_running_fair_is_not_opened_again():
    with pytest.raises(FairMovedOn):
        open_it(FairFactory(running=True))


def test_starting_twice_is_starting_once():
    fair = FairFactory(open=True)

    assert [start(fair).state, start(fair).state] == ["running", "running"]


def test_the_doors_do_not_open_the_day_before():
    with pytest.raises(TooEarlyToStart):
        start(FairFactory(open=True), at=NOON)


def test_the_doors_of_a_plan_do_not_open():
    with pytest.raises(FairMovedOn):
        start(FairFactory())


# The police licence: from 1,000 people, applied for 20 days ahead


@pytest.mark.parametrize("days, is_open", [(20, True), (19, False)])
def test_a_large_fair_opens_when_the_licence_was_asked_for_20_days_ahead(days, is_open):
    fair = FairFactory(expected=1000, licence_applied_on=TOMORROW - timedelta(days=days))

    if is_open:
        assert open_it(fair).state == "open"
    else:
        with pytest.raises(LicenceMissing):
            open_it(fair)


def test_the_day_counts_as_it_is_in_shanghai():
    """At 07:00 on the 6th it is still the 5th in London."""
    early = {"starts_at": local(TOMORROW, 7), "ends_at": local(TOMORROW, 9)}
    fair = FairFactory(expected=1000, licence_applied_on=TOMORROW - timedelta(days=20), **early)

    assert open_it(fair).state == "open"


def test_a_large_fair_runs_only_with_the_licence():
    fair = FairFactory(open=True, expected=1200, licence_applied_on=TOMORROW - timedelta(days=30))

    with pytest.raises(LicenceMissing):
        start(fair)

    change(fair, licence_no="织公治许〔2026〕7号")
    assert start(fair).state == "running"


def test_an_application_is_not_dated_ahead():
    fair = FairFactory(expected=1000, day=TODAY + timedelta(days=40))

    with pytest.raises(AppliedInFuture):
        change(fair, licence_applied_on=TODAY + timedelta(days=1))


def test_which_papers_were_handed_in_is_kept():
    fair = FairFactory(expected=1000, day=TODAY + timedelta(days=40))

    change(fair, licence_papers=["plan", "venue"], licence_applied_on=TODAY)

    assert Fair.objects.get().licence_papers == ["plan", "venue"]


@pytest.mark.parametrize("state", ["open", "running"])
def test_a_fair_does_not_grow_large_without_a_licence(state):
    fair = FairFactory(**{state: True})

    with pytest.raises(LicenceMissing):
        change(fair, expected=1000)

    assert Fair.objects.get().expected == 600


# Booths and posts


def add_booth(fair, employer, number):
    return services.add_booth(fair=fair, employer=employer, number=number, by=fair.organiser, at=NOON)


def test_the_same_booth_twice_is_one():
    fair, employer = FairFactory(posts=0), EmployerFactory()

    assert add_booth(fair, employer, 3) == add_booth(fair, employer, 3)
    assert fair.booths.count() == 1


def test_a_number_or_an_employer_taken_is_refused():
    fair = FairFactory(posts=1)
    there = fair.booths.get()

    for employer, number in [(EmployerFactory(), there.number), (there.employer, 9)]:
        with pytest.raises(BoothTaken):
            add_booth(fair, employer, number)


def test_an_employer_on_hold_gets_no_booth():
    with pytest.raises(EmployerHeld):
        add_booth(FairFactory(), EmployerFactory(held=True), 5)


def test_offering_a_post_again_says_anew_how_many():
    fair = FairFactory()
    offer = offers_of(fair)[0]

    services.offer_vacancy(booth=offer.booth, vacancy=offer.vacancy, wanted=29, by=fair.organiser, at=NOON)

    assert [o.wanted for o in offers_of(fair)] == [29]


def test_a_post_of_another_employer_is_refused():
    fair = FairFactory()

    with pytest.raises(PostOfAnotherEmployer):
        services.offer_vacancy(booth=fair.booths.get(), vacancy=VacancyFactory(), wanted=1, by=fair.organiser, at=NOON)


def test_a_booth_goes_with_its_posts():
    fair = FairFactory()

    services.remove_booth(booth=fair.booths.get(), by=fair.organiser, at=NOON)

    assert (Booth.objects.count(), BoothVacancy.objects.count()) == (0, 0)


def test_a_booth_somebody_is_sent_to_stays():
    guest = ReferralFactory()
    offer = offers_of(guest.fair)[0]

    with pytest.raises(BoothInUse):
        services.remove_booth(booth=offer.booth, by=guest.fair.organiser, at=NOON)
    with pytest.raises(BoothInUse):
        services.withdraw_offer(offer=offer, by=guest.fair.organiser, at=NOON)

    assert offers_of(guest.fair) == [offer]


def test_a_post_nobody_asks_about_is_taken_off():
    fair = FairFactory(posts=2)

    services.withdraw_offer(offer=offers_of(fair)[0], by=fair.organiser, at=NOON)

    assert len(offers_of(fair)) == 1


def test_the_booths_of_a_fair_that_is_over_stand():
    fair = FairFactory(finished=True)
    offer = offers_of(fair)[0]

    for deed in (
        lambda: add_post(fair, number=9),
        lambda: services.remove_booth(booth=offer.booth, by=fair.organiser, at=NOON),
        lambda: services.withdraw_offer(offer=offer, by=fair.organiser, at=NOON),
        lambda: services.offer_vacancy(booth=offer.booth, vacancy=offer.vacancy, wanted=2, by=fair.organiser, at=NOON),
    ):
        with pytest.raises(FairMovedOn):
            deed()
