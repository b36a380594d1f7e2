import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.segments import count_segments


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 0),
        ("织" * 70, 1),
        ("织" * 71, 2),
        ("织" * 134, 2),
        ("织" * 135, 3),
        ("a" * 71, 2),
        ("𠮷" * 35, 1),
        ("𠮷" * 36, 2),
        ("𠮷" * 66, 2),  # 33 a segment: the 67th unit stays empty
        ("𠮷" * 67, 3),
    ],
)
def test_a_domestic_gateway_counts_every_character(body, segments):
    assert count_segments(body, knows_gsm7=False) == segments


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("a" * 69 + "织", 1),
        ("a" * 70 + "织", 2),
        ("’" * 71, 2),
    ],
)
def test_twilio_packs_latin_text_and_nothing_else(body, segments):
    assert count_segments(body, knows_gsm7=True) == segments


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_gsm7_never_costs_more_than_counting_every_character(body):
    assert count_segments(body, knows_gsm7=True) <= count_segments(body, knows_gsm7=False)
