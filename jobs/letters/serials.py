"""What a letter is called: 毕织就荐字〔2026〕第 0001 号, one book a county and year. And the code that verifies it."""

import secrets

from django.utils.translation import override

from areas.gazetteer import lineage
from areas.models import Area
from areas.ranges import Level, code_at
from areas.selectors import SEPARATOR, full_name

# Without 0/O, 1/I/L and U/V mix-ups when read aloud over the phone: 30 letters, 12 of them make 58 bits.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def county_of(code: int) -> int:
    """The code of the county in which a home lies; its office issues the letter."""
    return code_at(code, Level.COUNTY)


def word_of(county: int) -> str:
    """毕织就荐字 for Zhijin in Bijie: the first characters of prefecture and county, then the office's own."""
    prefecture, home = lineage(county)[-2:]
    return f"{prefecture.short_name[0]}{home.short_name[0]}就荐字"


def serial_text(*, county: int, year: int, number: int) -> str:
    return f"{word_of(county)}〔{year}〕第 {number:04d} 号"


def issuer_of(county: int) -> str:
    return f"{lineage(county)[-1].name}就业局"


def new_verify_code() -> str:
    """Random, so that guessing one needs more tries than any rate limit would ever have to count."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def spaced(code: str) -> str:
    """7K3Q-9WXD-4TPM, as printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def as_typed(text: str) -> str:
    """A code as somebody may type it: small letters, blanks and hyphens are forgiven."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def in_chinese(area: Area | int) -> str:
    """织金县猫场镇大寨社区, 浙江省金华市永康市: how a paper writes a place, whatever language the screen is in."""
    with override("zh-hans"):
        return full_name(area).replace(SEPARATOR, "")
