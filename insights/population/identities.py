"""Identity numbers, phones and names by the million, none of a living person. Pure; one instance a population."""

import random
from datetime import date
from functools import cache

from insights.demo.people import CHECK_DIGITS, CHECK_WEIGHTS, MOBILE_PREFIXES, given_names, surnames
from workers.choices import Sex
from workers.rules import names

PREFIXES = {
    520502: "522401", 520521: "522422", 520581: "522423", 520523: "522424", 520524: "522425", 520525: "522426",
    520526: "522427", 520527: "522428",
}  # fmt: skip
"""What adults of a county carry, from before the re-coding of 2011."""

NEIGHBOURS = {2222: 9, 2322: 7, 2622: 15, 2722: 11}
ELSEWHERE = ("522421", *(f"52{first + n}" for first, count in NEIGHBOURS.items() for n in range(count)))
"""Of those who married in or moved in: also where a day's numbers of the county are used up."""

SEQUENCES = 50  # for each sex, of 900-999
COMPOUND = 0.3
"""Share of people whose surname is not that of their household."""

YI_BEGINNINGS = ("阿木", "阿依", "吉克", "沙马", "阿苦", "曲比", "吉木", "阿西", "果基", "罗洪", "安嘎", "禄乌")
YI_ENDINGS = ("拉且", "木呷", "尔古惹", "阿依", "伍各", "日哈", "史布", "么子", "阿牛", "莫", "惹", "果")
DRAWN = 1 << 16


class Identities:
    """Draws by `chance`; `taken` are the numbers already given."""

    def __init__(self, chance: random.Random, taken: set[str]):
        self._random, self._taken = chance.random, taken
        self._given: dict[tuple[str, int, bool], int] = {}
        first, heaps = surnames()
        self._surnames = chance.choices(first, cum_weights=heaps, k=DRAWN)
        self._names_of = given_names()

    def surname(self) -> str:
        return self._surnames[int(self._random() * DRAWN)]

    def name(self, surname: str, sex: str, minority: float) -> str:
        if self._random() < minority:
            return f"{self._one(YI_BEGINNINGS)}·{self._one(YI_ENDINGS)}"
        own = self.surname() if self._random() < COMPOUND else surname
        return own + self._one(self._names_of[sex])

    def phone(self) -> str:
        return f"+86{self._one(MOBILE_PREFIXES)}{int(self._random() * 10**8):08d}"

    def id_number(self, county: int, born: int, sex: str) -> str:
        """`born` is an ordinal of `date`; odd sequences are men."""
        is_man = sex == Sex.MALE
        for prefix in (PREFIXES[county], *ELSEWHERE):
            key = prefix, born, is_man
            while (number := self._given.get(key, 0)) < SEQUENCES:
                self._given[key] = number + 1
                found = _numbered(prefix, born, 900 + 2 * number + is_man)
                if found not in self._taken:
                    return found
        raise ValueError(f"no numbers are left for {date.fromordinal(born)}")

    def _one(self, choices):
        return choices[int(self._random() * len(choices))]


def _numbered(prefix: str, born: int, sequence: int) -> str:
    day, of_day = _day(born)
    checked = _weighed(prefix, 0) + of_day + _weighed(str(sequence), 14)
    return f"{prefix}{day}{sequence}{CHECK_DIGITS[checked % 11]}"


@cache
def _day(ordinal: int) -> tuple[str, int]:
    text = f"{date.fromordinal(ordinal):%Y%m%d}"
    return text, _weighed(text, 6)


@cache
def _weighed(digits: str, place: int) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, CHECK_WEIGHTS[place:], strict=False))


@cache
def pinyin_columns(name: str) -> str:
    """Name, pinyin, initials and other readings as four columns for COPY."""
    return "\t".join((name, *names.pinyin_of(name)))
