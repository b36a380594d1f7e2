from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.capitals import date_in_capitals, date_in_words, number_in_capitals, number_in_words

UNITS = {"拾": 10, "佰": 100, "仟": 1000, "十": 10, "百": 100, "千": 1000}
DIGITS = {word: value for words in ("零壹贰叁肆伍陆柒捌玖", "零一二三四五六七八九") for value, word in enumerate(words)}


def read(text: str) -> int:
    """The number a person reads, by a way of its own: a figure times its unit, a bare unit is one of it."""
    if "万" in text:
        high, low = text.split("万")
        return read(high) * 10_000 + (read(low) if low else 0)
    total, figure = 0, None
    for word in text:
        if word in UNITS:
            total, figure = total + UNITS[word] * (1 if figure is None else figure), None
        else:
            figure = DIGITS[word] or None
    return total + (figure or 0)


@pytest.mark.parametrize(
    "number,words",
    [
        (1, "壹"), (10, "壹拾"), (11, "拾壹"), (15, "拾伍"), (17, "拾柒"), (20, "贰拾"), (30, "叁拾"), (31, "叁拾壹"),
        (100, "壹佰"), (101, "壹佰零壹"), (110, "壹佰壹拾"), (115, "壹佰壹拾伍"), (5000, "伍仟"), (4500, "肆仟伍佰"),
        (5010, "伍仟零壹拾"), (5008, "伍仟零捌"), (10000, "壹万"), (12500, "壹万贰仟伍佰"), (10500, "壹万零伍佰"),
        (100010, "壹拾万零壹拾"), (20001000, "贰仟万壹仟"),
    ],
)  # fmt: skip
def test_capitals_as_a_bank_writes_them(number, words):
    assert number_in_capitals(number) == words


@pytest.mark.parametrize(
    "number,words", [(2, "二"), (10, "十"), (16, "十六"), (20, "二十"), (37, "三十七"), (60, "六十"), (105, "一百零五")]
)
def test_plain_words_as_people_say_an_age(number, words):
    assert number_in_words(number) == words


@pytest.mark.parametrize("number", [0, -1, 100_000_000])
def test_a_number_out_of_reach_is_an_error(number):
    with pytest.raises(ValueError, match="not between"):
        number_in_capitals(number)


@given(st.integers(1, 99_999_999))
def test_whatever_is_written_in_capitals_reads_back_as_itself(number):
    assert read(number_in_capitals(number)) == number


@given(st.integers(1, 99_999_999))
def test_whatever_is_written_in_words_reads_back_as_itself(number):
    assert read(number_in_words(number)) == number


@given(st.integers(1, 99_999_999))
def test_no_nought_stands_at_an_end_or_beside_another(number):
    words = number_in_capitals(number)

    assert (words[0] == "零", words[-1] == "零", "零零" in words) == (False, False, False)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_in_capitals_reads_back_as_itself(day):
    year, rest = date_in_capitals(day).split("年")
    month, of_month = rest.removesuffix("日").split("月")

    assert ("".join(str(DIGITS[word]) for word in year), read(month), read(of_month)) == (
        f"{day.year}",
        day.month,
        day.day,
    )


def test_dates_as_the_letter_shows_them():
    assert date_in_capitals(date(2026, 3, 17)) == "贰零贰陆年叁月拾柒日"
    assert date_in_capitals(date(2030, 10, 10)) == "贰零叁零年壹拾月壹拾日"
    assert date_in_words(date(2026, 3, 2)) == "二〇二六年三月二日"
