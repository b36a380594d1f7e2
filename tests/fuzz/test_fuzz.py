"""Absurd forms, addresses, calls of the phone network and files: each is answered, none is a bug's 500.

The short form of `make fuzz N=10000 SEED=1`, which asks so many of each kind. Whatever is found becomes a test of its
own beside the code that was mended.
"""

import logging
import os
import sys
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from kit.apart.copies import CannotBeOpened, harmless_copy
from kit.refusals import Refusal
from tests.fuzz.absurd import KEYS, Absurd, papers, rosters
from tests.notifications.fake_twilio import TOKEN, inbound, signature
from tests.one_of_everything import make_one_of_everything
from tests.staff.factories import ZHIJIN
from tests.test_every_url import all_pages, client_of, in_every_role
from tests.workers.factories import NOON, make_phone
from tests.workers.rosters import check_roster
from workers.imports import reading

pytestmark = pytest.mark.django_db

SEED = int(os.environ.get("SEED", "1"))
N = int(os.environ.get("FUZZ", "0"))
PUBLIC_URL = "https://jobs.example.cn"
BUG = 500
MANY = 100
METHODS = ("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "X")


def times(short: int) -> range:
    return range(N or short)


class Bugs:
    """Hears of every exception that became a 500; `tell` names where each was raised."""

    def __init__(self):
        self.found: Counter = Counter()
        self.last = ""

    def __enter__(self):
        got_request_exception.connect(self.hear)
        return self

    def __exit__(self, *_):
        got_request_exception.disconnect(self.hear)

    def hear(self, sender, request=None, **_):
        error = sys.exception()
        ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
        where = f"{ours[-1].filename.rpartition('/chaos/')[2]}:{ours[-1].lineno}" if ours else ""
        self.last = f"{type(error).__name__}: {str(error)[:100]!r} at {where}"

    def look(self, status: int, what: str) -> None:
        if status == BUG:
            self.found[f"{self.last or 'no exception'} ({what})"] += 1
        self.last = ""


class Controls(HTMLParser):
    """The controls of a page's forms, {address: {name: [values]}}, and the names that its links ask with."""

    def __init__(self, page: str):
        super().__init__()
        self.page, self.forms, self.form, self.select = page, {}, None, ""
        self.owned: dict[str, str] = {}

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form":
            self.form = urlsplit(said.get("action") or self.page).path
            self.forms.setdefault(self.form, {})
            self.owned[said.get("id") or ""] = self.form
        form = self.owned.get(said.get("form") or "", self.form)
        if tag == "option" and self.select:
            self.forms[form][self.select].append(said.get("value") or "")
        if form is None or tag not in ("input", "select", "textarea", "button") or not said.get("name"):
            return
        values = self.forms[form].setdefault(said["name"], [])
        values += [said["value"]] if said.get("value") else []
        self.select = said["name"] if tag == "select" else ""

    def handle_endtag(self, tag):
        self.form = None if tag == "form" else self.form
        self.select = "" if tag == "select" else self.select


@pytest.fixture(autouse=True)
def quiet():
    """Each refusal would be a line, and each bug a traceback: `Bugs` has them."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def everything(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield make_one_of_everything()


@pytest.fixture
def client(everything):
    return client_of(in_every_role(ZHIJIN, everything.sent_by))


def forms_of(client: Client, everything) -> dict[str, dict[str, list[str]]]:
    """Of every page that opens; an address that only takes a press is asked with what its button sends."""
    forms = {}
    for page in all_pages():
        path = page.url(everything.ids)
        answer = client.get(path)
        forms.setdefault(path, {})
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            controls = Controls(path)
            controls.feed(answer.content.decode())
            for action, fields in controls.forms.items():
                for name, values in fields.items():
                    forms.setdefault(action, {}).setdefault(name, []).extend(values[:20])
    return forms


def test_absurd_requests(client, everything, settings):
    """One set-up for all three: to make one of everything and look at its pages takes longer than to ask."""
    forms = forms_of(client, everything)
    with Bugs() as bugs:
        absurd_forms(client, forms, bugs)
        absurd_addresses(client, everything, forms, bugs)
        absurd_calls(settings, bugs)

    assert len(forms) > MANY
    assert bugs.found == {}


def absurd_forms(client: Client, forms: dict, bugs: Bugs) -> None:
    """Of every page, to its own address and to any other; some with no token, which a real browser must have."""
    absurd, addresses = Absurd(SEED), sorted(forms)
    strict = Client(raise_request_exception=False, enforce_csrf_checks=True)
    strict.cookies = client.cookies.copy()
    for number in times(120):
        path = addresses[number % len(addresses)] if number % 3 and N else absurd.chance.choice(addresses)
        likely = forms[path] if absurd.chance.random() < 0.9 else forms[absurd.chance.choice(addresses)]
        body, kind = absurd.body(absurd.form(likely))
        browser = strict if absurd.chance.random() < 0.05 else client
        ask(browser, bugs, "POST", path, absurd.headers(), data=body, content_type=kind)


def absurd_addresses(client: Client, everything, forms: dict, bugs: Bugs) -> None:
    absurd, pages = Absurd(SEED + 1), list(all_pages())
    fields = sorted({name for form in forms.values() for name in form} | {"q", "first", "page", "fair", "next", "sort"})
    for number in times(120):
        page = pages[number % len(pages)] if number % 3 and N else absurd.chance.choice(pages)
        path = absurd.address(odd_url(page, everything, absurd), fields)
        ask(client, bugs, absurd.chance.choice(METHODS), path, absurd.headers())


def odd_url(page, everything, absurd) -> str:
    """With keys that no row can have, in one of three addresses."""
    if absurd.chance.random() > 0.3:
        return page.url(everything.ids)
    ids = {name: absurd.chance.choice(KEYS) if isinstance(key, int) else key for name, key in everything.ids.items()}
    return page.url(ids)


def absurd_calls(settings, bugs: Bugs) -> None:
    """Of the phone network, signed as far as that can be signed."""
    settings.WAYFARE_SMS_GATEWAY, settings.PUBLIC_BASE_URL = "twilio", PUBLIC_URL
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = "AC1", TOKEN, "+15005550006"
    absurd, browser = Absurd(SEED + 2), Client(raise_request_exception=False)
    attempt = "00000000-0000-0000-0000-000000000000"
    paths = [reverse("notifications:twilio_status", args=[attempt]), reverse("notifications:twilio_inbound")]
    fields, _ = inbound("", phone=make_phone(1), body="1")
    likely = {name: [value] for name, value in (fields | {"MessageStatus": "sent", "ErrorCode": "30003"}).items()}
    for _ in times(60):
        path = absurd.chance.choice(paths)
        body, kind = absurd.body(absurd.form(likely))
        signed = signature(PUBLIC_URL + path, QueryDict(body)) if "urlencoded" in kind else "x"
        headers = absurd.headers() | {"X-Twilio-Signature": signed}
        ask(browser, bugs, "POST", path, headers, data=body, content_type=kind)


def ask(client: Client, bugs: Bugs, method: str, path: str, headers: dict, **sent) -> None:
    """Whatever it does is taken back. `path` goes out as it is."""
    where, _, query = path.partition("?")
    client.sends_what_no_page_offers = True
    with transaction.atomic():
        answer = client.generic(method, where, headers=headers, QUERY_STRING=query, **sent)
        if answer.streaming:
            b"".join(answer)
        if not connection.needs_rollback:
            transaction.set_rollback(True)
    bugs.look(answer.status_code, f"{method} {where[:80]}")


def test_absurd_rosters(db):
    """Read apart, judged and compared with the register."""
    absurd, whole = Absurd(SEED + 3), rosters()
    files = [absurd.file(absurd.chance.choice(whole)) for _ in times(8)]
    crashes: Counter = Counter()
    with ThreadPoolExecutor(2) as threads:
        for answer in threads.map(lambda content: opened(reading.read_content, content), files):
            if isinstance(answer, list):
                answer = opened(lambda worksheets: check_roster(worksheets, by=None, at=NOON), answer)
            if isinstance(answer, Exception):
                crashes[f"{type(answer).__name__}: {answer}"] += 1

    assert crashes == {}


def test_absurd_photos_and_pdfs():
    absurd, whole = Absurd(SEED + 4), papers()
    files = [absurd.file(absurd.chance.choice(whole)) for _ in times(8)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda content: opened(harmless_copy, content), files))

    assert [answer for answer in answers if isinstance(answer, Exception)] == []


def opened(read, content):
    """What was read, nothing when it was refused in words, or what broke."""
    try:
        return read(content)
    except (Refusal, CannotBeOpened):
        return None
    except Exception as error:
        return error
