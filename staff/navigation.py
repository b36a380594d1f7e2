"""Where each role starts, and what its menus lead to. Pages of apps that are not installed simply drop out."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

from staff.models import User
from staff.roles import (
    ABOVE_VILLAGE,
    CADRES,
    CASEWORKERS,
    FAIR_READERS,
    GIVES,
    OVERSEERS,
    RECORD_READERS,
    SETTINGS_KEEPERS,
    SETTINGS_READERS,
    TEXT_READERS,
    TRIP_READERS,
    WATCHES_ADMINISTRATORS,
    Role,
)

EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class MenuItem:
    """A page with its word in the menu. `roles` see it; `starts_part` draws a line above it on the desk's rail."""

    url_name: str
    label: object
    icon: str
    roles: frozenset[str] = EVERYBODY
    starts_part: bool = False


TODAY = MenuItem("cases:today", pgettext_lazy("navigation", "Today"), "checklist", CASEWORKERS)
FIND = MenuItem("cases:find", pgettext_lazy("navigation", "Find"), "user-search", RECORD_READERS)
ADD = MenuItem("workers:add", pgettext_lazy("navigation", "Register"), "user-plus", CADRES)
ME = MenuItem("staff:me", pgettext_lazy("navigation", "Me"), "user-circle")
OVERVIEW = MenuItem("insights:funnel", pgettext_lazy("navigation", "Overview"), "layout-dashboard", OVERSEERS)
CASES = MenuItem(
    "cases:list",
    pgettext_lazy("navigation", "Cases"),
    "list-check",
    OVERSEERS | {Role.TOWNSHIP_CADRE, Role.RIGHTS_OFFICER},
)
FAIRS = MenuItem("fairs:list", pgettext_lazy("navigation", "Fairs"), "building-store", FAIR_READERS, starts_part=True)
TRIPS = MenuItem("transport:list", pgettext_lazy("navigation", "Trips"), "bus", TRIP_READERS)
VACANCIES = MenuItem("jobs:vacancies", pgettext_lazy("navigation", "Vacancies"), "briefcase", FAIR_READERS)
EMPLOYERS = MenuItem(
    "jobs:employers", pgettext_lazy("navigation", "Employers"), "building-factory-2", OVERSEERS | {Role.FAIR_ORGANISER}
)
TEXTS = MenuItem("notifications:list", pgettext_lazy("navigation", "Texts"), "message", TEXT_READERS)
IMPORT = MenuItem(
    "workers:import", pgettext_lazy("navigation", "Import"), "file-import", ABOVE_VILLAGE, starts_part=True
)
PEOPLE = MenuItem("staff:people", pgettext_lazy("navigation", "Colleagues"), "users", frozenset(GIVES))
SETTINGS = MenuItem("cases:settings", pgettext_lazy("navigation", "Settings"), "calendar-time", SETTINGS_READERS)

OPERATIONS = MenuItem("operations:overview", pgettext_lazy("navigation", "Operations"), "heartbeat", SETTINGS_KEEPERS)
SIGN_INS = MenuItem("staff:odd_sign_ins", pgettext_lazy("navigation", "Odd sign-ins"), "login", frozenset(GIVES))
DEEDS = MenuItem(
    "staff:deeds", pgettext_lazy("navigation", "Changes of accounts"), "user-check", WATCHES_ADMINISTRATORS
)
SETTINGS_CHANGED = MenuItem(
    "staff:changes_of_settings",
    pgettext_lazy("navigation", "Changes of settings"),
    "clipboard-check",
    WATCHES_ADMINISTRATORS,
)
LOOKED = MenuItem("staff:accesses", pgettext_lazy("navigation", "Who looked"), "eye", OVERSEERS)

RAIL = (
    OVERVIEW,
    TODAY,
    CASES,
    FIND,
    ADD,
    FAIRS,
    TRIPS,
    VACANCIES,
    EMPLOYERS,
    TEXTS,
    IMPORT,
    PEOPLE,
    SIGN_INS,
    LOOKED,
    DEEDS,
    SETTINGS_CHANGED,
    SETTINGS,
    OPERATIONS,
)
THUMB = (
    TODAY,
    OVERVIEW,
    FIND,
    ADD,
    FAIRS,
    TRIPS,
    CASES,
    VACANCIES,
    EMPLOYERS,
    TEXTS,
    IMPORT,
    PEOPLE,
    SIGN_INS,
    LOOKED,
    DEEDS,
    SETTINGS_CHANGED,
    SETTINGS,
    OPERATIONS,
)
THUMB_ROOM = 5

# The first that exists, for the first role a person has.
STARTS = (
    (CADRES, ("cases:today",)),
    (OVERSEERS, ("insights:funnel", "cases:list")),
    (frozenset({Role.FAIR_ORGANISER}), ("fairs:list",)),
    (frozenset({Role.TRANSPORT_ORGANISER}), ("transport:list",)),
    (frozenset({Role.RIGHTS_OFFICER}), ("cases:list",)),
    (frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR}), ("staff:people",)),
    (frozenset({Role.SYSTEM_ADMINISTRATOR}), ("operations:overview", "cases:settings")),
)


def start_url(user: User) -> str:
    """Where this person's day begins; their own page when their role's pages are not installed."""
    names = [name for roles, names in STARTS if user.has_role_anywhere(*roles) for name in names]
    return next((url for url in map(url_of, names) if url), reverse("staff:me"))


def rail(user: User, path: str) -> list[dict]:
    """The desk's menu."""
    return _items(RAIL, user, path)


def thumb_bar(user: User, path: str) -> list[dict]:
    """The phone's menu: as many as a thumb can tell apart, where one starts first and one's own page last.

    That page names all the others too.
    """
    start = start_url(user)
    items = sorted(_items(THUMB, user, path), key=lambda item: item["url"] != start)
    return items[: THUMB_ROOM - 1] + _items((ME,), user, path)


def url_of(name: str) -> str:
    """ "" where the page is not installed."""
    return _found(name, settings.ROOT_URLCONF)


@cache  # every page asks for all of them
def _found(name: str, _of: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _items(items: tuple[MenuItem, ...], user: User, path: str) -> list[dict]:
    allowed = [
        (item, url_of(item.url_name))
        for item in items
        if item.url_name == ME.url_name or user.has_role_anywhere(*item.roles)
    ]
    return [
        {
            "url": url,
            "label": item.label,
            "icon": item.icon,
            "count": None,
            "current": _current(url, path),
            "starts_part": item.starts_part,
        }
        for item, url in allowed
        if url
    ]


def _current(url: str, path: str) -> str:
    """As `aria-current` says it: the page itself, or one that lies below it."""
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""
