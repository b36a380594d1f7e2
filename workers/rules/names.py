"""Names in pinyin, so that a cadre finds 李国琴 by typing lgq."""

import re
from collections.abc import Callable
from functools import cache, lru_cache, partial

# Surnames whose reading as a surname differs from the usual one of the character.
SURNAME_READINGS = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "任": "ren", "华": "hua", "冼": "xian", "缪": "miao", "乐": "yue", "员": "yun", "翟": "zhai", "尉": "yu",
    "覃": "qin", "繁": "po", "牟": "mou", "宓": "fu", "召": "shao", "种": "chong", "黑": "he", "折": "she",
}  # fmt: skip

COMPOUND_SURNAMES = {
    "尉迟": [["yù"], ["chí"]], "长孙": [["zhǎng"], ["sūn"]], "万俟": [["mò"], ["qí"]], "单于": [["chán"], ["yú"]],
}  # fmt: skip


@lru_cache(maxsize=65_536)
def pinyin_of(name: str) -> tuple[str, str]:
    """("liguoqin", "lgq"). Dots, spaces and anything unreadable fall out; Latin letters stay as one syllable a word."""
    syllables = [re.sub(r"[^a-z]", "", syllable.lower()) for syllable in _syllables(name)]
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
