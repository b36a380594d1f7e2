"""How the words of a paper are made to fit their cells, and which of their characters it cannot show."""

from collections.abc import Iterable

from django import template

from kit import papers

register = template.Library()

MM_A_POINT = 25.4 / 72
LATIN, SLACK = 0.6, 1.15  # of a Han character; for lines that end early
# Class of manifest.css, points, lines in the height of a row.
SIZES = (("", 8, 1), ("tight", 7.2, 1), ("two", 6, 2), ("three", 4.4, 3))


@register.simple_tag
def fit(text: str, mm: float, beside: float = 0) -> str:
    """The class with which a text fits a cell of a list so wide; `beside` is what else stands in it, in millimetres."""
    wide = sum(1 if ord(letter) > 0x2000 else LATIN for letter in str(text)) * MM_A_POINT
    for name, points, lines in SIZES:
        if wide * points * (SLACK if lines > 1 else 1) + beside <= mm * lines:
            return name
    return SIZES[-1][0]


@register.filter
def unprintable(texts: Iterable[str] | str) -> list[str]:
    """Those that a paper cannot show whole, with the codes of what is missing: a screen may not have it either."""
    texts = [texts] if isinstance(texts, str) else texts
    return [f"{text} ({_codes(missing)})" for text in dict.fromkeys(texts) if (missing := papers.unprintable(text))]


def _codes(characters: str) -> str:
    return ", ".join(f"U+{ord(character):X}" for character in characters)
