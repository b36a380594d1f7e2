"""The lists of the desk use the width there is: measured in a browser, on the pages as Django renders them."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from tests.staff.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("journeys")]

LISTS = ("/cases/", "/people/", "/messages/", "/vacancies/", "/employers/", "/fairs/", "/trips/", "/settings/texts/")
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


def answer(route, rendered: dict[str, bytes]) -> None:
    path = urlsplit(route.request.url).path
    if path in rendered:
        route.fulfill(body=rendered[path], content_type="text/html; charset=utf-8")
    elif found := finders.find(path.removeprefix(settings.STATIC_URL)):
        route.fulfill(path=Path(found))
    else:
        route.abort()
