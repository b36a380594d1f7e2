"""What a person would call broken at a glance: a page that scrolls sideways, the wrong language, a button too small."""

import gettext
import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from insights.demo.people import LATIN_NAMES

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
SAID_IN_LATIN = {
    "Wayfare", "English", "Home", "STOP", "START", "SMS", "PDF", "CSV", "Excel", "WPS", "pdf", "csv", "xlsx",
    "YANG", "lgq", "village", "township", "supervisor",
}  # fmt: skip
"""What a Chinese page writes in Latin letters too."""
SAID_IN_CHINESE = {"English", "简体中文", "返岗通", "退订", "姓名", "身份证号"}
"""In English too: the other language, the product, the word that stops texts, the columns of a roster."""
ITS_OWN_LATIN = re.compile(
    r"[A-Z]{2}-\d{6}-\d+|\b[0-9A-F]{6,}\b|\b[0-9a-f]{6,}\b|[A-Z0-9]{4}(?:[ -][A-Z0-9]{4})+|\S*_\S*|[a-z]+\d{12}"
)
"""Codes of trips, hashes, codes of letters, stored words on the auditor's page, names of logins."""
VISIBLE_TEXT = """() => {
    const said = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const own = document.documentElement.lang.slice(0, 2);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
        const lang = parent.closest("[lang]").lang.slice(0, 2);
        const isOurs = lang === own && parent.checkVisibility() && !parent.closest("script, style, kbd, code, option");
        if (text && isOurs) said.push(text);
    }
    return said;
}"""
REACHES_FURTHER = "label, .wf-chip, .wf-reach, .wf-tight, .pick, .wf-find, .wf-search"
"""What is drawn small and takes the thumb all around it."""
TARGETS = """(reachesFurther) => [
        ...document.querySelectorAll("a.btn, button, select, input:not([type=hidden]), summary, nav a")
    ].filter(target => target.checkVisibility() && !target.closest(reachesFurther))
    .map(target => [target.textContent.trim().slice(0, 30) || target.name, target.getBoundingClientRect()])
    .filter(([words, box]) => box.width && box.height && box.height < 43.5)
    .map(([words, box]) => `${words} (${Math.round(box.width)}x${Math.round(box.height)})`)"""
LAST_PRESSES = """() => [...document.querySelectorAll(
        "body:not(.is-desk) :is(.wf-sheet, .wf-form) .wf-big[type=submit]:not(.wf-line), .wf-actionbar .wf-fill")]
    .filter(button => button.checkVisibility() && !button.disabled && (button.form || button.closest(".wf-actionbar")))
    .filter(button => !document.querySelector("dialog:modal") || button.closest("dialog:modal"))
    .filter(button => button.closest(".wf-actionbar") || button.form.getBoundingClientRect().top < innerHeight - 160)
    .filter(button => {
        const { left, top, right, bottom } = button.getBoundingClientRect();
        const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return bottom > innerHeight + 1 || !above || above.closest("button, a") !== button;
    }).map(button => button.textContent.trim())"""
BREAKS_WORDS = """() => [...document.querySelectorAll(".btn")]
    .filter(button => button.checkVisibility() && getComputedStyle(button).wordBreak !== "keep-all")
    .map(button => button.textContent.trim())"""
THUMB_BAR = """() => {
    const { top, bottom } = document.querySelector(".wf-thumb")?.getBoundingClientRect() || {};
    return bottom <= innerHeight + 1 && top > innerHeight / 2;
}"""
LARGE_TYPE = "document.documentElement.style.fontSize"
ANOTHER_DATE = re.compile(
    r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{4}/\d{1,2}/\d{1,2}\b|\b\d{1,2}/\d{1,2}/\d{4}\b"
    r"|\d 年 ?\d|\d 月 ?\d|\d月 \d|月\d+ 日|年0\d月|\b0\d月|月0\d日|\d+\.\d+\.\d{4}|[上下]午 ?\d"
)
"""3月5日 and 2027年3月5日 are the dates of a Chinese page, 14:30 is its time."""

SERIOUS = """async (options) => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, any, all, none }) =>
            `${id}: ${target.join(" ")}: ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`));
}"""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules of axe that a theme can break; the others see the same page in both."""


def complaints(page: Page, language: str, *, is_phone: bool) -> list[str]:
    return [*too_wide(page), *wrong_language(page, language), *(too_small(page) if is_phone else [])]


def barriers(page: Page, **options) -> list[str]:
    """What axe calls serious or critical for somebody who cannot see well, or has no mouse. `options` are axe's own."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    return page.evaluate(SERIOUS, options)


@cache
def axe() -> str:
    return AXE.read_text()


def too_wide(page: Page) -> list[str]:
    page_width, width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"scrolls sideways: {page_width} px on {width}"] if page_width > width else []


def out_of_sight(page: Page) -> list[str]:
    """The press that ends a form, where the form is longer than the screen, a bar lies over it or the type is large."""
    found = [f"out of sight: {words}" for words in page.evaluate(LAST_PRESSES)]
    page.evaluate(f"{LARGE_TYPE} = '150%'")
    found += [f"in large type {words}" for words in [*too_wide(page), *page.evaluate(LAST_PRESSES)]]
    page.evaluate(f"{LARGE_TYPE} = ''")
    return found


def broken_words(page: Page) -> list[str]:
    return [f"a button may break inside a word: {words}" for words in page.evaluate(BREAKS_WORDS)]


def without_a_menu(page: Page) -> list[str]:
    """A page of the desk on a phone: it fits, and the way to every other page stands below the thumb."""
    return [*too_wide(page), *([] if page.evaluate(THUMB_BAR) else ["no menu below the thumb"])]


def dates_of_another_form(page: Page) -> list[str]:
    return [f"a date of another form: {text[:60]}" for text in page.evaluate(VISIBLE_TEXT) if ANOTHER_DATE.search(text)]


def wrong_language(page: Page, language: str) -> list[str]:
    told = set(page.evaluate(VISIBLE_TEXT))
    wrong = sorted(english_in(told) if language == "zh" else told & ours_in_chinese() - SAID_IN_CHINESE)
    return [f"wrong language: {text[:80]}" for text in wrong]


def english_in(told: set[str]) -> set[str]:
    known = SAID_IN_LATIN | set(ENGLISH_WORD.findall(" ".join(LATIN_NAMES)))
    return {text for text in told if set(ENGLISH_WORD.findall(ITS_OWN_LATIN.sub("", text))) - known}


@cache
def ours_in_chinese() -> set[str]:
    """Sentences of the product itself; names of people and places are Chinese in every language."""
    with CATALOGUE.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {words for said, words in catalogue.items() if said and isinstance(words, str) and len(words) > 1}


def too_small(page: Page) -> list[str]:
    """A thumb needs 44 px."""
    return [f"small for a thumb: {target}" for target in page.evaluate(TARGETS, REACHES_FURTHER)]
