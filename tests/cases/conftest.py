import pytest
from django.utils import translation

from tests.staff.factories import DAFANG, FENGPING, HUAQI, UserFactory


@pytest.fixture(autouse=True)
def language_of_the_house():
    """A page leaves the language of its reader behind in the thread; the next test begins in Chinese."""
    yield
    translation.deactivate()


@pytest.fixture
def cadre(db):
    """Village cadre of Fengping, where workers of the factories live."""
    return UserFactory(village_cadre=True, display_name="王芳")


@pytest.fixture
def colleague(db):
    """A second cadre of the same village."""
    return UserFactory(village_cadre=True, posted=FENGPING, display_name="杨昌贵")


@pytest.fixture
def township(db):
    return UserFactory(township_cadre=True, display_name="李萍")


@pytest.fixture
def supervisor(db):
    return UserFactory(supervisor=True, display_name="陈国强")


@pytest.fixture
def auditor(db):
    return UserFactory(auditor=True)


@pytest.fixture
def neighbour(db):
    """Township cadre of the township beside."""
    return UserFactory(township_cadre=True, posted=HUAQI)


@pytest.fixture
def stranger(db):
    """Supervisor of the county next door."""
    return UserFactory(supervisor=True, posted=DAFANG)
