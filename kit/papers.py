"""HTML to A4 PDF for every paper of the house: letters here, slips at fairs, manifests and tickets for trips.

Measured on one page of Chinese with a QR code: the stock way (full Noto, a new font configuration each time) makes
3 pages a second and grows without end. Three things make it four times as fast: small faces of GB 2312 named first
on `html` with the full face as fallback for rare names, one font configuration for the life of the process, and a
QR code with a fixed mask. `docs/adr/` and `benchmarks/bench_letters.py` hold the figures.

WeasyPrint is loaded by the first paper: it is slow to load, and most processes print none.
"""

import atexit
import logging
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from django.conf import settings

from kit.characters import OF_GBK

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

logger = logging.getLogger(__name__)

FONTS = settings.MEDIA_ROOT.parent / "fonts"
STYLES = settings.BASE_DIR / "static" / "papers"
FACES = (
    ("Wayfare Song", 400, "song-regular.otf"),
    ("Wayfare Song", 700, "song-bold.otf"),
    ("Wayfare Hei", 400, "hei-regular.otf"),
    ("Wayfare Hei", 700, "hei-bold.otf"),
)
SYSTEM_FONTS = Path("/usr/share/fonts")
FONT_FILES = frozenset({".otf", ".ttf", ".ttc"})
QR_MASK = 3  # segno would try all eight: 7-17 ms a code instead of 1.4

_one_at_a_time = threading.Lock()  # Pango's font map is not safe to share between threads


def render_pdf(html: str, *, style: str = "") -> bytes:
    """A4 PDF of one whole HTML document, with `static/papers/papers.css` applied.

    `style` names one more stylesheet, `letter` for letter.css: read once a process, which a <style> in the page is not.
    Nothing is fetched: pictures go in as inline SVG or data: addresses. A page takes about 0.1 s of CPU.
    """
    with _one_at_a_time:
        from weasyprint import HTML

        fonts, *stylesheets = _fonts_and_styles(style)
        document = HTML(string=html.translate(OF_GBK), url_fetcher=_offline())
        return document.write_pdf(font_config=fonts, stylesheets=stylesheets)


def unprintable(text: str) -> str:
    """Its characters that no font here has, each once: a paper would show an empty box. Nothing for most names.

    Characters of private use count among them: what a font draws for one is not what was meant.
    """
    if _is_in_small_faces(text):
        return ""
    rare = dict.fromkeys(character for character in text if not _is_in_small_faces(character))
    return "".join(character for character in rare if not _has_a_font(character))


def _has_a_font(character: str) -> bool:
    """As it is drawn. Pango takes a character from any font."""
    drawn = character.translate(OF_GBK)
    is_private = unicodedata.category(drawn) == "Co"
    return not is_private and any(ord(drawn) in _characters_of(path) for path in _font_files())


def _is_in_small_faces(text: str) -> bool:
    try:
        return bool(text.encode("gb2312"))
    except UnicodeEncodeError:
        return False


@cache
def _font_files() -> tuple[Path, ...]:
    """The largest first: nearly every rare character is in the full faces, and the others are never opened."""
    files = [path for path in (*SYSTEM_FONTS.rglob("*"), *FONTS.glob("*")) if path.suffix.lower() in FONT_FILES]
    return tuple(sorted(files, key=lambda path: (-path.stat().st_size, path)))


@cache
def _characters_of(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, KeyError, OSError):
        return frozenset()  # a bitmap font of the console, or a broken file


def qr_svg(text: str) -> str:
    """Inline SVG without a size of its own, dark on transparent; wide enough quiet zone is left to the page."""
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=QR_MASK)
    return code.svg_inline(border=0, dark="#17211f", omitsize=True, svgclass=None, lineclass=None)


def qr_image(text: str) -> str:
    """The same code as a data: address for <img>: half the time of the SVG, and twice on a page costs once."""
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=QR_MASK)
    return code.png_data_uri(scale=8, border=0, dark="#17211f", light="#fff")


@cache
def _fonts() -> "FontConfiguration":
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(_fonts.cache_clear)  # it removes its folder, for which the interpreter must still be whole
    return FontConfiguration()


@cache
def _faces() -> "CSS":
    return _stylesheet("\n".join(map(_font_face, _small_faces())), "file")


@cache
def _style(name: str) -> "CSS":
    return _stylesheet((STYLES / f"{name}.css").read_text(encoding="utf-8"))


def _fonts_and_styles(style: str) -> tuple:
    return _fonts(), _faces(), _style("papers"), *([_style(style)] if style else [])


def _stylesheet(text: str, *protocols: str) -> "CSS":
    from weasyprint import CSS

    return CSS(string=text, font_config=_fonts(), url_fetcher=_offline(*protocols))


def _small_faces() -> list[tuple[str, int, Path]]:
    """Those built by scripts/build_fonts.py. Without them papers still print, slower, from the full face."""
    faces = [(family, weight, FONTS / name) for family, weight, name in FACES]
    built = [face for face in faces if face[2].exists()]
    if len(built) < len(faces):
        logger.warning("Small paper fonts are missing in %s: run scripts/build_fonts.py", FONTS)
    return built


def _font_face(face: tuple[str, int, Path]) -> str:
    family, weight, path = face
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{path.as_uri()}") }}'


def _offline(*protocols: str) -> "URLFetcher":
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data", *protocols), allow_redirects=False)
