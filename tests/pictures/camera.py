"""Takes the pictures: one browser, one sign-in a person, a page loaded once for each language and width."""

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from insights.demo.staff import PASSWORD
from tests.browsing import PATIENCE
from tests.pictures import deeds
from tests.pictures.album import NOBODY, Picture
from tests.pictures.checks import barriers, complaints

LOCALES = {"zh": "zh-CN", "en": "en-US"}
SCREENS = {
    1280: {"viewport": {"width": 1280, "height": 900}},
    390: {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
THEMES = ("light", "dark")
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""A new theme is on the screen a frame after it was asked for."""


@dataclass
class WatchedPage:
    """One page for many pictures: a new one each time would start a process of the browser and read all styles anew."""

    page: Page
    wrong: list[str] = field(default_factory=list)
    statuses: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("response", lambda answer: self.statuses.append((answer.status, answer.url)))
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("console", lambda line: self.wrong.append(f"console: {line.text}") if is_trouble(line) else None)

    def forget(self) -> None:
        self.wrong.clear()
        self.statuses.clear()


@dataclass
class Camera:
    """`rows` are the keys that the album names. What looks wrong is said at once and counted in `found`."""

    browser: Browser
    url: str
    folder: Path
    rows: dict[str, object]
    sessions: dict[str, dict] = field(default_factory=dict)
    taken: int = 0
    found: int = 0

    def take_all(self, pictures: Iterable[Picture]) -> None:
        by_person = sorted(pictures, key=lambda picture: picture.who)
        for who, theirs in groupby(by_person, key=lambda picture: picture.who):
            theirs = list(theirs)
            for language in LOCALES:
                for width in SCREENS:
                    self._take_theirs(who, theirs, language, width)

    def _take_theirs(self, who: str, pictures: list[Picture], language: str, width: int) -> None:
        context = self.enter(who, language, width)
        page = WatchedPage(context.new_page())
        for picture in pictures:
            try:
                self._take(page, picture, language, width)
            except (BrowserError, AssertionError) as error:
                self._say(picture, language, width, [f"no picture: {str(error).splitlines()[0]}"])
        context.close()

    def enter(self, who: str, language: str, width: int) -> BrowserContext:
        if who != NOBODY and who not in self.sessions:
            self.sessions[who] = self._sign_in(who)
        session = {"storage_state": self.sessions[who]} if who != NOBODY else {}
        context = self.browser.new_context(
            base_url=self.url, locale=LOCALES[language], **SCREENS[width], **session, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        return context

    def _sign_in(self, who: str) -> dict:
        with self.browser.new_context(base_url=self.url) as context:
            page = context.new_page()
            page.goto("/login/")
            page.fill("[name=username]", who)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/login/" not in url)
            return context.storage_state()

    def _take(self, watched: "WatchedPage", picture: Picture, language: str, width: int) -> None:
        page = watched.page
        self.visit(watched, picture, width)
        if picture.is_whole:
            show_all_of(page)
        for theme in THEMES:
            wear(page, theme)
            shoot(page, self.folder / f"{picture.name}-{width}-{language}-{theme}.png")
            self.taken += 1
        wrong = [*watched.wrong, *unexpected(watched.statuses, picture.status)]
        self._say(
            picture, language, width, [*wrong, *complaints(page, language, is_phone=width < 600), *barriers(page)]
        )

    def visit(self, watched: "WatchedPage", picture: Picture, width: int) -> None:
        """The page as the picture wants it: everything there, its deed done."""
        watched.page.set_viewport_size(SCREENS[width]["viewport"])
        watched.forget()
        watched.page.goto(picture.path(self.rows))
        deeds.settle(watched.page)
        if picture.deed:
            picture.deed(watched.page)

    def _say(self, picture: Picture, language: str, width: int, wrong: list[str]) -> None:
        for words in dict.fromkeys(wrong):
            print(f"{picture.name} {width} {language}: {words}")
            self.found += 1


def wear(page: Page, theme: str) -> None:
    """The theme is on the screen when this returns."""
    page.emulate_media(color_scheme=theme)
    page.evaluate(PAINTED)


def show_all_of(page: Page) -> None:
    """A screen as tall as the page, so that a bar at the bottom edge lies below everything and not across it."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": max(height, page.viewport_size["height"])})


def shoot(page: Page, path: Path) -> None:
    """Chromium's own picture, packed quickly: Playwright's packs small and takes twice as long."""
    chromium = page.context.new_cdp_session(page)
    answer = chromium.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    chromium.detach()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b64decode(answer["data"]))


def is_trouble(line) -> bool:
    """A page refused on purpose is no trouble; `unexpected` tells of the others."""
    return line.type == "error" and not line.text.startswith("Failed to load resource")


def unexpected(statuses: list[tuple[int, str]], wanted: int) -> list[str]:
    bad = [f"{status} from {url}" for status, url in statuses if status >= 400 and status != wanted]
    missing = [] if any(status == wanted for status, _url in statuses) else [f"nothing answered {wanted}"]
    return bad + missing
