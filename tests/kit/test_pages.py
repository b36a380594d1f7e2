"""Pages follow one another by keys that come back as they were written, and odd input says nothing."""

import ast
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from cases.models import WorkItem
from jobs.models import Employer
from kit.pages import EPOCH, Keyset, address, carry_out, cut, read_number, sent, status_of, typed
from kit.refusals import Refusal
from tests.cases.factories import CaseFactory
from tests.jobs.factories import EmployerFactory
from tests.kit.sources import lines_with
from tests.source import modules

URGENT_FIRST, NAMES, NEWEST = Keyset("priority", "due_at", "case_id"), Keyset("name", "pk"), Keyset("-pk")
NUMBERS = st.integers(0, 10**18 - 1)
ODD = ["", "x", "²", "-1", " 1", "1.5", "0x1", "1_000", "+1", "٣", "1\n", "\0", "9" * 19, "9" * 5000, None]


@given(NUMBERS)
def test_a_number_comes_back(number):
    assert read_number(str(number)) == number


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_number_says_nothing(odd):
    assert read_number(odd) is None


@given(st.text())
def test_whatever_is_read_as_a_number_is_one(text):
    number = read_number(text)

    assert number is None or (text.lstrip("0") or "0") == str(number)


@pytest.mark.parametrize(("text", "read"), [(" 王芳 ", "王芳"), ("a\0b", "ab"), ("\0", ""), (None, ""), ("", "")])
def test_what_was_typed_is_fit_for_the_database(text, read):
    assert typed(text) == read


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=3))
def test_an_address_reads_back(query):
    path, _, said = address("/people/", query | {"nothing": "", "nobody": None}).partition("?")

    assert (path, QueryDict(said).dict()) == ("/people/", query)


# ---- keys


@given(NUMBERS, st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)), NUMBERS)
def test_a_key_of_numbers_and_a_moment_comes_back(priority, due_at, pk):
    row = WorkItem(priority=priority, due_at=due_at, case_id=pk)

    assert URGENT_FIRST.read(WorkItem, URGENT_FIRST.key_of(row)) == [priority, due_at, pk]


@given(st.text(st.characters(exclude_characters="\0")), NUMBERS)
def test_a_key_with_a_name_comes_back_whatever_the_name(name, pk):
    assert NAMES.read(Employer, NAMES.key_of(Employer(name=name, pk=pk))) == [name, pk]


@given(st.text())
def test_a_key_that_was_tampered_with_is_none_or_another_one(text):
    for keyset, model in ((URGENT_FIRST, WorkItem), (NAMES, Employer), (NEWEST, WorkItem)):
        values = keyset.read(model, text)
        assert values is None or len(values) == len(keyset.order)


@pytest.mark.parametrize("odd", [*ODD, "1.2", "1.2.3.4", "1..3", "a.1.2", "1.999999999999999999.1", "late.1.2.3"])
def test_what_is_no_key_is_the_first_page(odd):
    assert URGENT_FIRST.read(WorkItem, odd) is None


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["0", "9" * 18])
def test_a_key_of_no_row_breaks_nothing(odd):
    EmployerFactory()
    CaseFactory()

    pages = [
        NEWEST.page(WorkItem.objects.all(), odd, 5),
        URGENT_FIRST.page(WorkItem.objects.all(), f"{odd}.{odd[:16]}.{odd}", 5),
        NAMES.page(Employer.objects.all(), f"{odd}.{odd}", 5),
    ]

    assert [more for _rows, more in pages] == [None] * 3


# ---- pages


def pages_of(keyset, rows, size):
    found, after = keyset.page(rows, None, size)
    pages = [[row.pk for row in found]]
    while after:
        found, after = keyset.page(rows, after, size)
        pages.append([row.pk for row in found])
    return pages


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
@pytest.mark.parametrize(
    "order",
    [("priority", "due_at", "pk"), ("-priority", "due_at", "-pk"), ("due_at", "case_id"), ("due_at", "pk"), ("-pk",)],
)
def test_pages_hold_every_row_once_and_in_order(order, size):
    CaseFactory.create_batch(8)
    for number, item in enumerate(WorkItem.objects.order_by("pk")):
        WorkItem.objects.filter(pk=item.pk).update(priority=number % 2, due_at=EPOCH + timedelta(days=number % 3))

    pages = pages_of(Keyset(*order), WorkItem.objects.all(), size)

    assert [pk for page in pages for pk in page] == list(WorkItem.objects.order_by(*order).values_list("pk", flat=True))
    assert {len(page) for page in pages[:-1]} <= {size}


@pytest.mark.django_db
def test_a_page_costs_one_query(django_assert_num_queries):
    CaseFactory.create_batch(2)

    with django_assert_num_queries(1):
        URGENT_FIRST.page(WorkItem.objects.all(), "0.0.0", 1)


@pytest.mark.django_db
def test_a_page_of_urgent_cases_is_compared_column_by_column():
    later = URGENT_FIRST.after(WorkItem.objects.open(), "1.2.3")

    assert ("OR" in later.explain(), ") > (" in str(later.query)) == (True, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "cut_off"), [(1, True), (2, False), (3, False)])
def test_the_first_rows_and_whether_there_are_more(size, cut_off):
    everybody = [CaseFactory().pk for _ in range(2)]

    rows, has_more = cut(WorkItem.objects.order_by("case_id"), size)

    assert ([item.case_id for item in rows], has_more) == (everybody[:size], cut_off)


# ---- the answer to a form


class Sheet(forms.Form):
    name = forms.CharField()


LINES = forms.formset_factory(Sheet, min_num=1)


def test_an_empty_post_is_an_answer_and_a_look_is_none():
    asked = RequestFactory()

    assert (sent(asked.get("/")), sent(asked.post("/"))) == (None, QueryDict())


@pytest.mark.parametrize(
    ("form_s", "refusal", "status"),
    [
        ([Sheet()], None, 200),
        ([Sheet({"name": "a"})], None, 200),
        ([Sheet({})], None, 422),
        ([None], None, 200),
        ([Sheet({"name": "a"}), Sheet({})], None, 422),
        ([LINES()], None, 200),
        ([Sheet({"name": "a"})], Refusal(), 409),
        ([None], Refusal(), 409),
        ([Sheet({})], Refusal(), 409),
    ],
)
def test_the_status_of_an_answer(form_s, refusal, status):
    assert status_of(*form_s, refusal=refusal) == status


# ---- nobody has one of their own


@pytest.mark.parametrize(
    "own", [r"isdigit\(", r"\[: \w+ \+ 1\]", r"urlencode\(\{", r"request\.POST or None", "422 if|409 if"]
)
def test_pages_and_addresses_are_read_and_written_in_one_place(own):
    assert lines_with(own, but=["kit/pages.py"]) == []


class Taken(Refusal):
    message = "Taken."


def test_a_deed_is_done_with_a_valid_answer_and_tells_what_it_made():
    assert carry_out(Sheet({"name": "韦"}), lambda said: said["name"]) == ("韦", None)
    assert carry_out(Sheet({"name": "韦"}), lambda _: None) == (True, None)


def test_a_refusal_is_handed_back():
    def refuse(_):
        raise Taken

    done, refusal = carry_out(Sheet({"name": "韦"}), refuse)
    assert (done, type(refusal)) == (None, Taken)


@pytest.mark.parametrize("sent_data", [None, {}, {"name": ""}])
def test_without_a_valid_answer_nothing_is_done(sent_data):
    done = []
    assert (carry_out(Sheet(sent_data), done.append), done) == ((None, None), [])


def test_no_press_alone_leads_to_a_page_that_only_asks():
    """A reload and a switch of the language find a question again only where it has an address of its own."""
    asks = [
        f"{path}: {view.name}"
        for path, tree in modules().items()
        if "/views" in path
        for view in tree.body
        if isinstance(view, ast.FunctionDef) and takes_only_a_press(view) and any(map(is_whole_page, ast.walk(view)))
    ]

    assert asks == []


def takes_only_a_press(view: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "require_POST" for one in view.decorator_list)


def is_whole_page(node: ast.AST) -> bool:
    """`return render(request, "app/page.html", ...)` of what was no refusal."""
    call = node.value if isinstance(node, ast.Return) else None
    if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "render":
        return False
    template = call.args[1].value if isinstance(call.args[1], ast.Constant) else "_"
    return not template.rpartition("/")[2].startswith("_") and "status" not in {word.arg for word in call.keywords}
