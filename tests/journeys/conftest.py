import pytest

from tests.journeys.stage import Stage


@pytest.fixture(scope="session")
def whole_stage(running_system, browser):
    """The running system with Zhijin's cadres, two employers, a fair and the sample roster in it."""
    return Stage.set_up(running_system, browser)


@pytest.fixture
def stage(whole_stage):
    """For one story; whoever signed in is sent home when it ends."""
    yield whole_stage
    whole_stage.send_everybody_home()
