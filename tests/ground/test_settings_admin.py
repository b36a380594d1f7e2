"""What a superuser changes in `/settings-admin/`: settings, and nothing that has pages and a journal of its own."""

import pytest
from django.contrib import admin

from tests.staff.factories import UserFactory

pytestmark = pytest.mark.django_db

SETTINGS = {
    "areas.Holiday": "the State Council says each year which days are free",
    "cases.ClockRule": "how long a step may take is the county's to say",
}


@pytest.fixture
def superuser(client):
    user = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_only_settings_are_registered():
    assert {model._meta.label for model in admin.site._registry} == set(SETTINGS)


def test_the_index_shows_only_settings(superuser):
    shown = superuser.get("/settings-admin/").context["app_list"]

    assert {model["model"]._meta.label for app in shown for model in app["models"]} == set(SETTINGS)


@pytest.mark.parametrize("path", ["viewflow/process/", "viewflow/task/", "viewflow/task/1/change/", "auth/group/"])
def test_the_engine_and_groups_have_no_page(superuser, path):
    assert superuser.get(f"/settings-admin/{path}").status_code == 404
