"""A filter of a list: what an address says narrows the list, and what it says wrongly loses nothing."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict

from kit.filters import FilterDayField, FilterForm, NumberField, SearchField, SearchForm
from tests.kit.sources import lines_with


class Filter(FilterForm):
    names = {"since": "from"}

    state = forms.ChoiceField(required=False, choices=[("", "All"), ("late", "Late")])
    area = NumberField()
    since = FilterDayField()
    q = SearchField(longest=5)
    is_own = forms.BooleanField(required=False)


def sent(query, path="/list/"):
    return Filter(QueryDict(query), path)


def test_an_address_that_says_nothing_narrows_nothing():
    assert [sent(query).chosen for query in ("", "state=&area=&from=&q=+&after=5", "colour=red")] == [{}, {}, {}]


def test_what_is_understood_narrows_the_list():
    form = sent("state=late&area=520524000000&from=2026-03-05&q=+li+&is_own=1")

    assert form.chosen == {
        "state": "late", "area": 520524000000, "since": date(2026, 3, 5), "q": "li", "is_own": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        "state=nonsense", "area=x", "area=²", "area=٣", "area=-1", "area=" + "9" * 40,
        "from=yesterday", "from=2026-02-30", "from=0206-03-05", "from=%00",
    ],
)  # fmt: skip
def test_a_wrong_answer_is_ignored_and_the_right_ones_hold(wrong):
    form = sent(f"{wrong}&q=li&is_own=1")

    assert (form.chosen, form.url()) == ({"q": "li", "is_own": True}, "/list/?q=li&is_own=1")


def test_nought_is_an_answer_and_no_row():
    assert sent("area=0").chosen == {"area": 0}


def test_words_are_cut_and_have_no_nul():
    assert [sent(query).chosen for query in ("q=%00%00", "q=a%00b", "q=abcdefgh")] == [{}, {"q": "ab"}, {"q": "abcde"}]


def test_a_link_keeps_the_other_filters():
    form = sent("state=late&from=2026-03-05&area=7")

    assert form.url(area=8) == "/list/?state=late&area=8&from=2026-03-05"
    assert form.url(state="") == "/list/?area=7&from=2026-03-05"
    assert form.url(state="", area=None, **{"from": ""}) == "/list/"


def test_an_address_reads_back():
    form = sent("state=late&area=7&from=2026-03-05&q=li&is_own=1")

    assert sent(form.url().split("?")[1]).chosen == form.chosen


def test_a_changed_filter_begins_at_the_first_page():
    form = sent("state=late&after=50&seen=50")

    assert (form.after, form.url(area=7)) == ("50", "/list/?state=late&area=7")


def test_pages_go_on_and_to_the_start_with_the_same_filters():
    first, middle, last = sent("state=late"), sent("state=late&after=50"), sent("state=late&after=100")

    assert first.pages("50") == {"next_url": "/list/?state=late&after=50", "first_url": ""}
    assert middle.pages("100", seen="9") == {
        "next_url": "/list/?state=late&after=100&seen=9", "first_url": "/list/?state=late",
    }  # fmt: skip
    assert last.pages(None) == {"next_url": "", "first_url": "/list/?state=late"}


def test_a_list_that_is_only_searched():
    assert [SearchForm(QueryDict(query)).text for query in ("", "q=+li+", "q=%00", "q=" + "x" * 99)] == [
        "", "li", "", "x" * 60,
    ]  # fmt: skip


def test_nobody_reads_a_filter_by_hand():
    """What these read is no filter: where a sheet was opened from, which paper, what to fill in or to unfold."""
    lines = lines_with(r"request\.GET\.(get|items|dict)|\.GET\[")

    assert sorted({line.split(":")[0] for line in lines}) == [
        "areas/views.py",
        "cases/views/ending.py",
        "cases/views/sheets.py",
        "jobs/views/keeping.py",
        "jobs/views/verify.py",
        "staff/way_back.py",
        "transport/views/boarding.py",
        "transport/views/papers.py",
        "transport/views/seats.py",
        "workers/views/adding.py",
        "workers/views/record.py",
        "workers/views/revealing.py",
    ]
