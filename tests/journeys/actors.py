"""Somebody at a screen, who reads and presses what anybody could read and press there."""

import io
import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browsing import PATIENCE, keep_shot

PASSWORD = "bijie-demo-2026"
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
EXPECTED_NOISE = re.compile("Failed to load resource")  # a refusal is a 409 or 422, and the browser says so


@dataclass
class Actor:
    page: Page
    username: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.troubles.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._listen)

    def _listen(self, message) -> None:
        if message.type == "error" and not EXPECTED_NOISE.match(message.text):
            self.troubles.append(f"{self.page.url}: {message.text}")

    def sign_in(self) -> None:
        self.open("/login/")
        self.fill("username", self.username)
        self.fill("password", PASSWORD)
        self.send("form:has([name=password]) button[type=submit]")
        expect(self.page).not_to_have_url(re.compile("/login/"))

    def leave(self) -> None:
        """With nothing gone wrong in the scripts of any page, and nothing refused by the content policy."""
        self.page.context.close()
        assert self.troubles == []

    def open(self, path: str) -> Page:
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path} answered {answer.status} to {self.username}"
        self._fits()
        return self.page

    def press(self, target: str | Locator) -> None:
        """With the finger on a phone, with the mouse at the desk."""
        found = self.page.locator(target) if isinstance(target, str) else target
        found.first.tap() if self._has_touch else found.first.click()

    def send(self, target: str | Locator) -> None:
        """Press what leads to the next page, which is no refusal and no form marked wrong."""
        with self.page.expect_navigation() as found:
            self.press(target)
        wrong = self.page.locator(".wf-refusal, .wf-error").all_inner_texts()
        assert (found.value.status, wrong) == (200, []), f"{self.page.url}, after {self.username} pressed {target}"
        self._fits()

    def choose(self, name: str, value: str) -> None:
        """A radio or checkbox drawn as a large face: the face is pressed, the control lies beneath."""
        control = f"[name={name}][value='{value}']:enabled"
        self.press(f"label:has({control})")
        expect(self.page.locator(control)).to_be_checked()

    def fill(self, name: str, value: str) -> None:
        self.page.fill(f"[name={name}]", value)

    def sees(self, *words: str) -> None:
        for some in words:
            expect(self.page.locator("body")).to_contain_text(some)

    def shot(self, name: str) -> None:
        keep_shot(self.page, name)

    def paper(self, path: str) -> str:
        """The text of a PDF, read back; line breaks and spaces left out."""
        answer = self.page.request.get(path)
        assert answer.status == 200, f"{path} answered {answer.status} to {self.username}"
        pages = PdfReader(io.BytesIO(answer.body())).pages
        return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))

    @property
    def _has_touch(self) -> bool:
        return self.page.viewport_size["width"] == PHONE["viewport"]["width"]

    def _fits(self) -> None:
        """No page of a phone scrolls sideways."""
        if self._has_touch:
            width = self.page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["viewport"]["width"], f"{self.page.url} is {width} px wide"
