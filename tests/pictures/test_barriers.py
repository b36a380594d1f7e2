"""Every page as its people see it, in both themes, looked at by axe-core; `make shots` does the rest of the album."""

from functools import partial
from itertools import groupby

import pytest
from playwright.sync_api import Error as BrowserError

from tests.pictures import deeds
from tests.pictures.album import NOBODY, PAGES, Picture
from tests.pictures.camera import PAINTED, SCREENS, Camera, WatchedPage, wear
from tests.pictures.checks import (
    COLOURS,
    barriers,
    broken_words,
    dates_of_another_form,
    fill_in,
    hidden_presses,
    out_of_sight,
    too_wide,
    without_a_menu,
    without_a_signal,
)
from tests.pictures.scene import lay_out
from tests.running_system import RunningSystem

NARROW, PHONE, DESK = 360, 390, 1280
ONLY_OPEN = {None, deeds.open_panels, deeds.open_first_sheet}
"""Deeds that answer nothing: what stands in a form afterwards was kept."""
FORMS_OF_A_PHONE = 14
ON_A_PHONE = {NOBODY, "village", "township", "new-cadre"}


@pytest.fixture
def camera(tmp_path, browser):
    """Over a system of its own: the journeys leave theirs as they please."""
    with RunningSystem(folder=tmp_path) as system:
        yield Camera(browser, system.url, tmp_path, lay_out(system))


@pytest.mark.longest
def test_on_every_page_axe_finds_nothing_serious_the_last_press_is_in_sight_and_no_form_loses_what_was_typed(camera):
    sent_without_a_signal = []
    found = [
        words for picture, page, again in visits(camera) for words in seen(picture, page, again, sent_without_a_signal)
    ]

    assert not found, "\n".join(found)
    assert len(sent_without_a_signal) >= FORMS_OF_A_PHONE, sent_without_a_signal


def visits(camera: Camera):
    """(picture, the page it shows with its deed done, how to open it anew), each person signed in once."""
    for who, theirs in groupby(sorted(one_of_each(), key=lambda picture: picture.who), key=lambda picture: picture.who):
        width = PHONE if who in ON_A_PHONE else DESK
        context = camera.enter(who, "zh", width)
        watched = WatchedPage(context.new_page())
        for picture in theirs:
            try:
                camera.visit(watched, picture, width)
            except (BrowserError, AssertionError) as error:
                raise AssertionError(f"{picture.name} cannot be shown: {error}") from error
            yield picture, watched.page, partial(camera.visit, watched, picture, width)
            if watched.wrong:
                raise AssertionError(f"{picture.name}: {watched.wrong}")
        context.close()


def one_of_each() -> list[Picture]:
    """The first picture of a page for each thing done on it: the album has the same page empty, full and refused."""
    return list({(picture.view, picture.deed): picture for picture in reversed(PAGES)}.values())


def seen(picture: Picture, page, again, sent_without_a_signal: list[str]) -> list[str]:
    wear(page, "light")
    found = [*dates_of_another_form(page), *broken_words(page), *barriers(page)]
    if picture.who in ON_A_PHONE:
        found += out_of_sight(page) + on_a_narrow_one(page)
    elif picture in FIRST_OF_EACH:
        found += on_a_phone(page)
    wear(page, "dark")
    found += barriers(page, **COLOURS)
    if picture.who in ON_A_PHONE - {NOBODY} and picture.deed in ONLY_OPEN and fill_in(page):
        sent_without_a_signal.append(picture.name)
        found += without_a_signal(page, again)
    return [f"{picture.name}: {words}" for words in dict.fromkeys(found)]


FIRST_OF_EACH = list(
    {(picture.who, picture.view.split(":")[0]): picture for picture in reversed(one_of_each())}.values()
)


def on_a_narrow_one(page) -> list[str]:
    """The narrowest phones sold still."""
    page.set_viewport_size(SCREENS[PHONE]["viewport"] | {"width": NARROW})
    page.evaluate(PAINTED)
    found = [f"at {NARROW} px {words}" for words in [*too_wide(page), *hidden_presses(page)]]
    page.set_viewport_size(SCREENS[PHONE]["viewport"])
    page.evaluate(PAINTED)
    return found


def on_a_phone(page) -> list[str]:
    """Of whoever sits at a desk: a page of the frame with the rail."""
    desk = page.viewport_size
    page.set_viewport_size(SCREENS[PHONE]["viewport"])
    page.evaluate(PAINTED)
    found = without_a_menu(page) if page.locator(".wf-rail").count() else too_wide(page)
    page.set_viewport_size(desk)
    page.evaluate(PAINTED)
    return [f"at {PHONE} px {words}" for words in found]
