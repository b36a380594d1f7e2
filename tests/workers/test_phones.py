import csv
from pathlib import Path

import pytest
from hypothesis import given
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


@pytest.mark.parametrize("raw", ["0571-8765432-1", "0857-8222222-801", "8222222", "0857-82222229"])
def test_an_extension_or_a_part_of_a_landline_is_no_phone(raw):
    with pytest.raises(InvalidPhone) as refused:
        parse_phone(raw)

    assert refused.value.reason == "not_a_phone"


@given(st.text(max_size=40) | st.text("0123456789+-() ./eE", max_size=20))
def test_any_text_is_a_phone_or_a_named_refusal(raw):
    try:
        answer = parse_phone(raw)
    except InvalidPhone as refusal:
        answer = refusal

    assert isinstance(answer, Phone | InvalidPhone)


def test_a_masked_phone_keeps_its_ends():
    assert mask_phone("+8613812345678") == "138****5678"
