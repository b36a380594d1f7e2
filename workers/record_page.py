"""Where a worker's record is shown. A later stage that has a better page for some workers (the case) says so here, and
one that has a folded part for every record (the texts)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from workers.models import Worker

Find = Callable[[Worker], str | None]

_finders: list[Find] = []
_panels: dict[str, "RecordPanel"] = {}


@dataclass(frozen=True)
class RecordPanel:
    """A folded part of the record, fetched from `url_name` with the worker's key."""

    url_name: str
    title: str | Promise
    icon: str


def register_panel(url_name: str, title: str | Promise, icon: str) -> None:
    _panels[url_name] = RecordPanel(url_name, title, icon)


def panels_of(worker: Worker) -> list[dict]:
    """As the page shows them, in the order of registering."""
    return [
        {"url": reverse(panel.url_name, args=[worker.pk]), "title": panel.title, "icon": panel.icon}
        for panel in _panels.values()
    ]


def register(find: Find) -> Find:
    """`find(worker)` returns a URL, or None when it has no page for this one. Usable as a decorator."""
    _finders.append(find)
    return find


def better_url(worker: Worker) -> str:
    """The later stage's page, or ""."""
    return next((url for find in _finders if (url := find(worker))), "")


def plain_url(worker: Worker) -> str:
    """This app's own page, without asking anybody."""
    return reverse("workers:worker", args=[worker.pk])


def url_of(worker: Worker) -> str:
    return better_url(worker) or plain_url(worker)
