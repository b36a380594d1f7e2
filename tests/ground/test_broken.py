"""When something of ours is broken, the page that says so is whole by itself."""

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import CommandError
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import path

from config import broken, urls
from config.headers import POLICY
from config.management.commands.serve import check_static_files
from kit.static_files import not_collected
from operations import readiness


def failing(error: Exception):
    def view(request):
        raise error

    return view


handler500 = urls.handler500
urlpatterns = [
    *urls.urlpatterns,
    path("a-bug/", failing(RuntimeError("no"))),
    path("database-away/", failing(OperationalError("gone"))),
    path("connection-cut/", failing(InterfaceError("cut"))),
]


@pytest.fixture
def nothing_collected(settings, tmp_path, monkeypatch):
    """As on a machine where `collectstatic` has not been run."""
    settings.SERVES_SOURCES = False
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.assets.HashedStorage"}}
    monkeypatch.setattr(readiness, "_complete", set())


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_a_page_without_its_stylesheet_says_in_two_languages_that_something_broke(nothing_collected, visitor):
    answer = visitor.get("/login/")
    assert answer.status_code == 500
    assert answer.text == broken.body(500)


def test_serving_is_refused_while_files_are_not_collected(nothing_collected):
    with pytest.raises(CommandError, match=r"and \d+ more not collected. First: python manage.py collectstatic"):
        check_static_files()


def test_readiness_names_files_that_are_not_collected_and_looks_until_they_are(nothing_collected):
    assert readiness.static_files(None).startswith("not collected: ")
    staticfiles_storage.hashed_files = {name: name for name in not_collected()}
    assert readiness.static_files(None) == ""


@pytest.mark.parametrize(("address", "status"), [("a-bug", 500), ("database-away", 503), ("connection-cut", 503)])
def test_a_database_that_is_away_is_no_bug_and_the_page_says_when_to_try_again(settings, visitor, address, status):
    settings.ROOT_URLCONF = __name__
    answer = visitor.get(f"/{address}/")
    assert (answer.status_code, answer.text) == (status, broken.body(status))
    assert answer.headers.get("Retry-After") == ("10" if status == 503 else None)


@pytest.mark.parametrize("status", broken.STATUSES)
def test_a_broken_page_is_whole_by_itself_and_lets_only_its_own_style_through(status):
    directives = broken.page(status).headers["Content-Security-Policy"].split("; ")
    [style] = [directive for directive in directives if directive.startswith("style-src")]
    assert style.startswith("style-src 'sha256-")
    assert [other for other in directives if other != style] == [
        other for other in POLICY.split("; ") if not other.startswith("style-src")
    ]
    assert not re.search("<script|<link|<img|/static/", broken.body(status))


@pytest.mark.parametrize("path", ["/no-such-page/", "/fair-booth/NTk:1xX:d7q3"])
def test_an_unknown_address_is_no_fault_of_ours(visitor, db, path):
    answer = visitor.get(path, follow=True)
    assert answer.status_code == 404
