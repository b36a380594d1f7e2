from dataclasses import asdict
from datetime import timedelta

import pytest

from cases.choices import State
from cases.services import close_case
from fairs import selectors, services
from fairs.models import Fair
from fairs.selectors import PeopleFilters
from fairs.selectors.people import FILTERS
from jobs.services import hold_employer
from tests.cases.factories import CaseFactory
from tests.fairs.factories import (
    NOON,
    TODAY,
    FairFactory,
    ReferralFactory,
    add_post,
    contacted_case,
    local,
    offers_of,
)
from tests.jobs.factories import VacancyFactory
from tests.jobs.factories import place as place_at
from tests.staff.factories import DAFANG, FENGPING, HUAQI, HUAQI_VILLAGE, MAOCHANG, ZHIJIN, area_of

pytestmark = pytest.mark.django_db

COUNTY = ((520524000000, 520525000000),)
VILLAGE = ((FENGPING, FENGPING + 1),)


@pytest.fixture
def fair():
    return FairFactory(running=True, posts=3)


@pytest.fixture
def crowd(fair):
    """One person of each kind, by name of the filter that singles them out."""
    first = offers_of(fair)[0]
    people = {
        "missing": ReferralFactory(fair=fair),
        "confirmed": ReferralFactory(fair=fair),
        "undecided": ReferralFactory(fair=fair, came=True, at=NOON - timedelta(hours=2)),
        "walk_ins": ReferralFactory(fair=fair, walk_in=True),
        "waiting": ReferralFactory(fair=fair, intent=True),
        "second_interview": ReferralFactory(fair=fair, second_interview=True),
        "hired": ReferralFactory(fair=fair, hired=True),
        "no_match": ReferralFactory(fair=fair, no_match=True),
        "off_list": ReferralFactory(fair=fair, withdrawn=True),
        "moved_on": ReferralFactory(fair=fair, came=True),
        "promised_elsewhere": ReferralFactory(fair=fair, intent=True),
    }
    services.take_yes(referral_id=people["confirmed"].pk, at=NOON)
    close_case(case=people["moved_on"].case, reason="moved", by=None, at=NOON)
    place_at(people["promised_elsewhere"].case, VacancyFactory(), at=NOON)
    assert first.booth.number == 1
    return people


def test_the_figures_of_a_fair(fair, crowd):
    assert asdict(selectors.numbers_of(fair.referrals.all())) == {
        "all": 10,  # everyone but who is off the list
        "invited": 9,
        "confirmed": 1,
        "missing": 2,
        "came": 8,
        "guests": 7,
        "walk_ins": 1,
        "undecided": 2,
        "moved_on": 1,
        "promised": 4,
        "waiting": 2,
        "second_interview": 1,
        "hired": 1,
        "no_match": 1,
        "no_show": 0,
        "off_list": 1,
    }


def test_who_came_is_promised_unmatched_undecided_or_gone_another_way(fair, crowd):
    n = selectors.numbers_of(fair.referrals.all())

    assert n.came == n.promised + n.no_match + n.undecided + n.moved_on
    assert n.promised == n.hired + n.second_interview + n.waiting


def test_every_figure_is_the_length_of_its_list(fair, crowd):
    pages = {show: selectors.people_page(fair.referrals.all(), PeopleFilters(show=show)) for show in FILTERS}

    figures = {show: getattr(selectors.numbers_of(fair.referrals.all()), show) for show in FILTERS}
    assert {show: len(page.people) for show, page in pages.items()} == figures
    assert {show: page.total for show, page in pages.items()} == figures


def test_no_show_counts_after_the_doors_are_closed(fair, crowd):
    services.finish_fair(fair=fair, by=None, at=fair.ends_at)

    n = selectors.numbers_of(fair.referrals.all())
    assert (n.no_show, n.missing, n.came) == (2, 0, 8)


def test_lists_of_a_post_and_of_a_reason(fair, crowd):
    first, second, _third = offers_of(fair)
    everybody = fair.referrals.all()

    def listed(**filters):
        return selectors.people_page(everybody, PeopleFilters(**filters)).total

    assert listed(show="all", post=first.pk) == 9  # everyone but the walk-in
    assert listed(show="all", post=second.pk) == 0
    assert listed(show="hired", post=first.pk) == 1
    assert listed(show="promised", post=first.pk) == 4
    assert (listed(show="no_match", reason="wage"), listed(show="no_match", reason="care")) == (1, 0)


def test_what_is_not_known_does_not_narrow_the_list(fair, crowd):
    unknown = [{"show": "nonsense"}, {"reason": "nonsense"}, {}]

    totals = [selectors.people_page(fair.referrals.all(), PeopleFilters(**filters)).total for filters in unknown]

    assert totals == [10, 10, 10]


def test_pages_follow_one_another_without_gap_or_repeat(fair, monkeypatch):
    monkeypatch.setattr("fairs.selectors.people.PAGE", 2)
    everybody = [ReferralFactory(fair=fair) for _ in range(5)]

    seen, after = [], None
    for _page in range(3):
        page = selectors.people_page(fair.referrals.all(), PeopleFilters(), after=after)
        seen, after = seen + [person.referral for person in page.people], page.next_after

    assert (seen, after, page.total) == (everybody, None, 5)


def test_names_are_only_of_people_in_reach(fair):
    here = ReferralFactory(fair=fair, came=True)
    there = ReferralFactory(fair=fair, came=True, area=area_of(HUAQI_VILLAGE))

    assert list(fair.referrals.in_reach(COUNTY).order_by("pk")) == [here, there]
    assert list(fair.referrals.in_reach(VILLAGE)) == [here]
    assert list(fair.referrals.in_reach(())) == []


# The organiser's page


def test_the_table_says_what_each_post_still_wants(fair, crowd):
    page = selectors.fair_page(fair, COUNTY)

    rows = [(row.offer.booth.number, row.wished, row.promised, row.hired, row.missing) for row in page.rows]
    assert rows == [(1, 9, 4, 1, 4), (2, 0, 0, 0, 5), (3, 0, 0, 0, 5)]
    assert (page.wanted, page.missing, page.wished, page.promised, page.hired) == (15, 14, 9, 4, 1)


def test_the_hall_counts_who_came_wishes_for_a_post_there_and_has_no_result(fair, crowd):
    hall = selectors.fair_page(fair, COUNTY).hall

    assert [(place.booth.number, place.waiting, place.kind) for place in hall] == [(1, 1, ""), (2, 0, ""), (3, 0, "")]


def test_somebody_with_two_wishes_at_one_booth_waits_there_once(fair):
    first = offers_of(fair)[0]
    second = services.offer_vacancy(
        booth=first.booth, vacancy=VacancyFactory(employer=first.booth.employer), wanted=1, by=fair.organiser, at=NOON
    )
    ReferralFactory(fair=fair, wishes=[first, second], came=True)

    assert selectors.fair_page(fair, COUNTY).hall[0].waiting == 1


def test_a_long_queue_and_an_employer_on_hold_are_marked(fair):
    for _ in range(7):
        ReferralFactory(fair=fair, came=True)
    hold_employer(employer=offers_of(fair)[1].booth.employer, because="欠薪未清", by=None, at=NOON)

    page = selectors.fair_page(fair, COUNTY)

    assert [place.kind for place in page.hall] == ["soon", "late", ""]
    assert selectors.crowded(page.hall) == "01"
    assert [place.booth.number for place in page.on_hold] == [2]


def test_arrivals_are_counted_by_quarters_of_an_hour(fair):
    for minutes in (0, 1, 14, 15, 50):
        ReferralFactory(fair=fair, came=True, at=local(TODAY, 9) + timedelta(minutes=minutes))

    rhythm = selectors.fair_page(fair, COUNTY).rhythm

    assert [(slot.at, slot.people, slot.share) for slot in rhythm] == [
        (local(TODAY, 9, 0), 3, 100),
        (local(TODAY, 9, 15), 1, 33),
        (local(TODAY, 9, 30), 0, 0),
        (local(TODAY, 9, 45), 1, 33),
    ]


def test_a_fair_with_nobody_and_nothing_is_all_noughts():
    page = selectors.fair_page(FairFactory(posts=0), COUNTY)

    assert (page.rhythm, page.busiest, page.rows, page.wanted) == ([], None, [], 0)


def test_the_last_arrivals_come_first_and_only_those_in_reach(fair):
    early = ReferralFactory(fair=fair, came=True, at=NOON - timedelta(hours=1))
    late = ReferralFactory(fair=fair, came=True)
    ReferralFactory(fair=fair, came=True, area=area_of(HUAQI_VILLAGE))

    recent = selectors.fair_page(fair, VILLAGE).recent

    assert [(person.referral, person.town, person.place) for person in recent] == [
        (late, "猫场镇", "猫场镇 · 凤坪村"),
        (early, "猫场镇", "猫场镇 · 凤坪村"),
    ]


def test_reasons_come_most_frequent_first(fair):
    for reason in ("wage", "post", "wage"):
        here = ReferralFactory(fair=fair, came=True)
        said = services.InterviewResult(result="no_match", reason=reason)
        services.record_result(referral=here, interview=said, by=fair.organiser, at=NOON)

    assert [(reason, n) for reason, _label, n in selectors.fair_page(fair, COUNTY).reasons] == [
        ("wage", 2),
        ("post", 1),
    ]


# The door


def test_people_on_the_list_are_found_by_name_pinyin_and_tail(fair):
    guest = ReferralFactory(fair=fair, name="韦海燕")

    for text in ("韦海燕", "韦", "why", guest.worker.phone_tail, guest.worker.id_tail):
        assert [p.referral for p in selectors.listed_people(fair, text, COUNTY, TODAY)[0]] == [guest]
    assert selectors.listed_people(fair, "赵", COUNTY, TODAY) == ([], False)


def test_who_has_not_come_stands_first_at_the_door_and_it_says_that_more_fit(fair, monkeypatch):
    came = [ReferralFactory(fair=fair, name="张强", came=True) for _ in range(2)]
    awaited = ReferralFactory(fair=fair, name="张强")
    uncalled, ready = CaseFactory(worker__name="张安"), contacted_case(name="张伟")

    found, has_more = selectors.listed_people(fair, "张", COUNTY, TODAY)
    monkeypatch.setattr("fairs.selectors.door.MOST", 1)

    assert ([person.referral.pk for person in found], has_more) == ([awaited.pk, came[0].pk, came[1].pk], False)
    assert selectors.listed_people(fair, "张", COUNTY, TODAY)[1] is True
    assert [person.case_id for person in selectors.strangers(fair, "张", COUNTY, TODAY)[0]] == [ready.pk]
    assert uncalled.pk is not None


def test_strangers_are_found_with_their_state_where_it_is_not_the_usual_one(fair):
    ready = contacted_case(name="石敏")
    uncalled = CaseFactory(worker__name="石敏")
    ReferralFactory(fair=fair, name="石敏")
    close_case(case=contacted_case(name="石敏"), reason="moved", by=None, at=NOON)

    found, _has_more = selectors.strangers(fair, "石敏", COUNTY, TODAY)

    assert [(person.case_id, person.state) for person in found] == [(ready.pk, ""), (uncalled.pk, State.FLAGGED.label)]


def test_strangers_are_only_from_where_fair_and_organiser_serve(fair):
    contacted_case(name="石敏")
    town_fair = FairFactory(running=True, area=HUAQI)

    assert selectors.strangers(fair, "石敏", ((HUAQI, HUAQI + 1000),), TODAY) == ([], False)
    assert selectors.strangers(town_fair, "石敏", COUNTY, TODAY) == ([], False)


def test_six_digits_that_are_no_code_find_nobody_by_their_last_four(fair):
    guest = ReferralFactory(fair=fair)
    mistyped = "99" + guest.worker.phone_tail

    assert selectors.listed_people(fair, mistyped, COUNTY, TODAY) == ([], False)
    assert selectors.strangers(fair, mistyped, COUNTY, TODAY) == ([], False)


# Choosing a fair


def test_a_cancelled_fair_still_says_how_many_had_been_invited():
    fair = FairFactory(running=True)
    ReferralFactory(fair=fair, came=True)
    ReferralFactory(fair=fair)
    ReferralFactory(fair=fair, withdrawn=True)
    services.cancel_fair(fair=fair, why="停电", by=fair.organiser, at=NOON, knows_of_inside=True)

    listed = Fair.objects.with_counts().get(pk=fair.pk)

    assert (selectors.numbers_of(fair.referrals.all()).invited, listed.invited) == (2, 2)


def test_a_worker_can_be_sent_to_fairs_that_serve_their_home_soonest_first():
    later = FairFactory(open=True, area=ZHIJIN, day=TODAY + timedelta(days=9))
    soon = FairFactory(running=True, area=MAOCHANG)
    FairFactory()  # only planned
    FairFactory(open=True, area=HUAQI)
    FairFactory(open=True, area=DAFANG)
    FairFactory(cancelled=True)

    choices = selectors.fairs_for(contacted_case(), at=NOON, today=TODAY)

    assert [choice.fair for choice in choices] == [soon, later]


def test_posts_the_law_forbids_are_left_out_and_counted():
    fair = FairFactory(open=True, posts=2)
    hold_employer(employer=offers_of(fair)[0].booth.employer, because="欠薪未清", by=None, at=NOON)
    suits = add_post(fair, number=7, vacancy=VacancyFactory(suits_minors=True, age_min=16))
    young = contacted_case(birth_date=TODAY.replace(year=TODAY.year - 17))

    grown_up = selectors.fairs_for(contacted_case(), at=NOON, today=TODAY)[0]
    minor = selectors.fairs_for(young, at=NOON, today=TODAY)[0]

    assert (len(grown_up.offers), grown_up.left_out) == (2, 1)
    assert ([choice.offer for choice in minor.offers], minor.left_out) == ([suits], 2)
