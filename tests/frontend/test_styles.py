"""A class begins in one sheet, every class of the sheets is used, and none is used that no sheet knows."""

import ast
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import tinycss2
from django.conf import settings
from django.contrib.staticfiles import finders

from tests.frontend.test_templates import TEMPLATES, named, on_screen

ROOT = Path(settings.BASE_DIR)
STYLES = ROOT / "static" / "css"
SHEETS = sorted(path.name for path in STYLES.glob("*.css"))
SET_BY_HTMX = {"htmx-request"}
OURS = ("wf-", "tr-")
CLASS_ATTRIBUTE = re.compile(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{]|\{(?![{%]))*)"', re.DOTALL)
BODY_CLASSES = re.compile(r"\{% block body_class %\}(.*?)\{% endblock", re.DOTALL)
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
SPOKEN_TAG = re.compile(r"\{%\s*(?:block)?trans|\{%\s*(?:url|load|extends)\b")
SHEET_LINK = re.compile(r"""css/([\w-]+\.css)""")
KILOBYTES_OF_A_FIRST_LOAD = 150
KILOBYTES_FOR_THE_PAGE_ITSELF = 20
LATER = {"unsent.js"}  # fetched where something that was typed lies unsent, which nobody has on a first load
ON_EVERY_PAGE = ("vendor/tabler/tabler.min.css", "vendor/htmx/htmx.min.js", "icons.svg", "favicon.svg")


def selectors(sheet: str) -> Iterator[list]:
    """The tokens of every selector of the sheet."""
    yield from _selectors(tinycss2.parse_stylesheet((STYLES / sheet).read_text(), skip_comments=True))


def _selectors(rules) -> Iterator[list]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selector = []
            for token in [*rule.prelude, None]:
                if token is None or token == ",":
                    yield selector
                    selector = []
                else:
                    selector.append(token)
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            yield from _selectors(tinycss2.parse_rule_list(rule.content, skip_comments=True))


def classes_at_top(selector: list) -> list[str]:
    """Not those inside `:where()`, `:not()` or `:has()`: they say where or when, not what."""
    return [token.value for dot, token in pairwise(selector) if dot == "." and token.type == "ident"]


def all_classes(tokens: list) -> Iterator[str]:
    yield from classes_at_top(tokens)
    for token in tokens:
        if token.type == "function":
            yield from all_classes(token.arguments)


def homes() -> dict[str, set[str]]:
    """The sheets in which a class begins a selector."""
    found = defaultdict(set)
    for sheet in SHEETS:
        for selector in selectors(sheet):
            for name in classes_at_top(selector)[:1]:
                found[name].add(sheet)
    return found


def styled() -> set[str]:
    return {name for sheet in SHEETS for selector in selectors(sheet) for name in all_classes(selector)}


@cache
def worn() -> set[str]:
    """Whole classes that templates, the scripts and Python write; "is-*" where the rest is put in."""
    return {name for text in markup() for name in worn_in(text)}


def markup() -> Iterator[str]:
    yield from (path.read_text() for path in on_screen())
    yield from (value for value in strings_of_python() if "class=" in value)


def worn_in(text: str) -> Iterator[str]:
    for value in [*CLASS_ATTRIBUTE.findall(text), *BODY_CLASSES.findall(text)]:
        yield from re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}|\{\}", "*", value)).split()
        yield from quoted_in(value)


def quoted_in(text: str) -> Iterator[str]:
    """Words in quotes inside the tags of a template, but for sentences and addresses."""
    for tag in TAG.findall(text):
        if not SPOKEN_TAG.match(tag):
            for words in re.findall(r"\"([^\"]*)\"|'([^']*)'", tag):
                yield from "".join(words).split()


@cache
def handed_over() -> set[str]:
    """Single words that may be a class or end one: arguments of tags, strings of Python and of the scripts."""
    arguments = {word for path in on_screen() for word in quoted_in(path.read_text())}
    scripts = {
        word
        for path in (ROOT / "static" / "js").glob("*.js")
        for words in re.findall(r'"([^"]*)"', path.read_text())
        for word in words.split()
    }
    return arguments | scripts | {value for value in strings_of_python() if re.fullmatch(r"[\w-]+", value)}


@cache
def strings_of_python() -> set[str]:
    apps = ["kit", "config", *settings.JOURNEY]
    trees = (ast.parse(path.read_text()) for app in apps for path in (ROOT / app).rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


def is_used(name: str) -> bool:
    prefix, _, rest = name.partition("-")
    is_composed = f"{prefix}-*" in worn() and (rest in handed_over() or rest.isdigit())
    return name in worn() | handed_over() | SET_BY_HTMX or is_composed


def test_a_class_begins_in_one_sheet():
    assert {name: sorted(sheets) for name, sheets in homes().items() if len(sheets) > 1} == {}


def test_every_class_of_the_sheets_is_used():
    assert sorted(name for name in styled() if not is_used(name)) == []


def test_every_class_of_ours_is_in_a_sheet():
    ours = {name for name in worn() if name.startswith(OURS) and "*" not in name}

    assert sorted(ours - styled()) == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_diffs(sheet):
    lines = enumerate((STYLES / sheet).read_text().splitlines(), start=1)

    assert [number for number, line in lines if len(line) > 120] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_type_follows_the_size_that_the_phone_is_set_to(sheet):
    """Pixels would not. Text drawn into a figure keeps to the figure's own units."""
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", (STYLES / sheet).read_text())
    fixed = [name.strip() for name, body in rules if re.search(r"font(-size)?:[^;]*\d(px|pt)", body)]

    assert [name for name in fixed if "text" not in name and ".label" not in name] == []


def sheets_of(path: Path) -> list[list[str]]:
    """What the page of a template links, frame included; a list for each frame that it may stand in."""
    text = path.read_text()
    own = SHEET_LINK.findall(text)
    frames = re.findall(r"\{% extends (\S+)", text)
    if not frames:
        return [own]
    frames = [frames[0].strip('"')] if frames[0].startswith('"') else ["base_phone.html", "base_desk.html"]
    return [[*above, *own] for frame in frames for above in sheets_of(TEMPLATES / frame)]


def pages() -> list[Path]:
    return [path for path in on_screen() if "{% extends" in path.read_text()]


@pytest.mark.parametrize("path", pages(), ids=named)
def test_a_page_links_a_sheet_once(path):
    for sheets in sheets_of(path):
        assert sheets == list(dict.fromkeys(sheets))
        assert set(sheets) <= set(SHEETS)


@pytest.mark.parametrize("path", pages(), ids=named)
def test_a_title_holds_no_markup(path):
    """A browser shows it as it stands."""
    titles = re.findall(r"{% block title %}(.*?){% endblock %}", path.read_text(), re.DOTALL)
    assert [title for title in titles if "{% sep %}" in title or "<" in title] == []


def test_every_sheet_is_linked():
    assert sorted({sheet for path in on_screen() for sheet in SHEET_LINK.findall(path.read_text())}) == SHEETS


@cache
def kilobytes(asset: str) -> float:
    return len(gzip.compress(Path(finders.find(asset)).read_bytes(), 9)) / 1000


@pytest.mark.parametrize("path", pages(), ids=named)
def test_a_first_load_stays_small(path):
    scripts = [f"js/{script.name}" for script in (ROOT / "static" / "js").glob("*.js") if script.name not in LATER]
    for sheets in sheets_of(path):
        assets = [*ON_EVERY_PAGE, *scripts, *(f"css/{sheet}" for sheet in sheets)]

        assert sum(map(kilobytes, assets)) < KILOBYTES_OF_A_FIRST_LOAD - KILOBYTES_FOR_THE_PAGE_ITSELF
