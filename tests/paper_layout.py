"""How WeasyPrint sets a paper: what stands where, to see that nothing is cut off or lies over something else."""

from weasyprint import HTML
from weasyprint.formatting_structure.boxes import TextBox

from kit import papers
from kit.characters import OF_GBK

MM = 96 / 25.4


def set_pages(html: str, style: str = "") -> list[list]:
    """The boxes of each page."""
    fonts, *styles = papers._fonts_and_styles(style)
    pages = HTML(string=html.translate(OF_GBK)).render(font_config=fonts, stylesheets=styles).pages
    return [list(page._page_box.descendants(placeholders=True)) for page in pages]


def words_in(boxes) -> list[TextBox]:
    return [box for box in boxes if isinstance(box, TextBox) and box.text.strip()]


def within(boxes, css_class: str) -> list:
    """What lies in elements of that class."""
    outer = [box for box in boxes if box.element is not None and css_class in (box.element.get("class") or "").split()]
    return [inner for box in outer if hasattr(box, "descendants") for inner in box.descendants(placeholders=True)]


def bottom_of(boxes) -> float:
    return max(box.position_y + box.height for box in words_in(boxes)) / MM


def right_of(boxes) -> float:
    return max(box.position_x + box.width for box in words_in(boxes)) / MM


def top_of(boxes) -> float:
    return min(box.position_y for box in words_in(boxes)) / MM
