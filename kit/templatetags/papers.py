"""How the words of a paper are made to fit their cells, and which of their characters it cannot show."""

from django import template

from kit.papers import unprintable

register = template.Library()
register.filter(unprintable)

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
