import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def language_of_the_house():
    """A page leaves the language of its reader behind in the thread; the next test begins in Chinese."""
    yield
    translation.deactivate()
