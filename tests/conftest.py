"""Where tests stand: a PostgreSQL database of their own, tables loaded by migrations kept whole, a browser, a system.

`WAYFARE_TEST_DB=name` names the database (test_name), so that several people can test on one server at once.
"""

import gc
import os

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from tests import loaded_tables, template_database, told_once
from tests.browsing import open_browser
from tests.distributed import county, statements
from tests.running_system import RunningSystem


def pytest_addoption(parser):
    parser.addoption("--distributed", action="store_true", help="tables by county, as docs/scale.md says of them")


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    told_once.watch()


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is collected stays until the tests end: to look for garbage in it took a seventh of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """What shares one running system is taken by one test process; most journeys go through weeks or months.

    Before xdist looks which tests belong together. What takes long by itself is begun first and the short ones fill up
    what is left, so that no test process waits at the end for another one's journeys.
    """
    for item in items:
        if config.getoption("--distributed") and item.name in county.BROKEN:
            item.add_marker(pytest.mark.xfail(reason=county.BROKEN[item.name], strict=True))
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        if item.nodeid.startswith("tests/journeys/"):
            item.add_marker(pytest.mark.xdist_group("journeys"))
            if not item.get_closest_marker("any_day"):
                item.add_marker(pytest.mark.clock)
    yield  # pytest-django has an order of its own
    items.sort(key=how_soon)


def pytest_terminal_summary(terminalreporter, config):
    if config.getoption("--distributed"):
        terminalreporter.write_line(statements.HEARD.as_markdown())


def how_soon(item) -> int:
    """The longest test, then those that one process takes together, then all others."""
    marks = ["longest", "xdist_group"]
    return next((place for place, mark in enumerate(marks) if item.get_closest_marker(mark)), len(marks))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_keepdb):
    """A new test database is a copy of the template; one that is kept (--reuse-db) is migrated where it stands.

    Each day of `make test-days` has a database of its own, for two run at once.
    """
    connection.settings_dict["OPTIONS"]["options"] += f" {template_database.QUICK}"
    test = connection.settings_dict["TEST"]
    test["NAME"] += os.environ.get("WAYFARE_TEST_TODAY", "").replace("-", "")
    if not django_db_keepdb:
        test["TEMPLATE"] = template_database.name()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, pytestconfig):
    """After a transactional test put back what the migrations loaded, instead of emptying every table."""
    with django_db_blocker.unblock():
        loaded_tables.remember()
        if pytestconfig.getoption("--distributed"):
            county.declare()
            setattr(connection.features, county.GROUPING, county.is_grouped_by_its_key)
            connection.execute_wrappers.append(statements.HEARD)
    before = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda _: loaded_tables.restore()
    yield
    TransactionTestCase._fixture_teardown = before


@pytest.fixture(autouse=True)
def chinese_first():
    """A test that looked at an English page leaves its language on the thread; the next one starts in the house's."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, driven by Playwright; one for the whole session."""
    with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def running_system(tmp_path_factory):
    """Web server and Celery worker as they run in production, on a fresh database of their own."""
    with RunningSystem(folder=tmp_path_factory.mktemp("system")) as system:
        yield system
