"""What a form or a roster writes about who somebody is, turned into what the register stores, or refused by name."""

from datetime import date

from workers.refusals import IdDoesNotMatch, OutdatedIdNumber
from workers.rules import names
from workers.rules.idnumbers import IdNumber, parse_id_number
from workers.rules.phones import parse_phone


def read_name(text: str) -> str:
    """One spelling, the same as from a roster. Raises NameMissing or NotAName."""
    return names.read_name(text).name


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
