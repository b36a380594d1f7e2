import pytest

from tests.staff.factories import DAFANG, HUAQI, UserFactory


@pytest.fixture
def organiser(db):
    """Runs the fairs of Zhijin county."""
    return UserFactory(fair_organiser=True, display_name="罗敏")


@pytest.fixture
def cadre(db):
    """Village cadre of Fengping, where workers of the factories live."""
    return UserFactory(village_cadre=True, display_name="王芳")


@pytest.fixture
def neighbour(db):
    """Township cadre of the township beside."""
    return UserFactory(township_cadre=True, posted=HUAQI)


@pytest.fixture
def stranger(db):
    """Fair organiser of the county next door."""
    return UserFactory(fair_organiser=True, posted=DAFANG)
