"""Phone numbers as written on rosters: read, checked, kept as E.164.

Our own rules come first, because a number is only useful if a text reaches it: one mainland mobile, without words,
stars or a second number beside it. `phonenumbers` then says whether the prefix is in use, and what a landline is.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from django.utils.translation import gettext_lazy as _

from kit.characters import without_unseen
from kit.refusals import Refusal
from workers.rules.masks import phone as mask_phone

__all__ = ["InvalidPhone", "Phone", "mask_phone", "parse_phone"]

EXCEL_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
EXCEL_FLOAT = re.compile(r"^(1[0-9]{10})\.0+$")
SCIENTIFIC = re.compile(r"^[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+$")
SEPARATORS = re.compile(r"[\s\-.()'\"`\u2010-\u2015\u2212\u2018\u2019]")
SEVERAL = re.compile(r"[/、,;，；|]|或|和")
COUNTRY_CODE = re.compile(r"^(?:\+|00)?86")
FOREIGN = re.compile(r"^(?:\+|00)(?!86)[1-9]")
CLEAN_MOBILE = re.compile(r"1[0-9]{10}")
E164_MOBILE = re.compile(r"\+86(1[0-9]{10})")
MOBILE_LENGTH = 11
BLOCK = 5
"""Digits that tell whether the mobile numbers behind them are in use."""
CARRIER_CODE = re.compile(r"1(?:[12]|79)")  # dialled before a number, not part of one


class InvalidPhone(Refusal):
    """Base of what can be wrong. `reason` is the word for reports; the message never repeats the number."""

    reason = "invalid"
    message = _("This is not a phone number that can be called.")
    way_out = _("Ask for the number again, or leave it empty for now.")


class Empty(InvalidPhone):
    reason = "empty"
    message = _("There is no phone number.")


class TooShort(InvalidPhone):
    reason = "too_short"
    message = _("The phone number is too short: a mobile has 11 digits.")


class TooLong(InvalidPhone):
    reason = "too_long"
    message = _("The phone number is too long: a mobile has 11 digits.")


class UnassignedPrefix(InvalidPhone):
    reason = "unassigned_prefix"
    message = _("No operator has mobile numbers that begin like this.")


class ServiceNumber(InvalidPhone):
    reason = "service_number"
    message = _("This is a service number, not a person's phone.")


class NotAPhone(InvalidPhone):
    reason = "not_a_phone"
    message = _("This is not a whole phone number: an area code is missing or an extension follows.")


class ScientificNotation(InvalidPhone):
    reason = "scientific_notation"
    message = _("The spreadsheet has lost digits of this phone number (1.38E+10).")
    way_out = _("Format the column as text, type the number again.")


class SeveralNumbers(InvalidPhone):
    reason = "several_numbers"
    message = _("There are several phone numbers in one cell.")
    way_out = _("Keep the one that reaches the person.")


class BadCharacter(InvalidPhone):
    reason = "bad_char"
    message = _("There is something other than digits in the phone number.")


class ForeignNumber(InvalidPhone):
    reason = "foreign_number"
    message = _("Only mainland Chinese numbers can be texted and called from here.")


class Phone(NamedTuple):
    """`notes` say what was forgiven: full_width_digits, phone_prefix (+86, 0086, a trunk zero), excel_float,
    excel_text, separators.
    """

    e164: str
    is_mobile: bool
    notes: tuple[str, ...] = ()


def parse_phone(raw: str) -> Phone:
    """Raises a kind of InvalidPhone. A landline is a Phone with `is_mobile` False: it can be called, not texted."""
    if CLEAN_MOBILE.fullmatch(raw):
        return _mobile(raw, [])
    if known := E164_MOBILE.fullmatch(raw):
        return _mobile(known[1], ["phone_prefix"])
    text, notes = _fold(raw)
    _refuse_what_is_no_single_number(text)
    digits = SEPARATORS.sub("", text)
    if digits != text:
        notes.append("separators")
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise BadCharacter()
    local = _strip_country(digits, notes)
    if local.startswith("1"):
        return _mobile(local, notes)
    return _landline(local, digits, text, notes)


def _fold(raw: str) -> tuple[str, list[str]]:
    notes = ["full_width_digits"] if re.search(r"[０-９＋]", raw) else []
    folded = unicodedata.normalize("NFKC", raw)
    text = unicodedata.normalize("NFKC", without_unseen(raw)).strip().lstrip("'")
    if wrapped := EXCEL_TEXT.match(text):
        text = wrapped[1].strip()
        notes.append("excel_text")
    if cut := EXCEL_FLOAT.match(text):
        text = cut[1]
        notes.append("excel_float")
    elif text != folded:
        notes.append("separators")
    return text, notes


def _refuse_what_is_no_single_number(text: str) -> None:
    if not text:
        raise Empty()
    if SCIENTIFIC.match(text):
        raise ScientificNotation()
    parts = [part for part in SEVERAL.split(text) if re.search(r"[0-9]{5}", part)]
    if len(parts) > 1:
        raise SeveralNumbers()
    if FOREIGN.match(SEPARATORS.sub("", text)):
        raise ForeignNumber()


def _strip_country(digits: str, notes: list[str]) -> str:
    """Without country code; 86 alone counts as one only when what follows is as long as a mobile."""
    code = COUNTRY_CODE.match(digits)
    is_code = code and (code[0] != "86" or len(digits) == len("86") + MOBILE_LENGTH)
    local = digits[code.end() :] if is_code else digits
    if len(local) == MOBILE_LENGTH + 1 and local.startswith("01") and not local.startswith("010"):
        local, is_code = local[1:], True
    if is_code:
        notes.append("phone_prefix")
    return local


def _mobile(local: str, notes: list[str]) -> Phone:
    if len(local) < MOBILE_LENGTH:
        raise TooShort()
    if len(local) > MOBILE_LENGTH:
        raise TooLong()
    is_in_use = _is_mobile(local) if CARRIER_CODE.match(local) else _is_block_in_use(local[:BLOCK])
    if not is_in_use:
        raise UnassignedPrefix()
    return Phone(f"+86{local}", True, tuple(dict.fromkeys(notes)))


@lru_cache(maxsize=32_768)  # to look one up takes thirty times as long as all the rest
def _is_block_in_use(block: str) -> bool:
    return _is_mobile(block.ljust(MOBILE_LENGTH, "0"))


def _is_mobile(local: str) -> bool:
    return phonenumbers.number_type(_parsed(local)) == phonenumbers.PhoneNumberType.MOBILE


def _landline(local: str, digits: str, text: str, notes: list[str]) -> Phone:
    if re.fullmatch(r"[48]00[0-9]{7}", local):
        raise ServiceNumber()
    has_area_code = local.startswith("0") or local != digits
    if not has_area_code or re.search(r"-[0-9]{1,5}$", text.split("-", 1)[-1]):
        raise NotAPhone()
    number = _parsed(local)
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.FIXED_LINE:
        raise NotAPhone()
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, False, tuple(dict.fromkeys(notes)))


def _parsed(national: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(national, "CN")
    except phonenumbers.NumberParseException:
        raise NotAPhone() from None
