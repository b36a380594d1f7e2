"""Numbers in words, as Chinese papers want them. Pure.

Capitals (壹贰叁) cannot be altered with one stroke, so validity, days and money are written in them; plain words
(一二三) serve ages and the date of issue. Years are read digit by digit.
"""

from datetime import date

CAPITALS = "零壹贰叁肆伍陆柒捌玖"
CAPITAL_UNITS = ("", "拾", "佰", "仟")
PLAIN = "〇一二三四五六七八九"
PLAIN_UNITS = ("", "十", "百", "千")
TEN_THOUSAND = 10_000


def number_in_capitals(number: int) -> str:
    """15 is 拾伍 and 17 拾柒, but 10 keeps its 壹 (壹拾); 5,010 is 伍仟零壹拾. From 1 to 99,999,999."""
    words = _number(number, CAPITALS, CAPITAL_UNITS)
    return words.removeprefix("壹") if 10 < number < 20 else words


def number_in_words(number: int) -> str:
    """37 is 三十七, 16 is 十六, 105 is 一百零五. From 1 to 99,999,999."""
    words = _number(number, PLAIN.replace("〇", "零"), PLAIN_UNITS)
    return words.removeprefix("一") if 10 <= number < 20 else words


def date_in_capitals(day: date) -> str:
    """贰零贰陆年叁月拾柒日"""
    month, of_month = number_in_capitals(day.month), number_in_capitals(day.day)
    return f"{_digits(day.year, CAPITALS)}年{month}月{of_month}日"


def date_in_words(day: date) -> str:
    """二〇二六年三月二日"""
    return f"{_digits(day.year, PLAIN)}年{number_in_words(day.month)}月{number_in_words(day.day)}日"


def _digits(number: int, words: str) -> str:
    return "".join(words[int(digit)] for digit in f"{number:04d}")


def _number(number: int, words: str, units: tuple[str, ...]) -> str:
    if not 1 <= number < TEN_THOUSAND**2:
        raise ValueError(f"{number} is not between 1 and 99,999,999")
    high, low = divmod(number, TEN_THOUSAND)
    if not high:
        return _below_ten_thousand(low, words, units)
    gap = words[0] if 0 < low < TEN_THOUSAND // 10 else ""
    tail = gap + _below_ten_thousand(low, words, units) if low else ""
    return _below_ten_thousand(high, words, units) + "万" + tail


def _below_ten_thousand(number: int, words: str, units: tuple[str, ...]) -> str:
    """One 零 for each run of noughts between two figures, none at the end."""
    text, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (words[0] if skipped and text else "") + words[digit] + units[place]
        skipped = not digit
    return text
