import csv
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.rules.phones import InvalidPhone, Phone, mask_phone, parse_phone


def vectors() -> list[dict]:
    path = Path(__file__).parent / "data" / "phone_vectors.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def verdict(raw: str) -> tuple[str, str, str]:
    """(expected, reason, E.164), as the vectors write it."""
    try:
        phone = parse_phone(raw)
    except InvalidPhone as refusal:
        return "invalid", refusal.reason, ""
    if not phone.is_mobile:
        return "landline", "landline", phone.e164
    return "valid_mobile", "normalised" if phone.notes else "ok", phone.e164


def test_there_are_sixty_two_vectors():
    assert len(vectors()) == 62


@pytest.mark.parametrize("vector", vectors(), ids=lambda v: f"{v['no']}-{v['reason']}")
def test_every_vector_holds(vector):
    e164 = "" if vector["expected"] == "invalid" else vector["e164"]
    assert verdict(vector["raw"]) == (vector["expected"], vector["reason"], e164)


def test_a_number_wrapped_as_excel_text_is_read():
    assert parse_phone('="13812345678"') == Phone("+8613812345678", True, ("excel_text", "separators"))


@pytest.mark.parametrize(
    "raw, e164, notes",
    [
        ("08578222222", "+868578222222", ()),
        ("(0857) 8222222", "+868578222222", ("separators",)),
        ("05718765-4321", "+8657187654321", ("separators",)),
        ("+86 571 87654321", "+8657187654321", ("separators", "phone_prefix")),
        ("　0857-8222222", "+868578222222", ("separators",)),
    ],
)
def test_a_landline_can_be_called_but_not_texted(raw, e164, notes):
    assert parse_phone(raw) == Phone(e164, False, notes)


@pytest.mark.parametrize(
    "raw, notes",
    [
        ("１３８１２３４５６７８", ("full_width_digits",)),
        ("13812345678.0", ("excel_float",)),
        ("'13812345678.0", ("excel_float",)),
        ("+8613812345678", ("phone_prefix",)),
        ("138 1234 5678", ("separators",)),
        (" 138 1234 5678", ("separators",)),
    ],
)
def test_what_was_forgiven_is_noted_once(raw, notes):
    assert parse_phone(raw) == Phone("+8613812345678", True, notes)


@pytest.mark.parametrize(
    "raw, reason",
    [
        ("0571-8765432-1", "not_a_phone"),  # an extension
        ("8222222", "not_a_phone"),  # no area code
        ("8578222222", "not_a_phone"),  # nor here: the zero is what says it is one
        ("8612345", "not_a_phone"),  # a local number that begins like the country's
        ("0857-82222229", "not_a_phone"),
        ("010623456789", "not_a_phone"),
        ("X13812345678", "bad_char"),
        ("phone", "bad_char"),
        ("(+852) 91234567", "foreign_number"),
    ],
)
def test_what_cannot_be_called_is_refused_by_name(raw, reason):
    with pytest.raises(InvalidPhone) as refused:
        parse_phone(raw)

    assert refused.value.reason == reason


@given(st.text(max_size=40) | st.text("0123456789+-() ./eE", max_size=20))
def test_any_text_is_a_phone_or_a_named_refusal(raw):
    try:
        answer = parse_phone(raw)
    except InvalidPhone as refusal:
        answer = refusal

    assert isinstance(answer, Phone | InvalidPhone)


def test_a_masked_phone_keeps_its_ends():
    assert mask_phone("+8613812345678") == "138****5678"


@settings(max_examples=300)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_first_five_digits_tell_whether_a_mobile_number_is_in_use(number):
    in_use = phonenumbers.number_type(phonenumbers.parse(number, "CN")) == phonenumbers.PhoneNumberType.MOBILE

    assert verdict(number)[0] == ("valid_mobile" if in_use else "invalid")
