import re

import pytest
from django.urls import reverse

from tests.staff.factories import MAOCHANG, UserFactory

pytestmark = pytest.mark.django_db


def options(response) -> list[str]:
    return re.findall(r'<option value="(\d*)"', response.content.decode())


def chosen(response) -> list[str]:
    return re.findall(r'<option value="\d*" selected>\s*(.*?)\s*</option>', response.content.decode())


def test_the_villages_of_a_township_are_offered(client):
    client.force_login(UserFactory(village_cadre=True), backend="django.contrib.auth.backends.ModelBackend")

    response = client.get(reverse("areas:children", args=[MAOCHANG]), {"chosen": "520524103200"})

    assert options(response)[:2] == ["", "520524103001"]
    assert len(options(response)) == 29
    assert chosen(response) == ["凤坪村"]


def test_nobody_signed_in_is_sent_to_sign_in(client):
    address = reverse("areas:children", args=[MAOCHANG])

    response = client.get(address)

    assert response.status_code == 302
    assert response.url == f"{reverse('staff:login')}?next={address}"


def test_an_area_that_does_not_exist_is_not_found(client):
    client.force_login(UserFactory(village_cadre=True), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("areas:children", args=[1])).status_code == 404


def test_asking_costs_the_same_for_a_small_and_a_large_area(client, django_assert_max_num_queries):
    client.force_login(UserFactory(village_cadre=True), backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("areas:children", args=[MAOCHANG]))

    for code in (520524103200, MAOCHANG, 520000000000):
        with django_assert_max_num_queries(5):
            client.get(reverse("areas:children", args=[code]))
