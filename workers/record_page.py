"""Where a worker's record is shown. A later stage that has a better page for some workers (the case) says so here."""

from collections.abc import Callable

from django.urls import reverse

from workers.models import Worker

Find = Callable[[Worker], str | None]

_finders: list[Find] = []


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
