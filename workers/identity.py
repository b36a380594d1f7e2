"""What a form or a roster writes about who somebody is, turned into what the register stores, or refused by name."""

import unicodedata
from datetime import date

from workers.refusals import IdDoesNotMatch, NameMissing, OutdatedIdNumber
from workers.rules.idnumbers import IdNumber, parse_id_number
from workers.rules.phones import parse_phone


def read_name(text: str) -> str:
    """One spelling: no spaces at the ends or inside a Chinese name, the dot of 阿木·沙玛 always the same."""
    name = unicodedata.normalize("NFKC", text or "").strip()
    for dot in "•‧∙・.．":
        name = name.replace(dot, "·")
    name = " ".join(name.split()) if name.isascii() else "".join(name.split())
    if not any(character.isalpha() for character in name):
        raise NameMissing
    return name


def read_id_number(text: str, today: date) -> IdNumber:
    read = parse_id_number(text, today)
    if read.is_legacy:
        raise OutdatedIdNumber
    return read


def read_phone(text: str) -> str:
    """E.164, or "" when none is given. A landline is fine: it can be called."""
    return parse_phone(text).e164 if text and text.strip() else ""


def check_agrees(read: IdNumber, *, sex: str, birth_date: date | None) -> None:
    """Sex and birth date, where given at all, must be those of the number."""
    if (sex and sex != read.sex) or (birth_date and birth_date != read.birth_date):
        raise IdDoesNotMatch
