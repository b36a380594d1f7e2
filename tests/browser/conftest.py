"""A running system of its own, at the factories' noon: one rule a test, over rows laid out for it, pressed by hand."""

import ast

import pytest

from tests.journeys.stage import Stage
from tests.running_system import RunningSystem
from tests.workers.factories import TODAY


@pytest.fixture(scope="session")
def noon(tmp_path_factory, browser):
    with RunningSystem(folder=tmp_path_factory.mktemp("noon")) as system:
        yield Stage(system, browser, first_day=TODAY)


@pytest.fixture
def stage(noon):
    """Noon of the first day; whoever signed in is sent home when the test ends."""
    noon.on_day(0, hour=12)
    yield noon
    noon.send_everybody_home()


@pytest.fixture
def lay_out(stage):
    """`lay_out("trips.leaving")` runs `tests.browser.trips.leaving` inside the system; returns what it returns.

    Each lay-out starts afresh, its factories go on counting where those before it ended.
    """

    def run(function: str):
        module, name = function.split(".")
        printed = stage.system.python(
            "from tests.staff.factories import UserFactory; from tests.workers.factories import WorkerFactory\n"
            "from staff.models import User; from workers.models import Worker\n"
            "UserFactory.reset_sequence(User.objects.count()); WorkerFactory.reset_sequence(Worker.objects.count())\n"
            f"from tests.browser import {module}; print(repr({module}.{name}()))"
        )
        return ast.literal_eval(printed.strip().splitlines()[-1])

    return run
