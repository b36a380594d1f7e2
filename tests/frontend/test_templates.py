"""Rules every template keeps: known icons, and nothing a strict content security policy would refuse."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
PAPERS = ("papers",)  # printed by WeasyPrint, never sent to a browser
LONGEST_LINE = 300  # characters. The formatter aims at 120 and can't break a tag of Django, nor words without a space


def on_screen() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*.html") if not set(PAPERS) & set(path.parts))


def named(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", on_screen(), ids=named)
def test_a_template_compiles(path):
    get_template(named(path))


def test_no_line_of_a_template_is_too_long_to_be_reviewed():
    lengths = {
        (named(path), number): len(line)
        for path in sorted(TEMPLATES.rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    }

    assert {line: length for line, length in lengths.items() if length > LONGEST_LINE} == {}


def test_every_icon_named_in_a_template_is_in_the_sprite():
    shapes = re.findall(r'id="([\w-]+)"', (ROOT / "scripts" / "shapes.svg").read_text(encoding="utf-8"))
    known = set((ROOT / "scripts" / "icons.txt").read_text(encoding="utf-8").split()) | set(shapes)
    used = {
        (named(path), name)
        for path in on_screen()
        for name in re.findall(r"""\{% icon ["']([\w-]+)["']""", path.read_text(encoding="utf-8"))
    }

    assert sorted((path, name) for path, name in used if name not in known) == []


def test_every_icon_of_the_sprite_is_drawn_somewhere():
    """The sprite is part of the first page that a phone loads."""
    places = [ROOT / place for place in ("templates", "static", *settings.LOCAL_APPS, "kit", "config")]
    files = [path for place in places for path in place.rglob("*") if path.suffix in (".html", ".py", ".css", ".js")]
    said = {name for path in files for name in re.findall(r"""["'#]([a-z][\w-]*)["' )]""", path.read_text("utf-8"))}

    assert set((ROOT / "scripts" / "icons.txt").read_text("utf-8").split()) - said == set()


@pytest.mark.parametrize("path", on_screen(), ids=named)
def test_a_template_has_no_inline_style_script_or_handler(path):
    text = path.read_text(encoding="utf-8")
    if path.name == "bare.html":  # needs no stylesheet, and names its one style to the browser by its hash
        text = re.sub("<style>.*?</style>", "", text, count=1, flags=re.DOTALL)

    assert re.findall(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:|hx-on", text) == []


def test_no_script_sets_a_style_that_the_policy_of_content_refuses():
    """htmx would copy `style` from what it takes off the page to what it puts there."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "static" / "js").glob("*.js")}
    config = (TEMPLATES / "base.html").read_text(encoding="utf-8").partition("htmx-config")[2]
    copied = json.loads(re.search(r"content='(.*?)'", config, re.DOTALL)[1])["attributesToSettle"]

    assert [name for name, text in scripts.items() if re.search(r"\.style\b|cssText", text)] == []
    assert (copied, len(scripts) > 1) == (["class", "width", "height"], True)


def test_no_panel_hands_its_target_down_to_what_is_loaded_into_it():
    """A row in it would put its sheet elsewhere, or in the place of the page's own."""
    panels = [
        (named(path), tag)
        for path in on_screen()
        for tag in re.findall(r"<details[^>]*>", path.read_text(encoding="utf-8"))
        if "hx-target" in tag
    ]

    assert [name for name, tag in panels if 'hx-disinherit="*"' not in tag] == []
    assert panels
