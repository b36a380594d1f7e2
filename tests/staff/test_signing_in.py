"""The front door: signing in and out, the lock after too many tries, changing the password."""

import pytest
from django.urls import reverse

from staff import services
from tests.staff.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.clock, pytest.mark.django_db]

LOGIN = "/login/"


@pytest.fixture
def wang():
    return UserFactory(username="wang", village_cadre=True)


def sign_in(client, password=PASSWORD, username="wang", **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def names_of(response) -> list[str]:
    return [template.name for template in response.templates]


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_signing_in_leads_to_the_start(client, wang):
    response = sign_in(client)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_signing_in_writes_no_line_into_the_log(client, wang, caplog):
    sign_in(client)

    assert (is_signed_in(client), [record.getMessage() for record in caplog.records]) == (True, [])


def test_signing_in_leads_back_to_the_page_asked_for(client, wang):
    asked = client.get("/me/")
    assert asked["Location"] == "/login/?next=/me/"

    response = sign_in(client, next="/me/")

    assert response["Location"] == "/me/"


def test_who_was_signed_out_meanwhile_is_told_that_the_press_did_nothing_before_and_after_signing_in(client, wang):
    lost = client.post("/me/password/", headers={"Referer": "http://testserver/me/"})
    page = client.get(lost["Location"])

    back = client.post(LOGIN, {"username": "wang", "password": PASSWORD, "next": page.context["next"]}, follow=True)
    reloaded = client.get(back.redirect_chain[-1][0])

    assert ("刚才那一下没有生效" in page.content.decode(), "没有生效" in client.get(LOGIN).content.decode()) == (
        True,
        False,
    )
    assert back.redirect_chain[-1][0] == "/me/password/"
    assert ["没有生效" in answer.content.decode() for answer in (back, reloaded)] == [True, False]


def test_signing_in_never_leads_to_another_site(client, wang):
    response = sign_in(client, next="https://evil.example/")

    assert response["Location"] == "/"


def test_a_wrong_password_says_no_more_than_an_unknown_name(client, wang):
    wrong = sign_in(client, password="wrong-password-1")
    unknown = sign_in(client, username="nobody")

    errors = [list(response.context["form"].non_field_errors()) for response in (wrong, unknown)]
    assert len(errors[0]) == 1
    assert errors[0] == errors[1]
    assert not is_signed_in(client)


def test_five_wrong_passwords_pause_the_name_at_this_address(client, wang):
    for _ in range(5):
        response = sign_in(client, password="wrong-password-1")

    assert response.status_code == 429
    assert [name for name in names_of(response) if name.startswith("staff/")][-1] == "staff/locked_out.html"
    assert sign_in(client).status_code == 429
    assert not is_signed_in(client)


def test_who_has_a_network_of_ipv6_has_five_tries_and_not_five_for_each_of_its_addresses(client, wang):
    for n in range(5):
        client.defaults["REMOTE_ADDR"] = f"2001:db8:1:2::{n + 1:x}"
        response = sign_in(client, password="wrong-password-1")

    assert response.status_code == 429


def test_the_pause_is_for_one_name_only(client, wang):
    UserFactory(username="li")
    for _ in range(5):
        sign_in(client, password="wrong-password-1")

    assert sign_in(client, username="li").status_code == 302


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "暂停登录"), ("en", "Sign-in is paused")])
def test_the_pause_is_explained_in_the_language_of_the_reader(client, wang, language, heading):
    client.cookies["django_language"] = language

    for _ in range(5):
        response = sign_in(client, password="wrong-password-1")

    assert heading in response.content.decode()


def test_someone_deactivated_cannot_sign_in(client, wang):
    services.deactivate_user(user=wang)

    sign_in(client)

    assert not is_signed_in(client)


def test_someone_deactivated_is_out_at_once(client, wang):
    client.force_login(wang)
    assert client.get("/me/").status_code == 200

    services.deactivate_user(user=wang)

    assert client.get("/me/").status_code == 302


def test_signing_out_takes_a_post(client, wang):
    client.force_login(wang)

    assert client.get("/logout/")["Location"] == "/"
    assert client.post("/logout/")["Location"] == LOGIN
    assert not is_signed_in(client)


def change_password(client, new, again=None, old=PASSWORD):
    typed = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(reverse("staff:password"), typed)


def test_changing_the_password_keeps_this_device_signed_in(client, wang):
    client.force_login(wang)

    response = change_password(client, "quiet-valley-morning")

    assert response["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    wang.refresh_from_db()
    assert wang.check_password("quiet-valley-morning")


def test_who_found_a_session_open_guesses_the_password_no_faster_than_at_the_door(client, wang):
    client.force_login(wang)
    for _ in range(5):
        change_password(client, "quiet-valley-morning", old="not-the-old-one")

    with_the_right_one = change_password(client, "quiet-valley-morning")

    wang.refresh_from_db()
    assert (with_the_right_one.status_code, wang.check_password(PASSWORD)) == (429, True)


def test_changing_the_password_signs_other_devices_out(client, wang):
    other = type(client)()
    other.force_login(wang)
    client.force_login(wang)

    change_password(client, "quiet-valley-morning")

    assert other.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"new": "short1"}, "new_password1"),
        ({"new": "12345678901"}, "new_password1"),
        ({"new": "quiet-valley-morning", "again": "quiet-valley-evening"}, "new_password2"),
        ({"new": "quiet-valley-morning", "old": "not-the-old-one"}, "old_password"),
    ],
    ids=["short", "only digits", "typed differently", "old one wrong"],
)
def test_a_password_that_will_not_do_is_refused_beside_its_field(client, wang, typed, field):
    client.force_login(wang)

    response = change_password(client, **typed)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)
