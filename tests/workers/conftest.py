import pytest

from tests.staff.factories import UserFactory


@pytest.fixture
def cadre(db):
    """王芳 serves the township of 猫场镇."""
    return UserFactory(township_cadre=True, display_name="王芳")


@pytest.fixture
def signed_in(client, cadre):
    client.force_login(cadre)
    return client
