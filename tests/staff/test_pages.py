"""The frame around every page: where one starts, menus, language, looks, refusals."""

import re

import pytest
from django.urls import reverse

from areas.gazetteer import places
from areas.selectors import place_name
from staff import navigation
from staff.context_processors import places_of
from staff.roles import Role
from tests.staff.factories import PASSWORD, ZHIJIN, PostingFactory, UserFactory, area_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.staff.pages")]


@pytest.mark.parametrize(
    ("role", "start"),
    [
        ("village_cadre", "/cases/today/"),
        ("township_cadre", "/cases/today/"),
        ("supervisor", "/insights/funnel/"),
        ("auditor", "/insights/funnel/"),
        ("fair_organiser", "/fairs/list/"),
        ("transport_organiser", "/transport/list/"),
        ("rights_officer", "/cases/list/"),
        ("administrator", "/people/"),
        ("security_administrator", "/people/"),
        ("system_administrator", "/me/"),
    ],
)
def test_everybody_starts_at_their_own_work(client, role, start):
    client.force_login(UserFactory(**{role: True}))

    assert client.get("/")["Location"] == start


def test_a_page_of_an_app_that_is_not_installed_drops_out():
    assert navigation.url_of("rights:list") == ""


def test_someone_without_a_posting_is_told_whom_to_ask(client):
    client.force_login(UserFactory(language="en"))

    response = client.get("/", follow=True)

    assert "You have no posting today" in response.content.decode()


def test_the_menu_of_a_cadre_fits_a_thumb():
    user = UserFactory(village_cadre=True)

    items = navigation.thumb_bar(user, "/cases/find/")

    assert [(item["url"], item["current"]) for item in items] == [
        ("/cases/today/", ""),
        ("/cases/find/", "page"),
        ("/fairs/list/", ""),
        ("/transport/list/", ""),
        ("/me/", ""),
    ]


def test_a_page_below_one_of_the_menu_says_in_the_menu_where_one_is():
    user = UserFactory(administrator=True)

    people = reverse("staff:people")
    lit = {item["url"]: item["current"] for item in navigation.rail(user, f"{people}12/") if item["current"]}

    assert lit == {people: "true"}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RIGHTS_OFFICER])
def test_on_a_phone_every_role_begins_at_its_own_work_and_reaches_all_of_its_pages(client, role):
    user = UserFactory(role=role)
    client.force_login(user)

    thumb = [item["url"] for item in navigation.thumb_bar(user, "/")]
    links = set(re.findall(r'href="([^"]+)"', client.get("/me/").content.decode()))

    assert thumb[0] == navigation.start_url(user)
    assert len(thumb) <= navigation.THUMB_ROOM
    assert {item["url"] for item in navigation.rail(user, "/")} <= links


def test_a_cadre_of_several_villages_is_labelled_with_all_of_them():
    villages = [place for place in sorted(places()) if 520524103200 <= place < 520524103300][:5]
    one, three, five = (UserFactory() for _ in range(3))
    for user, held in ((one, villages[:1]), (three, villages[:3]), (five, villages)):
        for village in held:
            PostingFactory(user=user, role=Role.VILLAGE_CADRE, area=area_of(village))
    names = [place_name(village) for village in villages]

    assert [places_of(user) for user in (one, three, five)] == [
        names[0], "、".join(names[:3]), f"{'、'.join(names[:2])}等 5 处",
    ]  # fmt: skip


def test_the_menu_of_the_desk_holds_what_the_role_may_open():
    urls = [item["url"] for item in navigation.rail(UserFactory(auditor=True), "/")]

    assert urls == [
        "/insights/funnel/",
        "/cases/list/",
        "/cases/find/",
        "/fairs/list/",
        "/transport/list/",
        "/who-looked/",
        "/changes-of-accounts/",
        "/changes-of-settings/",
    ]


def test_my_page_names_my_postings(client):
    user = UserFactory(village_cadre=True)
    PostingFactory(user=user, role="auditor", area=area_of(ZHIJIN))
    client.force_login(user)

    page = client.get("/me/").context["page"]

    assert [line.area for line in page.postings] == ["贵州省 · 毕节市 · 织金县", "织金县 · 猫场镇 · 凤坪村"]


@pytest.mark.parametrize("postings", [1, 3])
def test_my_page_asks_the_database_the_same_few_times(client, django_assert_num_queries, postings):
    user = UserFactory(village_cadre=True)
    for n in range(postings - 1):
        PostingFactory(user=user, area=area_of(520524104000 + 1000 * n))
    client.force_login(user)
    client.get("/me/")

    with django_assert_num_queries(4):  # session, user, postings, whether a code is set up
        client.get("/me/")


def test_the_language_of_the_user_wins_over_the_browser(client):
    client.force_login(UserFactory(language="en"))

    response = client.get("/me/", headers={"Accept-Language": "zh-CN"})

    assert response["Content-Language"] == "en"
    assert 'lang="en"' in response.content.decode()


def test_signed_out_the_browser_is_asked_and_the_cookie_wins(client):
    assert client.get("/login/", headers={"Accept-Language": "en"})["Content-Language"] == "en"

    client.post("/preferences/", {"language": "zh-hans", "next": "/login/"})

    assert client.get("/login/", headers={"Accept-Language": "en"})["Content-Language"] == "zh-hans"


def test_preferences_are_kept_with_the_user(client):
    user = UserFactory(language="zh-hans")
    client.force_login(user)

    response = client.post("/preferences/", {"language": "en", "next": "/me/"})
    client.post("/preferences/", {"theme": "dark", "next": "/me/"})

    user.refresh_from_db()
    assert (response["Location"], user.language, user.theme) == ("/me/", "en", "dark")
    assert 'data-bs-theme="dark"' in client.get("/me/").content.decode()


def test_signing_in_on_another_machine_brings_the_looks_along(client):
    UserFactory(username="wang", theme="dark")

    client.post("/login/", {"username": "wang", "password": PASSWORD})

    assert 'data-bs-theme="dark"' in client.get("/me/").content.decode()


def test_leaving_the_language_to_the_browser_again(client):
    user = UserFactory(language="en")
    client.force_login(user)

    client.post("/preferences/", {"language": "auto"})

    user.refresh_from_db()
    assert user.language == ""
    assert client.get("/me/", headers={"Accept-Language": "zh-CN"})["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("typed", [{"language": "fr"}, {"theme": "pink"}, {}])
def test_a_preference_nobody_offered_changes_nothing(client, typed):
    user = UserFactory(language="en", theme="dark")
    client.force_login(user)

    assert client.post("/preferences/", typed).status_code == 302

    user.refresh_from_db()
    assert (user.language, user.theme) == ("en", "dark")


def test_preferences_never_lead_to_another_site(client):
    assert client.post("/preferences/", {"theme": "dark", "next": "//evil.example/"})["Location"] == "/"


def test_the_wrong_role_meets_the_403_page(client):
    client.force_login(UserFactory(village_cadre=True, language="en"))

    response = client.get("/supervisors/")

    assert response.status_code == 403
    assert "Your role does not include this." in response.content.decode()


def test_the_right_role_passes(client):
    client.force_login(UserFactory(supervisor=True))

    assert client.get("/supervisors/").content == b"ok"


def test_a_damaged_request_meets_a_page_of_ours(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]

    answer = client.get("/login/", headers={"host": "evil.example"})

    assert (answer.status_code, "读不出来" in answer.content.decode()) == (400, True)


def test_nobody_signed_in_is_sent_to_sign_in(client):
    assert client.get("/supervisors/")["Location"] == "/login/?next=/supervisors/"


def test_htmx_signed_out_leaves_the_page_for_the_sign_in(client):
    response = client.get("/supervisors/", headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (401, "/login/?next=/supervisors/")


def test_a_refusal_nobody_caught_names_the_rule_and_the_way_out(client):
    client.force_login(UserFactory(language="en"))

    response = client.get("/refuse/")

    body = response.content.decode()
    assert (response.status_code, "Every seat is taken." in body, "Take the next bus." in body) == (409, True, True)


def test_a_refusal_for_htmx_is_a_fragment(client):
    client.force_login(UserFactory())

    response = client.get("/refuse/", headers={"HX-Request": "true"})

    assert (response.status_code, "<html" in response.content.decode()) == (409, False)


def test_pages_of_who_is_signed_in_are_kept_nowhere(client):
    client.force_login(UserFactory(supervisor=True))

    signed_in = client.get("/me/")
    client.logout()
    signed_out = client.get("/login/")

    assert signed_in["Cache-Control"] == "private, no-store"
    assert signed_out.get("Cache-Control", "") != "private, no-store"


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example"])
def test_where_somebody_stood_is_never_another_site(client, path):
    client.force_login(UserFactory())

    answer = client.get("/preferences/", {"stood": f"http://testserver{path}"})

    assert answer["Location"] == "/"


def test_where_somebody_stood_is_a_page_of_ours(client):
    client.force_login(UserFactory())

    assert (
        client.get("/preferences/", {"stood": "http://testserver/people/?page=2&stood=/x/"})["Location"]
        == "/people/?page=2"
    )
