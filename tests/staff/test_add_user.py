"""`manage.py add_user`: how the first people come in."""

import pytest
from django.core.management import CommandError, call_command

from staff.models import Posting, User
from staff.roles import Role
from tests.staff.factories import MAOCHANG

pytestmark = pytest.mark.django_db


def add_user(*words, **options):
    call_command("add_user", *words, **options)


def test_a_new_person_can_sign_in_with_the_password_printed_and_serves_the_area(capsys, client):
    add_user("wang", name="王芳", role="township_cadre", area=MAOCHANG)

    first, second = capsys.readouterr().out.splitlines()
    username, password = first.split()
    client.post("/login/", {"username": username, "password": password})
    assert client.get("/me/").status_code == 200
    assert second == "wang is township_cadre in 猫场镇"
    assert User.objects.get().ranges_as(*Role) == ((MAOCHANG, MAOCHANG + 1000),)


def test_said_again_it_changes_nothing_and_prints_no_password(capsys):
    add_user("wang", name="王芳", role="township_cadre", area=MAOCHANG)
    capsys.readouterr()

    add_user("wang", role="township_cadre", area=MAOCHANG)

    assert capsys.readouterr().out == "wang is township_cadre in 猫场镇\n"
    assert (User.objects.count(), Posting.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "There is no wang yet: say --name."),
        ({"name": "王芳", "role": "auditor"}, "A role needs the --area it is for"),
        ({"name": "王芳", "role": "auditor", "area": 7}, "A role needs the --area it is for"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_added(options, words):
    with pytest.raises(CommandError, match=words):
        add_user("wang", **options)

    assert User.objects.count() == 0
