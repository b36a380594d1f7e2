"""What a person would call broken at a glance: a page that scrolls sideways, the wrong language, a button too small."""

import gettext
import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

from insights.demo.people import LATIN_NAMES
from tests.browsing import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
SAID_IN_LATIN = {
    "Wayfare", "English", "Home", "STOP", "START", "SMS", "PDF", "CSV", "Excel", "WPS", "pdf", "csv", "xlsx",
    "YANG", "lgq", "village", "township", "supervisor",
    "Microsoft", "Google", "Authenticator", "FreeOTP", "Chrome", "Linux", "Android",
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

FILL_IN = """() => {
    const place = document.querySelector("dialog:modal") || document.querySelector("main");
    const isSeen = (field) => (field.closest("label") || field).checkVisibility() && !field.disabled && !field.readOnly;
    const named = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && isSeen(field)
        && !field.matches("button, fieldset, output, [data-wf-secret]"));
    const key = (form) => new URL(form.action, location.href).pathname + form.id;
    const forms = [...document.forms].filter((form) => form.method === "post" && (place.contains(form))
        && !form.matches("[role=search], [data-wf-no-draft]") && !form.querySelector("[type=password], [type=file]")
        && named(form).length && form.checkVisibility());
    const form = forms.find((one) => forms.filter((other) => key(other) === key(one)).length === 1);
    if (!form || form.querySelector("[aria-invalid=true], .wf-error, .wf-refusal")) return null;
    const said = { number: "3", date: "2027-01-24", "datetime-local": "2027-01-24T10:30", tel: "0857" };
    const happens = (field, kind) => field.dispatchEvent(new Event(kind, { bubbles: true }));
    const tell = (field) => ["input", "change"].forEach((kind) => happens(field, kind));
    for (const group of new Set(named(form).filter((field) => field.type === "radio").map((field) => field.name))) {
        const free = named(form).find((field) => field.name === group && !field.checked);
        if (free) { free.checked = true; tell(free); }
    }
    for (const field of named(form)) {
        if (field.type === "radio") continue;
        if (field.type === "checkbox") field.checked = true;
        else if (field.tagName === "SELECT") field.selectedIndex = field.options.length - 1;
        else field.value = said[field.type] || "试一试";
        tell(field);
    }
    form.noValidate = true;
    document.querySelectorAll("[data-under-test]").forEach((other) => other.removeAttribute("data-under-test"));
    form.dataset.underTest = "";
    return true;
}"""
WHAT_STANDS = """() => Object.fromEntries([...document.querySelector("[data-under-test]").elements]
    .filter((field) => field.name && !field.matches("[type=hidden], button, fieldset, output")
        && (!["radio", "checkbox"].includes(field.type) || field.checked))
    .map((field) => [`${field.name} ${field.type === "checkbox" ? field.value : ""}`, field.value]))"""
MARK_AGAIN = """(key) => [...document.forms].find((form) => form.method === "post"
    && new URL(form.action, location.href).pathname + form.id === key).setAttribute("data-under-test", "")"""
KEY = """() => { const form = document.querySelector("[data-under-test]");
    return new URL(form.action, location.href).pathname + form.id; }"""
SEND = """() => { const form = document.querySelector("[data-under-test]");
    const sends = [...form.elements].filter((field) => field.type === "submit" && !field.hasAttribute("formaction"));
    form.requestSubmit(sends.find((button) => button.checkVisibility()) || sends[0]); }"""
TOLD_IN_SIGHT = """() => [...document.querySelectorAll("[data-wf-told]")].some((told) => {
    const { top, bottom, height } = told.getBoundingClientRect();
    return height && top >= 0 && bottom <= innerHeight;
})"""
KEPT_AFTER = 300  # milliseconds: a draft is written a moment after the last key
MOMENT = 200

SERIOUS = """async (options) => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, any, all, none }) =>
            `${id}: ${target.join(" ")}: ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`));
}"""
CUT_OFF = """() => [...document.querySelectorAll(".wf-scroll")]
    .filter((table) => table.checkVisibility() && table.scrollWidth > table.clientWidth + 1)
    .map((table) => `${table.getAttribute("aria-label")}, ${table.scrollWidth} px on ${table.clientWidth}`)"""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules of axe that a theme can break; the others see the same page in both."""


def complaints(page: Page, language: str, *, is_phone: bool) -> list[str]:
    of_its_size = too_small(page) if is_phone else cut_off(page)
    return [*too_wide(page), *wrong_language(page, language), *of_its_size]


def barriers(page: Page, **options) -> list[str]:
    """What axe calls serious or critical for somebody who cannot see well, or has no mouse. `options` are axe's own."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    return page.evaluate(SERIOUS, options)


@cache
def axe() -> str:
    return AXE.read_text()


def cut_off(page: Page) -> list[str]:
    """At a desk a table has room; whoever must push it aside first does not find its last columns."""
    return [f"cut off: {table}" for table in page.evaluate(CUT_OFF)]


def too_wide(page: Page) -> list[str]:
    page_width, width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"scrolls sideways: {page_width} px on {width}"] if page_width > width else []


def out_of_sight(page: Page) -> list[str]:
    """The press that ends a form, where the form is longer than the screen, a bar lies over it or the type is large."""
    found = hidden_presses(page)
    page.evaluate(f"{LARGE_TYPE} = '150%'")
    found += [f"in large type {words}" for words in [*too_wide(page), *page.evaluate(LAST_PRESSES)]]
    page.evaluate(f"{LARGE_TYPE} = ''")
    return found


def hidden_presses(page: Page) -> list[str]:
    return [f"out of sight: {words}" for words in page.evaluate(LAST_PRESSES)]


def broken_words(page: Page) -> list[str]:
    return [f"a button may break inside a word: {words}" for words in page.evaluate(BREAKS_WORDS)]


def without_a_menu(page: Page) -> list[str]:
    """A page of the desk on a phone: it fits, and the way to every other page stands below the thumb."""
    return [*too_wide(page), *([] if page.evaluate(THUMB_BAR) else ["no menu below the thumb"])]


def fill_in(page: Page) -> bool:
    """Whether the page has a form to be filled in; then it is, with the answers that were not chosen."""
    return page.evaluate(FILL_IN) is not None


def without_a_signal(page: Page, again) -> list[str]:
    """The form that was filled in is sent while there is no network; `again` opens the page anew."""
    page.wait_for_timeout(KEPT_AFTER)
    key, filled = page.evaluate(KEY), page.evaluate(WHAT_STANDS)
    page.context.set_offline(True)
    page.evaluate(SEND)
    try:
        page.wait_for_function(TOLD_IN_SIGHT, timeout=PATIENCE)
        found = differences("lost when there was no signal", filled, page.evaluate(WHAT_STANDS))
    except BrowserError as error:
        found = [f"says nothing in sight when there is no signal: {str(error).splitlines()[0]}"]
    page.context.set_offline(False)
    again()
    page.evaluate(MARK_AGAIN, key)
    return found + differences("not there when the page is opened again", filled, what_is_put_back(page, filled))


def what_is_put_back(page: Page, filled: dict[str, str]) -> dict[str, str]:
    """A sheet that has just opened gets its draft a moment later."""
    for _ in range(PATIENCE // MOMENT):
        if (stands := page.evaluate(WHAT_STANDS)) == filled:
            break
        page.wait_for_timeout(MOMENT)
    return stands


def differences(words: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [f"{words}: {name}" for name, value in before.items() if after.get(name) != value]


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
