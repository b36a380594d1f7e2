import pytest
from django.test import Client

PART = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\na\r\n--x--\r\n'


@pytest.mark.django_db
@pytest.mark.parametrize(
    "charset, status", [("rot13", 400), ("hex", 400), ("utf-16", 400), ("UTF8", 200), ("nonesuch", 200)]
)
def test_what_is_sent_in_another_writing_is_refused(client, charset, status):
    client.raise_request_exception = False
    kind = f"multipart/form-data; boundary=x; charset={charset}"

    assert client.generic("POST", "/login/", PART, content_type=kind).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded; charset={}", "multipart/form-data; boundary=x; charset={}"]
)
@pytest.mark.parametrize("charset", ["utf-16", "latin1", "rot13"])
def test_the_page_that_refuses_it_looks_for_the_token_and_does_not_break(kind, charset):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies["csrftoken"] = "x" * 32

    assert browser.generic("POST", "/login/", PART, content_type=kind.format(charset)).status_code == 400
