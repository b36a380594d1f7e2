"""The parts of a page: what they say to the eye and to a screen reader."""

import re
from datetime import date

import pytest
from django import forms
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils.translation import override

from kit import dates


def rendered(source: str, **context) -> str:
    return re.sub(r"[ \n]+", " ", Template("{% load wayfare %}" + source).render(Context(context)))


class CallForm(forms.Form):
    outcome = forms.ChoiceField(label="How was it?", choices=[("met", "Spoke"), ("none", "No answer")])
    note = forms.CharField(label="Note", help_text="One line")

    faces = {"outcome": {"none": {"icon": "phone-pause", "hint": "The clock goes on"}}}


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in rendered("{% icon 'phone' %}")
    assert 'role="img" aria-label="Call"' in rendered("{% icon 'phone' label='Call' %}")


def test_a_badge_escapes_its_words():
    assert "&lt;b&gt;" in rendered("{% badge 'late' words %}", words="<b>")


def test_a_badge_speaks_the_language_of_its_page():
    sources = ["{% badge 'late' words %}", "{% due yesterday today %}", "{% due_badge told %}"]
    today, yesterday = date(2026, 3, 5), date(2026, 3, 4)
    for language, words in (("zh-hans", "逾期 1 天"), ("en", "1 day late"), ("zh-hans", "逾期 1 天")):
        with override(language):
            told = dates.due(yesterday, today)
            shown = [rendered(one, words=told.words, told=told, today=today, yesterday=yesterday) for one in sources]

        assert [words in badge for badge in shown] == [True] * 3


@pytest.mark.parametrize("meals", [True, False])
def test_a_part_that_was_drawn_once_is_what_the_template_says_in_each_language(meals):
    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            drawn = rendered('{% part "jobs/_perks.html" board=meals lodging=True %}', meals=meals)

            assert drawn == rendered('{% include "jobs/_perks.html" with board=meals lodging=True %}', meals=meals)


def test_the_address_of_a_row_is_the_one_that_url_writes():
    for pk in (0, 7, 10**17):
        assert rendered("{% row_url 'cases:case' pk %}", pk=pk) == rendered("{% url 'cases:case' pk %}", pk=pk)


def test_no_deadline_leaves_no_badge():
    assert rendered("{% due nothing %}", nothing=None).strip() == ""


def test_a_question_offers_each_choice_as_a_radio_and_marks_the_chosen_one():
    page = rendered("{% choices form.outcome %}", form=CallForm({"outcome": "none", "note": "x"}))

    assert page.count('type="radio"') == 2
    assert 'value="none" checked required' in page
    assert "The clock goes on" in page


def test_a_refused_field_is_tied_to_its_error_and_its_help():
    form = CallForm({"outcome": "met", "note": ""})
    form.is_valid()

    page = rendered("{% field form.note %}", form=form)

    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_note_hint id_note_error"' in page
    assert 'id="id_note_error"' in page


def test_a_track_lays_its_segments_end_to_end():
    page = rendered("{% track 'is-accent' 3 'is-late' 1 %}")

    assert 'class="is-accent" x="0.00" width="75.00"' in page
    assert 'class="is-late" x="75.00" width="25.00"' in page


def test_a_bar_of_nothing_divides_by_nothing():
    assert 'rect width="0"' in rendered("{% bar 0 0 %}")
    assert rendered("{{ 1|share:0 }}") == "—"
    assert rendered("{{ 1|share:8 }}") == "12.5%"


@pytest.mark.parametrize(("value", "shown"), [(18462, "18,462"), (0, "0"), (None, ""), ("86.4%", "86.4%")])
def test_a_figure_gets_its_thousands(value, shown):
    assert rendered("{{ value|thousands }}", value=value) == shown


def test_every_page_gets_another_once_key():
    assert rendered("{% once %}") != rendered("{% once %}")
    assert 'value="kept"' in rendered("{% once 'kept' %}")


def test_what_happened_is_told_once_when_the_press_was_repeated_without_a_signal():
    one, other = (Message(SUCCESS, "The receipt is recorded.", tags) for tags in ("/letters/1/undo/", ""))

    page = rendered("{% include 'components/messages.html' %}", messages=[one, one, other])

    assert page.count("The receipt is recorded.") == 2
