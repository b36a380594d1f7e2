import pytest

from tests.journeys.stage import Stage


@pytest.fixture(scope="session")
def stage(running_system, browser):
    """The running system with Zhijin's cadres, two employers and the sample roster in it."""
    return Stage.set_up(running_system, browser)


@pytest.fixture
def people(stage):
    """Signs people in and sees them out again."""
    yield stage
    stage.send_everybody_home()
