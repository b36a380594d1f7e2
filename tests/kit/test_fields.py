"""What the shared fields take, and that no form has made one of its own."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from kit.fields import CountField, DayField, MomentField, NoteField, OnceField, RowField
from tests.kit.sources import lines_with


class Sheet(forms.Form):
    once = OnceField()
    row = RowField()
    note = NoteField()
    day = DayField(label="Day", required=False)
    moment = MomentField(label="Moment", required=False)


def cleaned(**sent):
    form = Sheet(sent)
    assert form.errors == {}
    return form.cleaned_data


@pytest.mark.parametrize("typed", ["3800", "3,800", "3，800", "3 800", "３８００", " 3800元 "])
def test_a_number_is_taken_as_people_write_it(typed):
    assert CountField().clean(typed) == 3800


@pytest.mark.parametrize("typed", ["3,8", "38,00", "3.8", "四千", "4千8", "1,2,3"])
def test_what_is_no_whole_number_is_told_with_an_example(typed):
    with pytest.raises(forms.ValidationError, match=r"Write a whole number in digits|请填"):
        CountField().clean(typed)


def test_a_number_out_of_range_is_told_the_range_in_plain_words():
    field = CountField(min_value=300, max_value=9000)
    told = []
    for number in ("299", "9001"):
        with pytest.raises(forms.ValidationError) as refused:
            field.clean(number)
        told += refused.value.messages
    assert told in (["At least 300.", "At most 9000."], ["不能少于 300。", "不能多于 9000。"])


def test_every_form_shown_has_a_key_of_its_own():
    first, second = (UUID(str(Sheet()["once"].value())) for _ in range(2))

    assert first != second


@given(st.uuids())
def test_a_key_comes_back_as_it_was_given(key):
    assert cleaned(once=str(key))["once"] == key


@pytest.mark.parametrize("odd", ["", "x", "'; drop table", "9" * 40, "\0", "²"])
def test_a_key_that_cannot_be_read_is_no_key(odd):
    assert cleaned(once=odd)["once"] is None


@pytest.mark.parametrize("odd", ["", "x", "\0"])
def test_where_the_key_names_the_row_it_must_be_one(odd):
    class Named(forms.Form):
        once = OnceField(required=True)

    assert list(Named({"once": odd}).errors) == ["once"]


@pytest.mark.parametrize("odd", ["0", "-1", "x", "²", "9" * 19, "9" * 5000, "\0"])
def test_what_is_the_key_of_no_row_is_a_wrong_answer(odd):
    assert list(Sheet({"row": odd}).errors) == ["row"]


def test_a_row_is_found_by_its_number():
    assert cleaned(row="17")["row"] == 17


@pytest.mark.parametrize(
    ("name", "kind"),
    [("once", "hidden"), ("row", "hidden"), ("day", "date"), ("moment", "datetime-local")],
)
def test_what_a_browser_offers(name, kind):
    assert f'type="{kind}"' in str(Sheet()[name])


def test_a_note_has_two_rows_and_ends_where_its_column_does():
    class Short(forms.Form):
        note = NoteField(max_length=20)

    assert all(words in str(Short()["note"]) for words in ("<textarea", 'rows="2"', 'maxlength="20"'))
    assert list(Short({"note": "x" * 21}).errors) == ["note"]


def test_a_day_and_a_moment_are_read_as_browsers_write_them():
    read = cleaned(day="2026-03-05", moment="2026-03-05T09:30")

    assert (read["day"], read["moment"]) == (date(2026, 3, 5), datetime(2026, 3, 5, 1, 30, tzinfo=UTC))


def test_a_moment_is_shown_by_the_local_clock():
    form = Sheet(initial={"day": date(2026, 3, 5), "moment": datetime(2026, 3, 5, 1, 30, tzinfo=UTC)})

    assert 'value="2026-03-05"' in str(form["day"])
    assert 'value="2026-03-05T09:30"' in str(form["moment"])


@pytest.mark.parametrize("own", ["datetime-local", r'"type": "date"|input_type = "date"', r"forms\.UUIDField"])
def test_no_form_has_a_day_a_moment_or_a_key_of_its_own(own):
    assert lines_with(own, but=["kit/fields.py"]) == []
