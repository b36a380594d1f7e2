"""The lists of the desk use the width there is: measured in a browser, on the pages as Django renders them."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone

from tests.cases.factories import CaseFactory
from tests.staff.factories import FENGPING, UserFactory
from tests.workers.factories import WorkerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("journeys")]

LISTS = ("/cases/", "/people/", "/messages/", "/vacancies/", "/employers/", "/fairs/", "/trips/", "/settings/texts/")
PRINTED = ("/cases/", "/people/", "/fairs/", "/overview/")
A4_LANDSCAPE = 1032  # CSS pixels between margins of 12 mm
SITE = "http://desk.test"
RAIL = "document.querySelector('main').getBoundingClientRect().left"
RIGHT_EDGE = "Math.max(...[...document.querySelectorAll('main .card')].map((el) => el.getBoundingClientRect().right))"


def test_at_1920_every_list_of_the_desk_reaches_the_right_edge(client, browser):
    client.force_login(UserFactory(supervisor=True))
    rendered = {address: client.get(address, follow=True).content for address in LISTS}
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.route("**/*", lambda route: answer(route, rendered))

    short = {}  # without its stylesheets no page would have the rail on its left
    for address in LISTS:
        page.goto(f"{SITE}{address}")
        rail, left = page.evaluate(RAIL), 1920 - page.evaluate(RIGHT_EDGE)
        if not (rail > 150 and left < 64):
            short[address] = (rail, left)
    page.close()

    assert short == {}


def test_at_1920_the_pages_of_a_cadre_reach_the_right_edge_and_what_is_folded_on_a_phone_is_open(client, browser):
    cadre = UserFactory(township_cadre=True)
    people = [WorkerFactory(unemployed=True, area=FENGPING, name=name) for name in ("王芳", "王丽", "王霞", "王梅")]
    cases = [CaseFactory(worker=person, owner=cadre, at=timezone.now() - timedelta(days=30)) for person in people]
    client.force_login(cadre)
    case = f"/cases/{cases[0].pk}/"
    rendered = {address: client.get(address).content for address in ("/today/", case)}
    rendered["/find/"] = client.post("/find/", {"q": "王"}).content
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.route("**/*", lambda route: answer(route, rendered))

    edges = {}
    for address, box in (("/today/", ".wf-list"), (case, ".wf-panels"), ("/find/", ".wf-list")):
        page.goto(f"{SITE}{address}")
        right = "box => Math.max(...[...document.querySelectorAll(box)].map((el) => el.getBoundingClientRect().right))"
        edges[address] = 1920 - page.evaluate(right, f"main {box}") < 64
    page.goto(f"{SITE}{case}")
    columns = [page.locator(f"main {box}").first.bounding_box() for box in (".wf-next", ".wf-time", ".wf-panels")]
    opened = page.locator("details[data-wf-open-at][open]").count()
    page.close()

    assert edges == {"/today/": True, case: True, "/find/": True}
    assert columns == sorted(columns, key=lambda column: column["x"])
    assert len({round(column["x"]) for column in columns}) == 3
    assert opened == 2


def test_on_paper_a_page_of_the_desk_is_as_wide_as_the_sheet_and_light(client, browser):
    client.force_login(UserFactory(supervisor=True, theme="dark"))
    rendered = {address: client.get(address, follow=True).content for address in PRINTED}
    page = browser.new_page(viewport={"width": A4_LANDSCAPE, "height": 700}, color_scheme="dark")
    page.route("**/*", lambda route: answer(route, rendered))
    page.emulate_media(media="print")

    printed = {}
    for address in PRINTED:
        page.goto(f"{SITE}{address}")
        box = page.locator("main").bounding_box()
        ink = page.evaluate("getComputedStyle(document.querySelector('main h1')).color")
        printed[address] = (round(box["x"]), round(box["width"]), max(map(int, re.findall(r"\d+", ink)[:3])) < 80)
    page.close()

    assert printed == dict.fromkeys(PRINTED, (0, A4_LANDSCAPE, True))


def answer(route, rendered: dict[str, bytes]) -> None:
    path = urlsplit(route.request.url).path
    if path in rendered:
        route.fulfill(body=rendered[path], content_type="text/html; charset=utf-8")
    elif path.startswith(settings.STATIC_URL) and (found := finders.find(path.removeprefix(settings.STATIC_URL))):
        route.fulfill(path=Path(found))
    else:
        route.abort()
