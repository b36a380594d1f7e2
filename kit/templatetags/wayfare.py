"""How things look on a page: icons, badges, dates, bars, form fields. No business in here."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, pgettext

from kit import dates
from kit.pages import row_address

register = template.Library()

SHAPES = {
    "late": "state-late",
    "soon": "state-soon",
    "done": "state-done",
    "info": "state-info",
    "accent": "state-info",
    "wait": "state-wait",
    "refused": "state-refused",
    "none": "state-none",
}

register.filter("day", dates.day)
register.filter("full_day", dates.full_day)
register.filter("day_week", dates.day_week)
register.filter("near_day", dates.near_day)
register.filter("clock", dates.clock)
register.filter("moment", dates.moment)
register.filter("near_clock", dates.near_clock)
register.filter("until", dates.until)


@register.simple_tag
def icon(name: str, size: str = "", label: str = ""):
    """One icon of the sprite. Without a label it is decoration; sizes: s14, s16, s18, s20."""
    return _drawn(name, size, str(label))


@lru_cache(maxsize=1024)  # a list has hundreds of them, and the sprite's address stands for the life of the process
def _drawn(name: str, size: str, label: str):
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    href = f"{static('icons.svg')}#{name}"
    return format_html('<svg class="wf-i {}" {}><use href="{}"/></svg>', size, voice, href)


@register.simple_tag
def sep():
    """The small dot between facts; a typed "·" takes a whole character's width in Chinese fonts."""
    return mark_safe('<i class="wf-sep" aria-hidden="true"></i>')


@register.simple_tag
def colon():
    """Between a name and what is said of it; Chinese has its own, and no space after it."""
    return pgettext("between a name and what is said of it", ": ")


@register.simple_tag
def badge(kind: str, words: str, icon_name: str = ""):
    """A state in word, shape and colour: late, soon, done, info, accent, wait, refused, none, calm."""
    return _badge(kind, str(words), icon_name or SHAPES.get(kind, ""))


@register.simple_tag
def due(value: date | datetime | None, today: date | None = None, again: date | datetime | None = None):
    """The badge of a task's date; nothing at all when there is no deadline."""
    return "" if value is None else due_badge(dates.due(value, today, again))


@register.simple_tag
def due_badge(told: dates.Due):
    """The same where somebody has said already how it reads."""
    return _badge(told.kind, told.words, told.icon)


def _badge(kind: str, words: str, icon_name: str):
    return part("components/badge.html", kind=kind, words=words, icon_name=icon_name)


@register.simple_tag
def part(template_name: str, **values):
    """A small template that a few plain values decide. A list has it on every row, so what was drawn once is kept:
    what tells one person from another does not belong in it."""
    return _drawn_part(template_name, get_language(), tuple(values.items()))


@lru_cache(maxsize=4096)
def _drawn_part(template_name: str, language: str, values: tuple):
    return render_to_string(template_name, dict(values))


@register.simple_tag
def row_url(page: str, pk: int) -> str:
    """The address of the page of a row: `url` looks for each as if it were the first."""
    return row_address(page, pk)


@register.filter
def thousands(value):
    """18,462; words such as "86.4%" pass unchanged."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float | Decimal) else value


@register.simple_tag
def amount(value, unit: str = ""):
    """A figure with its thousands and a small grey unit."""
    return format_html('<span class="wf-num">{}<small>{}</small></span>', thousands(value), unit)


@register.filter
def share(part, whole) -> str:
    """part of whole in percent, one decimal; a dash when there is no whole."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


@register.simple_tag
def bar(value, most, kind: str = "", width: int = 54, height: int = 8):
    """A thin bar for a table row, drawn in SVG so that no inline style is needed."""
    length = round(width * value / most, 1) if most else 0
    return format_html(
        '<svg class="wf-bar {}" width="{}" height="{}" aria-hidden="true"><rect width="{}" height="{}" rx="2"/></svg>',
        kind, width, height, length, height,
    )  # fmt: skip


@register.simple_tag
def funnel_bar(value, most, step: int = 0):
    """One bar of a funnel, so long that its figure fits beside it; deeper steps are darker."""
    width = max(60 * value / most, 0.6 if value else 0) if most else 0
    return format_html(
        '<svg class="is-{}" width="{}%" height="32" aria-hidden="true"><rect width="100%" height="32"/></svg>',
        step, f"{width:.1f}",
    )  # fmt: skip


@register.inclusion_tag("components/track.html")
def track(*parts, total=None, label: str = ""):
    """Segments of one bar. Arguments come in pairs: class ("is-accent"), value. The rest of `total` stays empty."""
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    total = total or sum(value for _, value in pairs) or 1
    segments, start = [], 0
    for kind, value in pairs:
        width = round(100 * value / total, 2)
        segments.append({"kind": kind, "x": start, "width": width})
        start = round(start + width, 2)
    return {"segments": segments, "label": label}


@register.simple_tag(takes_context=True)
def here(context) -> str:
    """Where one stands, for a switch that comes back: after a POST the page it was sent from, or what the view says."""
    request = context["request"]
    if "here_url" in context or request.method != "POST":
        return context.get("here_url") or request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return request.get_full_path()
    return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()


@register.inclusion_tag("components/way_back.html", takes_context=True)
def way_back(context):
    """In the form of a switch: where one stands, and what was posted there when the view says that it may be again."""
    return {"next": here(context), "posted": context.get("here_posted", ())}


@register.simple_tag
def once(value=None):
    """The hidden key that makes a replayed POST harmless."""
    return format_html('<input type="hidden" name="once" value="{}">', value or uuid.uuid4())


@register.inclusion_tag("components/field.html")
def field(bound, hint: str = "", optional: bool = False):
    """A labelled control with its help and its error, tied together for screen readers."""
    hint = hint or bound.help_text
    return {
        "field": bound,
        "control": bound.as_widget(attrs=_control_attrs(bound, hint)),
        "hint": hint,
        "optional": optional,
        "is_check": getattr(bound.field.widget, "input_type", "") == "checkbox",
    }


@register.filter
def marked_fields(form) -> list:
    """The fields that somebody sees and has to put right."""
    return [field for field in form.visible_fields() if field.errors] if form else []


@register.inclusion_tag("components/error_of.html")
def error_of(bound):
    """What is wrong with a field that a template draws by hand: it stands there, and nowhere else on the page."""
    return {"field": bound}


@register.inclusion_tag("components/cell.html")
def cell(bound):
    """A control in a table: its column is its label, its error stands under it."""
    attrs = _control_attrs(bound, "") | {"aria-label": str(bound.label)}
    return {"control": bound.as_widget(attrs=attrs), "field": bound}


def _control_attrs(bound, hint: str) -> dict[str, str]:
    widget = bound.field.widget
    looks = {"checkbox": "form-check-input", "select": "form-select"}
    css = [looks.get(getattr(widget, "input_type", ""), "form-control"), widget.attrs.get("class", "")]
    notes = [f"{bound.auto_id}_hint"] if hint else []
    attrs = {}
    if bound.errors:
        css.append("is-invalid")
        notes.append(f"{bound.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if notes:
        attrs["aria-describedby"] = " ".join(notes)
    return attrs | {"class": " ".join(filter(None, css))}


@register.inclusion_tag("components/choices.html")
def choices(bound, columns: str = "", faces: dict | None = None, number: str = "", note: str = ""):
    """A radio question drawn as large targets.

    columns: "" (two), one, three, four, with "seg" for centred text without icons ("three seg").
    faces: {value: {"icon": ..., "hint": ...}}; taken from `form.faces[field name]` when not given.
    """
    faces = faces or getattr(bound.form, "faces", {}).get(bound.name, {})
    chosen = str(bound.value()) if bound.value() is not None else ""
    options = [
        {"value": value, "label": label, "checked": str(value) == chosen, "face": faces.get(value, {})}
        for value, label in bound.field.choices
        if value not in ("", None)
    ]
    return {
        "field": bound, "options": options, "columns": columns.split(), "segmented": "seg" in columns,
        "answered": bool(chosen), "number": number, "note": note,
    }  # fmt: skip


@register.filter
def initial(name: str) -> str:
    """The family name's first character, for a round badge."""
    return str(name or "").strip()[:1]
