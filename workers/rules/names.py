"""Names: one spelling and one test for every door, and pinyin, so that a cadre finds 李国琴 by typing lgq. Pure."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PRIVATE_USE = r"\ue000-\uf8ff\U000f0000-\U0010fffd"
LATIN = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
LETTER = f"[{HAN}{PRIVATE_USE}{LATIN}]"
NAME = re.compile(rf"{LETTER}+(?:(?:[·' \-]|\. ?){LETTER}+)*\.?")
DOT = re.compile(rf"(?<=[{HAN}{PRIVATE_USE}])\s*[•・‧∙⋅·．●.･\u0387˙◦▪。]\s*(?=[{HAN}{PRIVATE_USE}])")
SPACE_AT_HAN = re.compile(rf"(?<=[{HAN}{PRIVATE_USE}]) (?=[{HAN}{PRIVATE_USE}])")
LATIN_DOT = re.compile(r"[•・‧∙⋅·●･\u0387]")
UNSEEN_SPACE = "\ue5e5"  # GB 18030's full-width space, where a table of private use was taken for it
SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # which of two drawings of a character
COMPOSED = re.compile(rf"[{LATIN}][\u0300-\u036f]+")  # a letter with its mark behind it
UNDIVIDED = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
RADICALS = re.compile(r"[\u2e80-\u2fdf]")  # as a PDF gives them for the characters themselves
KEYS = {ord(c): "'" for c in "’‘ʼʻ"} | {ord(c): "-" for c in "‐‑‒–"}
LONGEST_NAME = 40
# In people's names and outside GB 2312: what older banking, SMS and seat systems print as a blank or a question mark.
LOST_BY_OLD_SYSTEMS = frozenset("喆堃镕")

# Surnames whose reading as a surname differs from the usual one of the character.
SURNAME_READINGS = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "任": "ren", "华": "hua", "冼": "xian", "缪": "miao", "乐": "yue", "员": "yun", "翟": "zhai", "尉": "yu",
    "覃": "qin", "繁": "po", "牟": "mou", "宓": "fu", "召": "shao", "种": "chong", "黑": "he", "折": "she",
}  # fmt: skip

COMPOUND_SURNAMES = {
    "尉迟": [["yù"], ["chí"]], "长孙": [["zhǎng"], ["sūn"]], "万俟": [["mò"], ["qí"]], "单于": [["chán"], ["yú"]],
}  # fmt: skip


class NameMissing(Refusal):
    message = _("A name is needed.")


class NotAName(Refusal):
    message = _("This is not a person's name.")
    way_out = _("Write it as on the card: letters or characters only, no digits.")


@dataclass(frozen=True)
class ReadName:
    """`notes` are names of the roster's issues: what was changed, and what old systems will not print."""

    name: str
    notes: tuple[str, ...] = ()


def read_name(text: str) -> ReadName:
    """As the person writes it, without what nobody sees. Raises NameMissing, or NotAName for digits and formulas."""
    plain = visible(text)
    if not any(character.isalpha() or _is_private(character) for character in plain):
        raise NotAName if re.search(r"\d", plain) else NameMissing
    joined = SPACE_AT_HAN.sub("", plain)
    name = DOT.sub("·", joined)
    if re.search(rf"[{LATIN}]", name):
        name = LATIN_DOT.sub("·", name)
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise NotAName
    notes = [
        note for note, is_so in (("space_in_name", joined != text.strip()), ("middle_dot", name != joined)) if is_so
    ]
    if any(map(_is_private, name)):
        notes.append("private_use_character")
    elif is_rare(name):
        notes.append("rare_character_name")
    return ReadName(name, tuple(notes))


def visible(text: str) -> str:
    """On one line, in half-width Latin, without marks that nobody sees.

    Rare Han characters stay as they are: to normalise them would change somebody's name.
    """
    line = RADICALS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), on_one_line(text or ""))
    half = re.sub(r"[\uff01-\uff5e]", lambda match: unicodedata.normalize("NFKC", match[0]), line).translate(KEYS)
    return COMPOSED.sub(lambda match: unicodedata.normalize("NFC", match[0]), half)


def on_one_line(text: str) -> str:
    """What the eye sees of it, single-spaced."""
    return " ".join((text if text.isprintable() and not SELECTOR.search(text) else "".join(map(_seen, text))).split())


def is_rare(name: str) -> bool:
    """Worth a look on paper and in SMS: a character outside GBK, a known troublesome one, or a middle dot."""
    return "·" in name or bool(set(name) & LOST_BY_OLD_SYSTEMS) or not _is_gbk(name)


def without_marks(text: str) -> str:
    """José as jose: how somebody types it who has no such keys."""
    parts = unicodedata.normalize("NFKD", text.lower()).translate(UNDIVIDED)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _seen(character: str) -> str:
    """A space for any space, tab or line break; nothing for zero-width, bidirectional and control characters."""
    if character.isspace() or character == UNSEEN_SPACE:
        return " "
    return "" if unicodedata.category(character) in ("Cf", "Cc", "Cs") or SELECTOR.match(character) else character


def _is_private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def _is_gbk(name: str) -> bool:
    try:
        name.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=65_536)
def pinyin_of(name: str) -> tuple[str, str]:
    """("liguoqin", "lgq"). Dots, spaces and anything unreadable fall out; Latin letters stay as one syllable a word."""
    syllables = [re.sub(r"[^a-z]", "", without_marks(syllable)) for syllable in _syllables(name)]
    read = [syllable for syllable in syllables if syllable]
    return "".join(read)[:120], "".join(syllable[0] for syllable in read)[:40]


def _syllables(name: str) -> list[str]:
    plain = re.sub(r"[·•.．\s]+", " ", name).strip()
    if plain[:1] in SURNAME_READINGS and not plain.startswith(tuple(COMPOUND_SURNAMES)):
        return [SURNAME_READINGS[plain[0]], *_read(plain[1:])]
    return _read(plain)


def _read(text: str) -> list[str]:
    """ü is typed as v on a keyboard: 吕 is lv."""
    return [part for word in _dictionary()(text) for part in word.split()]


@cache
def _dictionary() -> Callable[[str], list[str]]:
    """Slow to load: only who reads names pays for it."""
    from pypinyin import Style, lazy_pinyin, load_phrases_dict

    load_phrases_dict(COMPOUND_SURNAMES)
    return partial(lazy_pinyin, style=Style.NORMAL, v_to_u=False)
