"""Find a person: one box, the kind of search is detected and said, and nothing of it stands in an address."""

import re

import pytest
import time_machine
from django.urls import reverse

from tests.cases.factories import NOON, CaseFactory
from tests.cases.pages import HTMX, queries_of, signed_in, source_of, url_of, words_of
from tests.staff.factories import HUAQI_VILLAGE, UserFactory, area_of
from tests.workers.factories import WorkerFactory, make_id_number

pytestmark = pytest.mark.django_db

FIND = url_of("find")
AN_ID = make_id_number()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def li(db):
    return WorkerFactory(name="李国琴", unemployed=True)


@pytest.fixture
def desk(cadre):
    return signed_in(cadre)


def names_of(response) -> list[str]:
    return [person["name"] for person in response.context["found"]]


@pytest.mark.parametrize(
    ("typed", "how"),
    [
        (lambda li: li.name, "by name"),
        (lambda li: "LGQ", "by pinyin"),
        (lambda li: "liguoqin", "by pinyin"),
        (lambda li: li.phone_tail, "by phone tail and ID tail"),
        (lambda li: li.id_tail, "by "),
        (lambda li: li.phone.removeprefix("+86"), "by the whole phone number"),
        (lambda li: li.id_number, "by the whole ID number"),
    ],
)
def test_person_is_found_however_they_are_known(desk, li, typed, how):
    response = desk.post(FIND, {"q": typed(li)})

    assert (names_of(response), how in words_of(response)) == (["李国琴"], True)


def test_search_is_sent_by_post_from_every_box(desk, supervisor):
    """Names and numbers do not belong into addresses, histories and logs."""
    for source in (source_of(desk.get(FIND)), source_of(signed_in(supervisor).get(url_of("list")))):
        assert 'method="post" role="search"' in source or f'method="post" action="{FIND}" role="search"' in source


def test_somebody_with_a_case_is_opened_there_and_others_on_their_record(desk, li):
    before = desk.post(FIND, {"q": "lgq"}).context["found"][0]["url"]
    case = CaseFactory(worker=li)
    after = desk.post(FIND, {"q": "lgq"}).context["found"][0]["url"]

    assert (before, after) == (f"/workers/{li.pk}/?from=find", f"{url_of('case', case.pk)}?from=find")


def test_quick_search_answers_with_the_found_only(desk, li):
    response = desk.post(FIND, {"q": "lgq"}, headers=HTMX)

    assert ("<html" in source_of(response), names_of(response)) == (False, ["李国琴"])


def test_phones_that_end_alike_are_not_one_phone(desk, li):
    other = WorkerFactory(phone=f"13900{li.phone[-6:]}")

    said = words_of(desk.get(FIND, {"q": li.phone_tail}))

    assert other.phone_tail == li.phone_tail
    assert "is shared by" not in said


def test_namesakes_are_told_apart_and_a_shared_phone_is_warned_of(desk, li):
    WorkerFactory(name="李国琴", n=77, phone=li.phone)

    said = words_of(desk.post(FIND, {"q": "李国琴"}))

    assert said.count("ID …") == 2
    assert f"Phone …{li.phone_tail} is shared by 2 people: ask who is speaking." in said


def test_nobody_outside_the_area_is_found(desk, neighbour):
    WorkerFactory(name="李国琴", area=area_of(HUAQI_VILLAGE))

    here, there = (client.post(FIND, {"q": "李国琴"}) for client in (desk, signed_in(neighbour)))

    assert (names_of(here), names_of(there)) == ([], ["李国琴"])
    assert "Nobody in your area for “李国琴”" in words_of(here)


def test_nothing_found_says_how_it_was_searched_and_the_ways_on(desk):
    said = words_of(desk.post(FIND, {"q": "lgq"}))

    assert "Searched everybody on the register of your area by pinyin." in said
    assert "Try the pinyin initials" in said
    assert "Register a new person" in said


@pytest.mark.parametrize(
    ("typed", "field", "carried"),
    [("韦阿妹", "name", "韦阿妹"), ("13985700001", "phone", "13985700001"), (AN_ID, "id_number", AN_ID)],
)
def test_what_was_looked_for_stands_in_the_form_of_a_new_person(desk, typed, field, carried):
    found = desk.post(FIND, {"q": typed})

    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found.content.decode()))
    form = desk.post(reverse("workers:add"), {"chose_township": sent["chose_township"], field: sent[field]})

    assert form.context["form"].initial[field] == carried
    assert f'value="{carried}"' in form.content.decode()
    assert form.context["form"].errors == {}


def test_too_little_to_search_for_is_said(desk, li):
    said = words_of(desk.post(FIND, {"q": "12"}))

    assert "Not enough to search for Type letters, characters or at least four digits." in said


def test_more_than_fit_are_said_to_be_more(desk):
    for _ in range(21):
        WorkerFactory(name="李国琴")

    response = desk.post(FIND, {"q": "lgq"})

    assert (len(names_of(response)), "first 20" in words_of(response)) == (20, True)
    assert "There are more. Type one letter more" in words_of(response)


def test_more_follow_page_by_page_and_nobody_twice(desk):
    """By POST with what was typed; the key in the form says nothing of anybody's name."""
    people = {WorkerFactory(name=name).pk for name in ("李国琴", "刘桂琼", "黎光前") for _ in range(15)}
    found, sent, told = [], {"q": "lgq"}, []

    while sent:
        response = desk.post(FIND, sent)
        found += [person["worker_id"] for person in response.context["found"]]
        told.append(re.search(r"(first \d+|\d+ to \d+) by pinyin", words_of(response))[1])
        hidden = dict(re.findall(r'type="hidden" name="(q|after|seen)" value="([^"]*)"', response.content.decode()))
        sent = hidden if "after" in hidden else {}

    assert (len(found), set(found), told) == (45, people, ["first 20", "21 to 40", "41 to 45"])


@pytest.mark.parametrize("after", ["x", "9.1", "0.x", "0.999999", "1.", "-1.2", "²", "0.0.0"])
def test_an_odd_key_of_a_page_breaks_nothing(desk, li, after):
    assert desk.post(FIND, {"q": "lgq", "after": after, "seen": "x"}).status_code == 200


def test_auditor_finds_but_registers_nobody(auditor, li):
    response = signed_in(auditor).post(FIND, {"q": "nobody"})

    assert (response.status_code, "Register a new person" in words_of(response)) == (200, False)


def test_whoever_looks_after_the_system_finds_nobody(li):
    assert signed_in(UserFactory(administrator=True)).post(FIND, {"q": "lgq"}).status_code == 403


@pytest.mark.parametrize(
    "text", ["\0", "李\0国琴", "%", "_", "\\", "'; --", "x" * 5000, "😀", "²³¹", "<script>alert(1)</script>", "12" * 40]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nonsense_finds_nobody_and_breaks_nothing(desk, li, text, method):
    response = getattr(desk, method)(FIND, {"q": text})

    assert (response.status_code, "<script>alert" in source_of(response)) == (200, False)


@pytest.mark.parametrize("people", [1, 3])
def test_finding_costs_few_queries_however_many(desk, people):
    for _ in range(people):
        CaseFactory(worker=WorkerFactory(name="李国琴", unemployed=True))

    assert queries_of(desk, f"{FIND}?q=lgq") == 8


def back_of(client, url: str) -> str:
    """Where the arrow at the top leads."""
    return re.search(r'<a class="wf-icon" href="([^"]+)"', source_of(client.get(url)).partition("<header>")[2])[1]


def test_from_what_was_found_the_arrow_leads_back_to_find_until_a_list_was_opened(desk, cadre):
    case = CaseFactory(owner=cadre)
    with_none = WorkerFactory()
    pages = [url_of("case", case.pk), reverse("workers:worker", args=[with_none.pk])]
    found = [desk.post(FIND, {"q": worker.name}).context["found"][0]["url"] for worker in (case.worker, with_none)]

    by_find = [(back_of(desk, url), back_of(desk, page)) for url, page in zip(found, pages, strict=True)]
    desk.get(url_of("today"))
    by_today = back_of(desk, pages[0])

    assert (by_find, by_today) == ([(FIND, FIND), (FIND, FIND)], url_of("today"))
