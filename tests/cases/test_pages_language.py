"""A Chinese page is Chinese and an English one English, but for names and for what people wrote themselves."""

import re
from datetime import timedelta

import pytest
import time_machine

from cases import panels
from cases.models import WorkItem
from cases.panels import Registry
from tests.cases.factories import NOON, CaseFactory, miss
from tests.cases.pages import signed_in, url_of, words_of
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db

BEFORE = NOON - timedelta(days=9)
TRAITS = ("", "contacted", "referred", "placed", "transported", "settled", "closed")
# the other language by name, a unit everybody writes so, initials to search by, examples of names
LATIN_IN_CHINESE = {"English", "EN", "ID", "SMS", "lgq", "LGQ", "F", "M"}
CHINESE_IN_ENGLISH = ("无此人", "王芳 39", "中文", "中")


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def casework_alone(monkeypatch):
    """Later stages answer for their own words."""
    monkeypatch.setattr(panels, "registry", Registry())


@pytest.fixture
def names(db):
    """Of everybody in these tests, none of whom is a word of the page."""
    return ["李国琴", "王芳", "李萍", "杨昌贵", "陈国强", "赵明"]


@pytest.fixture
def cases(cadre):
    worker = lambda: WorkerFactory(name="李国琴", unemployed=True, tags=["lifted_out"])  # noqa: E731
    cases = {t: CaseFactory(owner=cadre, worker=worker(), at=BEFORE, **({t: True} if t else {})) for t in TRAITS}
    miss(cases[""], at=NOON, by=cadre)
    WorkItem.objects.open().filter(case=cases[""]).update(escalation_level=1, escalated_at=NOON, not_before=None)
    return cases


def addresses(cases) -> list[str]:
    """Every page of casework, each in a state in which it has much to say."""
    flagged, placed = cases[""].pk, cases["placed"].pk
    sheets = ("record_contact", "record_visit", "close", "assign")
    return [
        url_of("today"), url_of("today") + "?whose=everybody", url_of("done"), url_of("find"),
        url_of("find") + "?q=lgq", url_of("find") + "?q=无此人", url_of("find") + "?q=12",
        url_of("list"), url_of("list") + "?state=any&from=2026-02-01&to=2026-03-05&reached=contacted&missed=placed",
        url_of("list") + "?due=late&owner=none&group=key_plus", url_of("list") + "?state=closed",
        *(url_of("case", case.pk) for case in cases.values()),
        *(url_of(name, flagged) for name in sheets),
        url_of("follow_up", cases["transported"].pk), url_of("follow_up", flagged), url_of("travel_alone", placed),
        url_of("reopen", cases["closed"].pk), url_of("close", cases["closed"].pk),
        *(url_of(name, case.pk) for case in cases.values() for name in ("audit", "flow_chart")),
    ]  # fmt: skip


def without(words: str, *parts: str) -> str:
    for part in parts:
        words = words.replace(part, " ")
    return words


def test_no_english_on_a_chinese_page(township, cases, names):
    client = signed_in(township, "zh-hans")

    found = {url: latin_in(words_of(client.get(url)), township.username) for url in addresses(cases)}

    assert {url: words for url, words in found.items() if words} == {}


def latin_in(words: str, username: str) -> list[str]:
    """Words of the Latin alphabet; hashes have a digit among their eight characters, nearly always."""
    words = re.sub(r"\b[0-9a-f]{8}\b", " ", without(words, username))
    return sorted(set(re.findall(r"[A-Za-z]{2,}", words)) - LATIN_IN_CHINESE)


def test_no_chinese_on_an_english_page(township, cases, names):
    client = signed_in(township, "en")

    found = {url: chinese_in(words_of(client.get(url)), names) for url in addresses(cases)}

    assert {url: words for url, words in found.items() if words} == {}


def chinese_in(words: str, names: list[str]) -> list[str]:
    letters = [name[:1] for name in names]  # of the round badge
    rest = without(words, *CHINESE_IN_ENGLISH, *names)
    return sorted(set(re.findall(r"[\u4e00-\u9fff]+", rest)) - set(letters))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_refusals_speak_the_readers_language(cadre, cases, language):
    client = signed_in(cadre, language)
    cases_and_forms = [
        (url_of("close", cases[""].pk), {"reason": "unreachable"}),
        (url_of("record_contact", cases["closed"].pk), {"outcome": "no_answer"}),
        (url_of("record_contact", cases[""].pk), {"outcome": "spoke_to_worker"}),
        (url_of("travel_alone", cases[""].pk), {}),
        (url_of("assign", cases[""].pk), {}),
    ]

    answers = [client.post(url, form) for url, form in cases_and_forms]

    is_foreign = [
        bool(latin_in(words_of(answer), cadre.username) if language == "zh-hans" else chinese_in_refusal(answer))
        for answer in answers
    ]
    assert ([answer.status_code for answer in answers], is_foreign) == ([409, 409, 422, 409, 403], [False] * 5)


def chinese_in_refusal(answer) -> list[str]:
    return chinese_in(words_of(answer), ["李国琴", "王芳", "李萍", "杨昌贵", "陈国强", "赵明"])
