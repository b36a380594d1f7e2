import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.rules.idnumbers import BadChecksum, IdNumber, InvalidIdNumber, age_on, mask_id, parse_id_number

pytestmark = pytest.mark.clock

TODAY = date(2026, 11, 21)
SEXES = {"M": "M", "F": "F"}

NORMALISED = {"full_width_digits", "lower_case_x", "whitespace", "separators", "excel_text"}


def vectors() -> list[dict]:
    path = Path(__file__).parent / "data" / "id_number_vectors.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def verdict(raw: str) -> tuple[str, str, str, str, str]:
    """(expected, reason, normalised, birth date, sex), as the vectors write it."""
    try:
        parsed = parse_id_number(raw, TODAY)
    except InvalidIdNumber as refusal:
        return "invalid", refusal.reason, "", "", ""
    if parsed.is_legacy:
        expected, reason = "legacy", "legacy_15_digit"
    elif NORMALISED & set(parsed.notes):
        expected, reason = "valid_after_normalise", "normalised"
    else:
        expected, reason = "valid", "ok"
    return expected, reason, parsed.number, parsed.birth_date.isoformat(), parsed.sex


def test_there_are_sixty_five_vectors():
    assert len(vectors()) == 65


@pytest.mark.parametrize("vector", vectors(), ids=lambda v: f"{v['no']}-{v['reason']}")
def test_every_vector_holds(vector):
    assert verdict(vector["raw"]) == (
        vector["expected"], vector["reason"], vector["normalised"], vector["birth_date"], vector["sex"],
    )  # fmt: skip


@pytest.mark.parametrize("vector", [v for v in vectors() if v["region"]], ids=lambda v: v["no"])
def test_a_prefix_outside_bijie_is_a_note_and_not_an_error(vector):
    parsed = parse_id_number(vector["raw"], TODAY)

    assert ("prefix_elsewhere" in parsed.notes) == (vector["in_bijie"] == "no")
    assert parsed.prefix == vector["region"]
    assert str(age_on(parsed.birth_date, TODAY)) == vector["age_2026_11_21"]


@pytest.mark.parametrize("prefix", ["520599", "522499"])
def test_a_test_number_of_no_county_is_noted(prefix):
    assert parse_id_number(with_check_character(f"{prefix}19900101901"), TODAY).notes == ("prefix_unknown",)


@pytest.mark.parametrize("prefix", ["431023", "427001", "429004", "152502", "810000"])
def test_a_county_of_before_is_a_county_still(prefix):
    parsed = parse_id_number(with_check_character(f"{prefix}19900101901"), TODAY)

    assert (parsed.prefix, parsed.notes) == (prefix, ("prefix_elsewhere",))


@pytest.mark.parametrize("prefix", ["520001", "427101", "429104", "520500", "160101", "840000"])
def test_a_prefix_that_is_built_like_no_county_is_refused(prefix):
    with pytest.raises(InvalidIdNumber) as refused:
        parse_id_number(with_check_character(f"{prefix}19900101901"), TODAY)

    assert refused.value.reason == "unknown_region"


def test_a_full_width_x_is_forgiven_and_noted():
    assert parse_id_number("11010519491231002ｘ", TODAY).notes[:2] == ("full_width_digits", "lower_case_x")


@pytest.mark.parametrize("born", ["20261121", "19061121", "19051122"])
def test_somebody_may_be_born_today_or_120_years_ago(born):
    assert f"{parse_id_number(with_check_character(f'522425{born}902'), TODAY).birth_date:%Y%m%d}" == born


@pytest.mark.parametrize("born, reason", [("20261122", "birth_in_future"), ("19051121", "implausible_age")])
def test_nobody_is_born_tomorrow_or_121_years_ago(born, reason):
    with pytest.raises(InvalidIdNumber) as refused:
        parse_id_number(with_check_character(f"522425{born}902"), TODAY)

    assert refused.value.reason == reason


def test_a_number_wrapped_as_excel_text_is_read():
    parsed = parse_id_number('="522401198503159012"', TODAY)

    assert (parsed.number, parsed.notes) == ("522401198503159012", ("excel_text",))


def test_a_mistyped_number_still_tells_what_it_says():
    with pytest.raises(BadChecksum) as refused:
        parse_id_number("522401198503169318", TODAY)

    assert (refused.value.birth_date, refused.value.sex) == (date(1985, 3, 16), "M")


def test_no_message_repeats_the_number():
    with pytest.raises(InvalidIdNumber) as refused:
        parse_id_number("522401198503169318", TODAY)

    assert "5224" not in f"{refused.value.message}{refused.value.way_out}{refused.value.args}"


@given(st.dates(date(1930, 1, 1), TODAY), st.integers(0, 999), st.sampled_from(["522425", "520524", "330108"]))
def test_a_number_with_the_right_check_character_says_who_it_is(born, sequence, prefix):
    number = with_check_character(f"{prefix}{born:%Y%m%d}{sequence:03}")

    parsed = parse_id_number(number, TODAY)

    assert (parsed.number, parsed.birth_date) == (number, born)
    assert parsed.sex == ("M" if sequence % 2 else "F")


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_mistyped_digit_never_passes(place, by):
    digits = list("522401198503159012")
    digits[place] = str((int(digits[place]) + by) % 10)

    with pytest.raises(InvalidIdNumber):
        parse_id_number("".join(digits), TODAY)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_named_refusal(raw):
    try:
        answer = parse_id_number(raw, TODAY)
    except InvalidIdNumber as refusal:
        answer = refusal

    assert isinstance(answer, IdNumber | InvalidIdNumber)


def test_a_masked_number_shows_prefix_and_tail_only():
    assert mask_id("522401198503159012") == "5224**********9012"


def with_check_character(digits: str) -> str:
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    remainder = sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11
    return digits + "10X98765432"[remainder]
