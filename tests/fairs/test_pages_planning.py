"""The organiser's desk, by plain forms: no script, no htmx."""

import re
from datetime import timedelta

import pytest
import time_machine

from fairs import services
from fairs.models import Fair
from jobs.services import hold_employer
from notifications.models import Message
from tests.cases.pages import hidden, messages_of, queries_of, signed_in, words_of
from tests.fairs.factories import (
    NOON,
    TODAY,
    TOMORROW,
    FairFactory,
    ReferralFactory,
    add_post,
    local,
    offers_of,
)
from tests.fairs.pages import url_of
from tests.jobs.factories import EmployerFactory, VacancyFactory
from tests.notifications.factories import all_sent
from tests.staff.factories import DAFANG, HUAQI, MAOCHANG, ZHIJIN, UserFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "title": "化起镇赶场招聘会", "area": ZHIJIN, "venue": "化起镇广场", "landmark": "老槐树下",
    "held_on": "2026-03-07", "opens": "09:00", "closes": "15:30", "expected": "300",
}  # fmt: skip
HUGE = 10**30


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(organiser):
    return signed_in(organiser)


def errors_of(response) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# Planning and changing


def test_a_fair_is_planned_and_its_booths_come_next(desk, organiser):
    answer = desk.post(url_of("add"), ANSWERS)

    fair = Fair.objects.get()
    assert answer.url == url_of("booths", fair.pk)
    assert (fair.title, fair.area_id, fair.venue, fair.landmark, fair.expected) == (
        "化起镇赶场招聘会",
        ZHIJIN,
        "化起镇广场",
        "老槐树下",
        300,
    )
    assert (fair.starts_at, fair.ends_at) == (
        local(TODAY + timedelta(days=2), 9),
        local(TODAY + timedelta(days=2), 15, 30),
    )
    assert (fair.organiser, fair.state) == (organiser, "planned")


def test_the_form_sent_twice_plans_one_fair(desk):
    once = hidden(desk.get(url_of("add")), "once")

    answers = [desk.post(url_of("add"), ANSWERS | {"once": once}) for _ in range(2)]

    assert (Fair.objects.count(), len({answer.url for answer in answers})) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "脱贫劳动力专场"}, "title"),
        ({"venue": "欠薪投诉中心"}, "venue"),
        ({"area": HUAQI}, None),
        ({"area": DAFANG}, "area"),
        ({"area": HUGE}, "area"),
        ({"area": "²"}, "area"),
        ({"held_on": "gestern"}, "held_on"),
        ({"opens": "25:00"}, "opens"),
        ({"closes": "08:00"}, "closes"),
        ({"expected": "0"}, "expected"),
        ({"expected": HUGE}, "expected"),
        ({"licence_applied_on": "2026-02-30"}, "licence_applied_on"),
    ],
)
def test_each_wrong_answer_is_marked_where_it_stands(desk, changes, field):
    answer = desk.post(url_of("add"), ANSWERS | changes)

    if field is None:
        assert (answer.status_code, Fair.objects.count()) == (302, 1)
    else:
        assert (list(errors_of(answer)), Fair.objects.count()) == ([field], 0)


def test_an_area_of_an_auditors_posting_is_not_offered():
    """The role that plans counts, not every posting."""
    user = UserFactory(fair_organiser=True, posted=MAOCHANG)

    page = signed_in(user).get(url_of("add"))

    assert [area.pk for area in page.context["form"].fields["area"].queryset] == [MAOCHANG]


def test_a_day_that_has_passed_is_refused_with_the_way_out(desk):
    answer = desk.post(url_of("add"), ANSWERS | {"held_on": "2026-03-01"})

    assert (answer.status_code, Fair.objects.count()) == (409, 0)
    assert "The time of this fair has passed." in words_of(answer)


def test_the_form_comes_back_as_it_was_saved(desk):
    fair = FairFactory()

    page = desk.get(url_of("edit", fair.pk))

    shown = {name: page.context["form"][name].value() for name in ("title", "held_on", "opens", "closes", "area")}
    assert shown == {
        "title": fair.title, "held_on": TOMORROW, "opens": local(TOMORROW, 9).time(),
        "closes": local(TOMORROW, 15).time(), "area": ZHIJIN,
    }  # fmt: skip


def test_a_change_is_saved_and_says_how_many_are_told(desk):
    guest = ReferralFactory()
    all_sent()
    url = url_of("edit", guest.fair_id)
    page = desk.get(url)

    desk.post(url, ANSWERS | {"area": DAFANG})

    fair = Fair.objects.get()
    assert "1 person is invited" in words_of(page)
    assert (fair.venue, fair.area_id) == ("化起镇广场", ZHIJIN)
    assert Message.objects.filter(template="fair_changed").count() == 1


def test_a_change_that_needs_a_licence_is_refused(desk):
    fair = FairFactory(open=True)

    answer = desk.post(url_of("edit", fair.pk), ANSWERS | {"expected": "1000"})

    assert (answer.status_code, "police licence" in words_of(answer)) == (409, True)
    assert Fair.objects.get().expected == 600


@pytest.mark.parametrize("name", ["edit", "booths", "cancel", "finish"])
@pytest.mark.parametrize("state", ["finished", "cancelled"])
def test_what_is_over_shows_no_form(desk, name, state):
    fair = FairFactory(**{state: True})

    assert desk.get(url_of(name, fair.pk)).status_code == 409


# The steps of a fair


def test_from_plan_to_open_doors_to_the_end(desk):
    fair = FairFactory(day=TODAY)

    for name, state in [("open", "open"), ("start", "running"), ("finish", "finished")]:
        answer = desk.post(url_of(name, fair.pk))
        assert (answer.url, Fair.objects.get().state) == (url_of("fair", fair.pk), state)


def test_a_step_pressed_twice_is_one_step(desk):
    fair = FairFactory()

    answers = [desk.post(url_of("open", fair.pk)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Fair.objects.get().state == "open"


def test_a_refused_step_is_shown_on_the_page_with_the_way_out(desk):
    fair = FairFactory(posts=0)

    answer = desk.post(url_of("open", fair.pk))

    assert answer.status_code == 409
    assert "No employer offers a post at this fair yet. Add a booth and its posts first." in words_of(answer)


def test_a_language_switch_after_a_refused_step_returns_to_the_page_it_stood_on(desk):
    fair = FairFactory(posts=0)
    stood = url_of("fair", fair.pk)

    refused = desk.post(url_of("open", fair.pk), headers={"Referer": f"http://testserver{stood}?from=list"})
    (back,) = set(re.findall(r'name="next"\s+value="([^"]+)"', refused.content.decode()))
    answer = desk.post("/preferences/", {"language": "zh-hans", "next": back}, follow=True)

    assert (back, answer.redirect_chain[-1][0], answer.status_code) == (f"{stood}?from=list", f"{stood}?from=list", 200)


@pytest.mark.parametrize("referer", ["https://evil.example/fairs/", ""])
def test_a_switch_trusts_no_other_sites_word(desk, referer):
    fair = FairFactory(posts=0)

    refused = desk.post(url_of("open", fair.pk), headers={"Referer": referer})

    assert set(re.findall(r'name="next"\s+value="([^"]+)"', refused.content.decode())) == {url_of("open", fair.pk)}


def test_closing_asks_first_and_says_what_it_means(desk):
    missing = ReferralFactory(fair=FairFactory(running=True))

    page = desk.get(url_of("finish", missing.fair_id))

    assert "1 person who is not here goes back" in words_of(page)
    assert Fair.objects.get().state == "running"


def test_cancelling_asks_why_and_says_what_it_means(desk):
    guest = ReferralFactory()
    url = url_of("cancel", guest.fair_id)

    page, empty = desk.get(url), desk.post(url, {"why": " "})
    done = desk.post(url, {"why": "场地检修"})

    assert "1 person goes back to “contacted”" in words_of(page)
    assert errors_of(empty) == {"why": ["Say in a few words why."]}
    assert (done.url, Fair.objects.get().state) == (url_of("fair", guest.fair_id), "cancelled")
    assert "场地检修" in words_of(desk.get(done.url))


def test_a_cancelled_fair_with_people_inside_asks_twice(desk):
    here = ReferralFactory(fair=FairFactory(running=True), came=True)
    url = url_of("cancel", here.fair_id)

    first = desk.post(url, {"why": "场地停电"})
    state = Fair.objects.get().state
    second = desk.post(url, {"why": "场地停电", "knows_of_inside": "on"})

    assert (first.status_code, state) == (409, "running")
    assert "There are people in the hall." in words_of(first)
    assert "1 person is inside and has no result yet." in words_of(first)
    assert (second.status_code, Fair.objects.get().state) == (302, "cancelled")


def test_cancelling_twice_is_cancelling_once(desk):
    guest = ReferralFactory()

    answers = [desk.post(url_of("cancel", guest.fair_id), {"why": "大雪"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Message.objects.filter(template__startswith="fair_cancelled").count() == 1


def test_the_call_to_the_missing_goes_out_once_a_press(desk):
    missing = ReferralFactory(fair=FairFactory(running=True))
    page = desk.get(url_of("fair", missing.fair_id))
    url, seen = url_of("call", missing.fair_id), hidden(page, "seen")

    answers = [desk.post(url, {"seen": seen}) for _ in range(2)]

    assert ("Text the 1 person missing" in words_of(page), seen) == (True, "")
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Message.objects.filter(template="fair_call").count() == 1


def test_the_next_press_is_refused_within_the_hour_and_goes_out_after_it(desk):
    missing = ReferralFactory(fair=FairFactory(running=True))
    services.call_the_missing(fair=missing.fair, seen=None, by=missing.fair.organiser, at=NOON)
    url = url_of("call", missing.fair_id)
    seen = hidden(desk.get(url_of("fair", missing.fair_id)), "seen")

    soon = desk.post(url, {"seen": seen})
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        later = desk.post(url, {"seen": seen})

    assert (soon.status_code, later.status_code) == (409, 302)
    assert Message.objects.filter(template="fair_call").count() == 2


# Booths


def test_booths_and_posts_are_added_changed_and_taken_away(desk):
    fair, post = FairFactory(posts=0), VacancyFactory(headcount=12)
    here = url_of("booths", fair.pk)

    desk.post(here, {"number": 4, "employer": post.employer_id})
    booth = fair.booths.get()
    for wanted in (10, 12):
        desk.post(url_of("offer", fair.pk, booth.pk), {"vacancy": post.pk, "wanted": wanted})
    offer = booth.offers.get()
    assert (booth.number, offer.vacancy, offer.wanted) == (4, post, 12)

    for _twice in range(2):
        assert desk.post(url_of("withdraw_offer", fair.pk, offer.pk)).url == here
        assert desk.post(url_of("remove_booth", fair.pk, booth.pk)).url == here
    assert not fair.booths.exists()


def test_the_next_number_is_suggested_and_only_free_employers_are_offered(desk):
    fair = FairFactory(posts=3)
    free, _held = EmployerFactory(), EmployerFactory(held=True)

    form = desk.get(url_of("booths", fair.pk)).context["form"]

    assert (form["number"].value(), list(form.fields["employer"].queryset)) == (4, [free])


@pytest.mark.parametrize("answers", [{}, {"number": 0}, {"number": HUGE}, {"number": 1, "employer": HUGE}])
def test_a_booth_needs_a_number_and_an_employer(desk, answers):
    fair = FairFactory(posts=0)

    answer = desk.post(url_of("booths", fair.pk), answers)

    assert (answer.status_code, fair.booths.count()) == (422, 0)


@pytest.mark.parametrize("wanted", ["", "0", "-3", "²", HUGE])
def test_how_many_are_wanted_is_a_number(desk, wanted):
    fair = FairFactory()
    offer = offers_of(fair)[0]

    answer = desk.post(url_of("offer", fair.pk, offer.booth_id), {"vacancy": offer.vacancy_id, "wanted": wanted})

    assert (answer.status_code, offers_of(fair)[0].wanted) == (422, 5)


def test_forged_keys_find_nothing(desk):
    fair, other = FairFactory(), FairFactory()
    offer, elsewhere = offers_of(fair)[0], offers_of(other)[0]

    posted = [
        desk.post(url_of("offer", fair.pk, elsewhere.booth_id), {"vacancy": elsewhere.vacancy_id, "wanted": 1}),
        desk.post(url_of("offer", fair.pk, HUGE), {}),
        desk.post(url_of("offer", fair.pk, offer.booth_id), {"vacancy": elsewhere.vacancy_id, "wanted": 1}),
    ]
    desk.post(url_of("withdraw_offer", fair.pk, elsewhere.pk))
    desk.post(url_of("remove_booth", fair.pk, elsewhere.booth_id))
    desk.post(url_of("remove_booth", fair.pk, HUGE))

    assert [answer.status_code for answer in posted] == [404, 404, 422]
    assert (offers_of(fair), offers_of(other)) == ([offer], [elsewhere])


def test_a_booth_somebody_is_sent_to_is_refused_on_its_page(desk):
    guest = ReferralFactory()
    booth = offers_of(guest.fair)[0].booth

    answer = desk.post(url_of("remove_booth", guest.fair_id, booth.pk))

    assert (answer.status_code, "Workers have been sent to this booth." in words_of(answer)) == (409, True)


# The pages


def test_the_fairs_page_says_state_place_licence_and_holds(desk):
    fair = FairFactory(expected=1200, licence_applied_on=TODAY - timedelta(days=30), posts=2)
    hold_employer(employer=offers_of(fair)[0].booth.employer, because="欠薪未清", by=None, at=NOON)

    said = words_of(desk.get(url_of("fair", fair.pk)))

    for words in (
        "planned", "Fri 6 Mar 09:00–15:00", "县体育中心", "1,200 people expected",
        "police licence applied for on 3 Feb", "On hold: 欠薪未清", "Booths: 2, people wanted: 10, still missing: 10",
    ):  # fmt: skip
        assert words in said


def test_a_large_fair_without_a_licence_says_so(desk):
    assert "police licence missing" in words_of(desk.get(url_of("fair", FairFactory(expected=1000).pk)))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (45, "Apply to the public security bureau by 30 Mar: 25 days left."),
        (20, "Apply to the public security bureau by 5 Mar: 0 days left."),
        (19, "The last day to apply to the public security bureau was 4 Mar."),
    ],
)
def test_a_large_fair_says_until_when_the_police_are_asked(desk, days, words):
    fair = FairFactory(expected=1000, day=TODAY + timedelta(days=days))

    assert words in words_of(desk.get(url_of("fair", fair.pk)))


def test_the_licence_and_its_papers_have_a_page(desk):
    fair = FairFactory(expected=1000, day=TODAY + timedelta(days=45))
    url = url_of("licence", fair.pk)

    page = desk.get(url)
    desk.post(url, {"licence_papers": ["plan", "safety"], "licence_applied_on": "2026-03-05"})

    assert "written consent of whoever runs the venue" in words_of(page)
    assert (Fair.objects.get().licence_papers, Fair.objects.get().licence_applied_on) == (["plan", "safety"], TODAY)
    assert "Applied to the public security bureau on 5 Mar." in words_of(desk.get(url_of("fair", fair.pk)))


def test_the_list_tells_ahead_from_past(desk):
    ahead, running = FairFactory(open=True, title="明天"), FairFactory(running=True, title="今天")
    over, off = FairFactory(finished=True, title="已结束"), FairFactory(cancelled=True, title="已取消")
    ReferralFactory(fair=running, came=True)
    ReferralFactory(fair=running, walk_in=True)
    ReferralFactory(fair=running, withdrawn=True)

    page = desk.get(url_of("list"))

    assert page.context["upcoming"] == [running, ahead]
    assert {fair.pk for fair in page.context["past"]} == {over.pk, off.pk}
    first = page.context["upcoming"][0]
    assert (first.invited, first.came, first.hired) == (1, 2, 0)


def test_a_fair_nobody_closed_stays_ahead_until_it_is(desk):
    fair = FairFactory(running=True)

    with time_machine.travel(fair.ends_at + timedelta(hours=2), tick=False):
        assert desk.get(url_of("list")).context["upcoming"] == [fair]


def test_many_fairs_ahead_are_shown_page_by_page_and_the_past_once(desk, monkeypatch):
    monkeypatch.setattr("fairs.selectors.listing.PAGE", 2)
    ahead = [FairFactory(open=True, day=TODAY + timedelta(days=n // 2)) for n in range(5)]
    over = FairFactory(finished=True)
    for fair in (*ahead[1:], ahead[1]):
        ReferralFactory(fair=fair)

    pages = [desk.get(url_of("list"))]
    while url := pages[-1].context["next_url"]:
        pages.append(desk.get(url))

    assert [page.context["upcoming"] for page in pages] == [ahead[:2], ahead[2:4], ahead[4:]]
    assert [page.context["past"] for page in pages] == [[over], [], []]
    assert ["5 fairs ahead" in words_of(page) for page in pages] == [True] * 3
    shown = [fair for page in pages for fair in (*page.context["upcoming"], *page.context["past"])]
    figures = {fair.pk: (fair.invited, fair.came, fair.hired) for fair in Fair.objects.with_counts()}
    assert {fair.pk: (fair.invited, fair.came, fair.hired) for fair in shown} == figures


def test_a_key_that_is_none_begins_anew(desk):
    over = FairFactory(finished=True)

    assert desk.get(url_of("list"), {"after": "x"}).context["past"] == [over]


def test_an_empty_county_is_told_what_to_do(desk):
    assert "No fair is planned in your area" in words_of(desk.get(url_of("list")))


def test_saying_what_was_done(desk):
    fair = FairFactory()

    desk.post(url_of("open", fair.pk))

    assert messages_of(desk, url_of("fair", fair.pk)) == ["Open: cadres can refer people now."]


# Queries: as many with three rows as with one


def test_the_list_counts_queries_once(desk):
    FairFactory(running=True)
    one = queries_of(desk, url_of("list"))
    for _ in range(2):
        ReferralFactory(fair=FairFactory(running=True), came=True)

    assert queries_of(desk, url_of("list")) == one


@pytest.mark.parametrize("name", ["fair", "booths", "people", "check_in"])
def test_a_page_of_the_fair_counts_queries_once(desk, name):
    fair = FairFactory(running=True)
    ReferralFactory(fair=fair, came=True)
    one = queries_of(desk, url_of(name, fair.pk))
    for number in (5, 6):
        add_post(fair, number=number)
        ReferralFactory(fair=fair, came=True, wishes=offers_of(fair))
        ReferralFactory(fair=fair, no_match=True)

    assert queries_of(desk, url_of(name, fair.pk)) == one


@pytest.mark.parametrize("address", ["fairs/{}/", "fairs/{}/people/", "fair-referrals/{}/result/", "panels/fairs/{}/"])
def test_a_huge_number_in_an_address_is_not_found(desk, address):
    assert desk.get("/" + address.format(HUGE)).status_code == 404
