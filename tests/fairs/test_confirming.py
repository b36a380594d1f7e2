"""An employer answers by its link: no login, and nothing of a person in the address."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client

from fairs import papers, selectors, services
from fairs.models import Booth, FairReferral
from fairs.refusals import EmployerStaysAway
from tests.cases.pages import signed_in, words_of
from tests.fairs.factories import NOON, TODAY, FairFactory, ReferralFactory, offers_of
from tests.fairs.pages import url_of
from tests.jobs.factories import VacancyFactory, contacted_case

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=2)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def booth():
    """Offers five of thirty open posts; a second post of the employer is not offered yet."""
    booth = offers_of(FairFactory(open=True, day=TODAY + timedelta(days=3)))[0].booth
    VacancyFactory(employer=booth.employer, title="抛光工", headcount=4)
    return booth


def link(booth):
    return url_of("confirm", services.link_token(booth))


def posts_of(booth):
    return list(booth.employer.vacancies.order_by("pk"))


def answers(booth, comes="yes", who="何经理等两人", wanted=(20, 3)):
    numbers = {f"post{post.pk}": n for post, n in zip(posts_of(booth), wanted, strict=False)}
    return {"comes": comes, "who": who, **numbers}


def wanted_of(booth):
    return list(booth.offers.order_by("vacancy_id").values_list("wanted", flat=True))


def test_an_employer_confirms_by_a_link_who_comes_and_which_posts(client, booth, organiser):
    page = client.get(link(booth))
    done = client.post(link(booth), answers(booth), follow=True)

    assert (page.status_code, done.status_code) == (200, 200)
    assert "谢谢，已确认：贵单位来参加。" in words_of(done)
    booth.refresh_from_db()
    assert (booth.comes, booth.who_comes, booth.confirmed_at, wanted_of(booth)) == (True, "何经理等两人", NOON, [20, 3])
    assert "comes: 何经理等两人" in words_of(signed_in(organiser).get(url_of("booths", booth.fair_id)))


def test_who_cannot_come_says_so_and_keeps_its_posts_for_the_organiser_to_see(client, booth):
    client.post(link(booth), answers(booth, comes="no", who="", wanted=()))

    booth.refresh_from_db()
    assert (booth.comes, booth.who_comes, wanted_of(booth)) == (False, "", [5])


def test_an_answer_may_be_changed(client, booth):
    client.post(link(booth), answers(booth))
    client.post(link(booth), answers(booth, wanted=(10, 0)))

    assert wanted_of(booth) == [10, 0]


def test_the_link_names_a_booth_and_nothing_else(booth):
    token = services.link_token(booth)

    assert signing.loads(token, salt="fairs.confirm_booth") == booth.pk
    assert booth.employer.name not in token


@pytest.mark.parametrize("forge", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "1", lambda t: t.replace(":", ".")])
def test_a_forged_link_leads_nowhere(client, booth, forge):
    page = client.get(url_of("confirm", forge(services.link_token(booth))))

    assert (page.status_code, booth.employer.name in words_of(page)) == (404, False)


def test_a_link_signed_for_something_else_leads_nowhere(client, booth):
    assert client.get(url_of("confirm", signing.dumps(booth.pk, salt="another"))).status_code == 404


def test_the_link_expires_with_the_fair(client, booth):
    url = link(booth)
    services.cancel_fair(fair=booth.fair, why="大雪", by=booth.fair.organiser, at=NOON)

    page = client.get(url)

    assert [page.status_code, client.post(url, answers(booth)).status_code] == [404, 404]
    assert "这场招聘会已取消" in words_of(page)


def test_the_link_expires_after_sixty_days(client):
    booth = offers_of(FairFactory(open=True, day=TODAY + timedelta(days=90)))[0].booth
    url = link(booth)

    with time_machine.travel(NOON + timedelta(days=61), tick=False):
        assert client.get(url).status_code == 404


def test_an_employer_is_refused_more_posts_than_are_open(client, booth):
    answer = client.post(link(booth), answers(booth, wanted=(31, 3)))

    assert (answer.status_code, wanted_of(booth), Booth.objects.get(pk=booth.pk).comes) == (409, [5], None)
    assert "请告诉招聘会组织员" in words_of(answer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"comes": ""}, "comes"), ({"who": " "}, "who"), ({"who": "13985012345"}, "who"), ({"wanted": ("²",)}, None)],
)
def test_each_wrong_answer_is_marked(client, booth, changes, field):
    answer = client.post(link(booth), answers(booth, **changes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field or f"post{posts_of(booth)[0].pk}"])


def test_the_page_asks_for_a_token_against_forged_forms(booth):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(link(booth), answers(booth)).status_code == 403


def test_no_search_engine_keeps_it_and_no_other_site_hears_of_it(client, booth):
    page = client.get(link(booth))

    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    assert "no-store" in page["Cache-Control"]


# ---- who stays away


def stay_away(booth):
    return services.confirm_booth(booth=booth, comes=False, who="", wanted={}, at=NOON)


def test_posts_of_an_employer_who_cannot_come_are_neither_offered_nor_taken(booth):
    case, (offer,) = contacted_case(), offers_of(booth.fair)
    stay_away(booth)

    (choice,) = selectors.fairs_for(case, at=NOON, today=TODAY)
    with pytest.raises(EmployerStaysAway):
        services.refer_to_fair(fair=booth.fair, case=case, wishes=[offer], by=None, at=NOON)

    assert (choice.offers, choice.left_out) == ([], 0)


def test_a_wish_for_an_employer_who_cannot_come_is_left_off_the_slip_and_shown_on_the_fair(booth, organiser):
    guest = ReferralFactory(fair=booth.fair)
    stay_away(booth)
    guest = FairReferral.objects.for_page().get(pk=guest.pk)

    page = signed_in(organiser).get(url_of("fair", booth.fair_id))

    assert (papers.slip_of(guest)["wishes"], guest.wishes.count()) == ([], 1)
    assert page.context["page"].staying_away == [(booth, 1)]
    assert (page.context["page"].wanted, page.context["page"].missing) == (0, 0)
    assert "1 wish for an employer who cannot come." in words_of(page)


def test_an_employer_on_hold_cannot_say_that_it_comes(client, booth):
    booth.employer.is_held, booth.employer.hold_reason = True, "欠薪未清"
    booth.employer.save()

    answer = client.post(link(booth), answers(booth))

    booth.refresh_from_db()
    assert (answer.status_code, booth.comes) == (409, None)
    assert client.post(link(booth), answers(booth, comes="no", who="", wanted=())).status_code == 302
