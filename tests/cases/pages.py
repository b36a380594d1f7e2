"""How the tests of pages ask for them and read what comes back."""

import re
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

HTMX = {"HX-Request": "true"}
UNSEEN = re.compile(r"<(script|style|noscript|title)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SPOKEN = re.compile(r'(?:aria-label|placeholder|alt|title)="([^"]*)"')


def url_of(name: str, *args) -> str:
    return reverse(f"cases:{name}", args=args)


def signed_in(user, language: str = "en") -> Client:
    """A browser of their own, in that language."""
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def source_of(response) -> str:
    """On one line, so that a test does not lean on where a template breaks its lines."""
    return re.sub(r"[ \n]+", " ", response.content.decode()).strip()


def words_of(response) -> str:
    """What is read or read aloud, on one line."""
    source = UNSEEN.sub(" ", source_of(response))
    spoken = " ".join(SPOKEN.findall(source))
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", source) + " " + spoken)).strip()


def messages_of(client, url: str) -> list[str]:
    """What the next page says in passing."""
    return [str(message) for message in client.get(url).context["messages"]]


def hidden(response, name: str) -> str:
    """The value that the form carries unseen."""
    return re.search(rf'name="{name}" value="([^"]*)"', source_of(response)).group(1)


def queries_of(client, url: str) -> int:
    """Of the second look: the first one fills the caches of the process."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def switch_of(response) -> dict[str, list[str]]:
    """What the language switch of the page carries unseen; a test client sends no token."""
    form = source_of(response).partition('action="/preferences/"')[2].partition("</form>")[0]
    carried = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        carried.setdefault(name, []).append(unescape(value))
    return carried
