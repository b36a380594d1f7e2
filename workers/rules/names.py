"""Names: one spelling and one test for every door, and pinyin, so that a cadre finds 李国琴 by typing lgq. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kit.characters import OF_GBK, on_one_line
from kit.refusals import Refusal
from workers.rules import readings

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PRIVATE_USE = r"\ue000-\uf8ff\U000f0000-\U0010fffd"
LATIN = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
LETTER = f"[{HAN}{PRIVATE_USE}{LATIN}]"
NAME = re.compile(rf"{LETTER}+(?:(?:[·' \-]|\. ?){LETTER}+)*\.?")
DOT = re.compile(rf"(?<=[{HAN}{PRIVATE_USE}])\s*[•・‧∙⋅·．●.･\u0387˙◦▪。]\s*(?=[{HAN}{PRIVATE_USE}])")
SPACE_AT_HAN = re.compile(rf"(?<=[{HAN}{PRIVATE_USE}]) (?=[{HAN}{PRIVATE_USE}])")
LATIN_DOT = re.compile(r"[•・‧∙⋅·●･\u0387]")
COMPOSED = re.compile(rf"[{LATIN}][\u0300-\u036f]+")  # a letter with its mark behind it
UNDIVIDED = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
RADICALS = re.compile(r"[\u2e80-\u2fdf]")  # as a PDF gives them for the characters themselves
KEYS = {ord(c): "'" for c in "’‘ʼʻ"} | {ord(c): "-" for c in "‐‑‒–"}
LONGEST_NAME = 40
USUAL = re.compile(r"[\u4e00-\u9fa5]+")
"""Characters of GBK: written as they are kept, and folded to themselves."""
# In people's names and outside GB 2312: what older banking, SMS and seat systems print as a blank or a question mark.
LOST_BY_OLD_SYSTEMS = frozenset("喆堃镕")

WORD = re.compile(rf"[{LATIN}'\-]+|\S")
BETWEEN_PARTS = re.compile(r"[·•.．\s]+")


class NameMissing(Refusal):
    message = _("A name is needed.")


class NotAName(Refusal):
    message = _("This is not a person's name.")
    way_out = _("Write it as on the card: letters or characters only, no digits.")


class NameTooLong(NotAName):
    message = _("A name has at most 40 letters.")
    way_out = _("Leave out what is not in front on the card, such as middle names.")


class ReadName(NamedTuple):
    """`notes` are names of the roster's issues: what was changed, and what old systems will not print."""

    name: str
    notes: tuple[str, ...] = ()


def read_name(text: str) -> ReadName:
    """As the person writes it, without what nobody sees. Raises NameMissing, or NotAName for digits and formulas."""
    if USUAL.fullmatch(text) and len(text) <= LONGEST_NAME and LOST_BY_OLD_SYSTEMS.isdisjoint(text):
        return ReadName(text)
    plain = visible(text)
    if not any(character.isalpha() or _is_private(character) for character in plain):
        raise NotAName if re.search(r"\d", plain) else NameMissing
    joined = SPACE_AT_HAN.sub("", plain)
    name = DOT.sub("·", joined)
    if re.search(rf"[{LATIN}]", name):
        name = LATIN_DOT.sub("·", name)
    if not NAME.fullmatch(name):
        raise NotAName
    if len(name) > LONGEST_NAME:
        raise NameTooLong
    written = text.strip().translate(OF_GBK)
    notes = [note for note, is_so in (("space_in_name", joined != written), ("middle_dot", name != joined)) if is_so]
    if any(map(_is_private, name)):
        notes.append("private_use_character")
    elif is_rare(name):
        notes.append("rare_character_name")
    return ReadName(name, tuple(notes))


def visible(text: str) -> str:
    """On one line, in half-width Latin, without marks that nobody sees.

    Rare Han characters stay as they are: to normalise them would change somebody's name.
    """
    line = on_one_line(text or "").translate(OF_GBK)
    line = RADICALS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), line)
    half = re.sub(r"[\uff01-\uff5e]", lambda match: unicodedata.normalize("NFKC", match[0]), line).translate(KEYS)
    return COMPOSED.sub(lambda match: unicodedata.normalize("NFC", match[0]), half)


def is_rare(name: str) -> bool:
    """Worth a look on paper and in SMS: a character outside GBK, a known troublesome one, or a middle dot."""
    return "·" in name or bool(set(name) & LOST_BY_OLD_SYSTEMS) or not _is_gbk(name)


def is_latin(name: str) -> bool:
    return not re.search(f"[{HAN}{PRIVATE_USE}]", name)


def without_marks(text: str) -> str:
    """José as jose: how somebody types it who has no such keys."""
    parts = unicodedata.normalize("NFKD", text.lower()).translate(UNDIVIDED)
    return "".join(part for part in parts if not unicodedata.combining(part))


def are_same(name: str, other: str) -> bool:
    """But for case, marks, spaces and dots. 張 is not 张: which of them stands on the card, a person has to say."""
    return name == other or folded(name) == folded(other)


def spellings(name: str) -> set[str]:
    """How a name in characters may stand on the register: with a middle dot somewhere, or without."""
    bare = BETWEEN_PARTS.sub("", name)
    return {name, bare, *(f"{bare[:place]}·{bare[place:]}" for place in range(1, len(bare)))}


def folded(name: str) -> str:
    """A character of private use counts: nobody knows which it stands for."""
    if USUAL.fullmatch(name):
        return name
    return re.sub(rf"[^\w{PRIVATE_USE}]|_", "", without_marks(visible(name)))


def _is_private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def _is_gbk(name: str) -> bool:
    try:
        name.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


class Pinyin(NamedTuple):
    """("qinchaoyang", "qcy", "qinzhaoyang qzy tanchaoyang tcy tanzhaoyang tzy") for 覃朝阳."""

    whole: str
    initials: str
    others: str  # all that Find takes besides, with a space between


@lru_cache(maxsize=65_536)
def pinyin_of(name: str) -> Pinyin:
    """Dots, spaces and anything unreadable fall out; Latin letters stay as one syllable a word."""
    syllables = list(map(_typed, _readings(name)))
    whole, initials = _joined([word[0] for word in syllables])
    if all(len(word) == 1 for word in syllables):
        return Pinyin(whole, initials, "")
    others = {text for other in readings.others(syllables) for text in _joined(other)} - {whole, initials, ""}
    return Pinyin(whole, initials, " ".join(sorted(others)))


def _readings(name: str) -> list[tuple[str, ...]]:
    if USUAL.fullmatch(name):
        return readings.readings_of(name)
    plain = BETWEEN_PARTS.sub(" ", name).strip()
    words = WORD.findall(plain)
    return readings.given_name(words) if " " in plain else readings.readings_of(words)


@lru_cache(maxsize=32_768)
def _typed(word: tuple[str, ...]) -> tuple[str, ...]:
    """Each reading of a character as it is typed."""
    return tuple(map(_letters, word))


def _letters(reading: str) -> str:
    return re.sub(r"[^a-z]", "", without_marks(reading))


def _joined(syllables: Iterable[str]) -> tuple[str, str]:
    read = [syllable for syllable in syllables if syllable]
    return "".join(read)[:120], "".join(syllable[0] for syllable in read)[:40]
