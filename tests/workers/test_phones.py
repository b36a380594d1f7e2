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


@given(st.text(max_size=40) | st.text("0123456789+-() ./eE", max_size=20))
def test_any_text_is_a_phone_or_a_named_refusal(raw):
    try:
        answer = parse_phone(raw)
    except InvalidPhone as refusal:
        answer = refusal

    assert isinstance(answer, Phone | InvalidPhone)


def test_a_masked_phone_keeps_its_ends():
    assert mask_phone("+8613812345678") == "138****5678"
