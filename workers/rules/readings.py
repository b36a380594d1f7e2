"""How the characters of a name are read where a dictionary is wrong, or where two readings are in use. Pure.

The first reading is the usual one in names and stands in the register's pinyin; Find takes the others too.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product

MOST_OTHERS = 15  # a name with four characters of two readings

SURNAMES = {
    "不": "fou", "乐": "yue le", "乜": "nie mie", "仇": "qiu", "佴": "nai", "六": "lu", "区": "ou", "单": "shan",
    "卜": "bu", "参": "shen", "句": "gou ju", "召": "shao zhao", "员": "yun yuan", "宓": "mi fu", "尉": "wei yu",
    "折": "she zhe", "晟": "cheng sheng", "曾": "zeng", "朴": "piao pu", "柏": "bai bo", "查": "zha", "洗": "xian",
    "牟": "mou mu", "番": "pan", "盖": "ge gai", "省": "xing", "祭": "zhai", "种": "chong", "秘": "bi mi",
    "粘": "nian", "繁": "po", "缪": "miao", "翟": "zhai di", "能": "nai", "莘": "shen xin", "蔚": "yu wei",
    "薄": "bo bao", "藏": "zang", "虎": "hu mao", "覃": "qin tan", "角": "jue", "解": "xie", "谌": "chen shen",
    "贠": "yun", "适": "kuo", "逢": "pang feng", "郇": "xun huan", "郗": "xi chi", "都": "du", "重": "chong",
    "镡": "tan chan", "长": "chang", "阚": "kan", "降": "xiang jiang", "隗": "wei kui", "黑": "he hei", "單": "shan",
    "區": "ou", "樂": "yue le", "蓋": "ge gai", "員": "yun yuan", "繆": "miao", "長": "chang", "種": "chong",
    "諶": "chen shen",
}  # fmt: skip

COMPOUND_SURNAMES = {
    "万俟": "mo qi", "乐正": "yue zheng", "单于": "chan yu", "吐谷浑": "tu yu hun", "尉迟": "yu chi",
    "澹台": "tan tai", "长孙": "zhang sun",
}  # fmt: skip

LENGTHS = {len(surname) for surname in COMPOUND_SURNAMES}

GIVEN_NAMES = {
    "㐂": "xi", "㴋": "shan", "乐": "le yue", "了": "liao le", "仔": "zi zai", "伽": "jia", "佛": "fo", "偲": "si",
    "单": "dan shan", "卜": "bu", "厦": "xia", "妧": "yuan wan", "娜": "na nuo", "婼": "ruo", "晟": "sheng cheng",
    "曾": "zeng", "朝": "chao zhao", "泊": "bo", "炅": "jiong gui", "焘": "tao dao", "率": "shuai", "玟": "wen min",
    "玢": "bin fen", "珩": "heng", "琢": "zhuo", "的": "di", "盛": "sheng cheng", "筠": "yun jun", "纶": "lun guan",
    "缪": "miao mou", "翟": "zhai di", "芾": "fu", "茜": "qian xi", "莎": "sha suo", "莘": "xin shen",
    "莞": "wan guan", "蔚": "wei yu", "薄": "bo", "藏": "cang zang", "行": "xing hang", "覃": "qin tan",
    "赟": "yun bin", "还": "huan", "都": "du", "重": "chong zhong", "钥": "yue", "铤": "ting", "镐": "hao gao",
    "长": "chang zhang", "阚": "kan", "隽": "jun juan", "靓": "liang jing", "颉": "jie xie", "鹄": "hu", "𠮷": "ji",
}  # fmt: skip


def readings_of(words: Sequence[str]) -> list[tuple[str, ...]]:
    """For each character, or word in Latin letters, its readings, the usual one first. The surname stands in front.

    Character by character: the words of a dictionary are no names, and one would be read across surname and given name.
    """
    for length in LENGTHS if len(words) > min(LENGTHS) else ():
        surname = "".join(words[:length])
        if len(words) > length and surname in COMPOUND_SURNAMES:
            return [*((reading,) for reading in COMPOUND_SURNAMES[surname].split()), *given_name(words[length:])]
    return [*map(_of_surname, words[:1]), *given_name(words[1:])]


def given_name(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The same without a surname, as in names of two parts with a dot between them."""
    return list(map(_of_given_name, words))


def others(readings: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Every other way to read the whole name, at most MOST_OTHERS."""
    return list(islice(product(*readings), 1, MOST_OTHERS + 1))


@lru_cache(maxsize=32_768)
def _of_surname(word: str) -> tuple[str, ...]:
    return tuple(SURNAMES[word].split()) if word in SURNAMES else _of_given_name(word)


@lru_cache(maxsize=32_768)
def _of_given_name(word: str) -> tuple[str, ...]:
    return tuple(GIVEN_NAMES[word].split()) if word in GIVEN_NAMES else _in_dictionary(word)


def _in_dictionary(word: str) -> tuple[str, ...]:
    """ü is typed as v on a keyboard: 吕 is lv. What no dictionary knows is read as itself."""
    from pypinyin import Style, lazy_pinyin  # slow to load: only who reads names pays for it

    return tuple(lazy_pinyin(word, style=Style.NORMAL, v_to_u=False))
