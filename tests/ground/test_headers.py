import pytest

PART = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\na\r\n--x--\r\n'


@pytest.mark.django_db
@pytest.mark.parametrize(
    "charset, status", [("rot13", 400), ("hex", 400), ("utf-16", 400), ("UTF8", 200), ("nonesuch", 200)]
)
def test_what_is_sent_in_another_writing_is_refused(client, charset, status):
    client.raise_request_exception = False
    kind = f"multipart/form-data; boundary=x; charset={charset}"

    assert client.generic("POST", "/login/", PART, content_type=kind).status_code == status
