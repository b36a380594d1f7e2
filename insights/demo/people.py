"""Invented people, the same ones for the same seed. Pure: rows out, nothing saved.

Ages, sexes, industries, wages and destinations follow published surveys of rural migrant workers; every
identity number carries a sequence of 900-999 and every name is drawn by chance.
"""

import csv
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

from workers.choices import Sex, Status

DATA = Path(__file__).parent / "data"

ID_PREFIX = "522425"
"""Zhijin before the re-coding of 2011: the prefix nearly every adult there carries."""

CHECK_DIGITS = "10X98765432"
CHECK_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]

AGE_BANDS = {(18, 40): 45, (41, 50): 25, (51, 59): 30}
FEMALE = 0.42
STATUSES = {
    "employed_outside_province": 48, "employed_in_province": 8, "employed_in_city": 5, "employed_in_county": 9,
    "farming": 9, "returned_going_back": 5, "student": 3, "unable": 2, "not_willing": 2, "unknown": 1,
    "unemployed_willing": 5, "returned_staying": 3,
}  # fmt: skip
INDUSTRIES = {
    "制造业": 27.5,
    "建筑业": 15.4,
    "批发零售": 13.2,
    "居民服务": 12.7,
    "交通运输": 7.1,
    "住宿餐饮": 6.7,
    "其他": 17.4,
}
DESTINATIONS = {
    "3307": 14, "3303": 10, "3302": 8, "3310": 6, "4419": 9, "4406": 6, "4403": 5, "4401": 4, "3505": 9, "3502": 4,
    "3205": 7, "5301": 5, "3101": 3, "5001": 3, "4501": 2, "4201": 2, "4301": 2, "1101": 1,
}  # fmt: skip
TAGS = {"lifted_out": 0.17, "relocated": 0.06, "difficulty": 0.02, "disabled": 0.01, "low_security": 0.03,
        "graduate": 0.02, "veteran": 0.01, "monitored_marginal": 0.01, "monitored_unstable": 0.008}  # fmt: skip
MEDIAN_WAGE, WAGE_SPREAD = 4700, 0.33
FOREIGN = 0.001
LATIN_NAMES = ["NGUYEN THI HOA", "Tran Van Duc", "Maria Santos Cruz", "LE THI THU", "Aung Min", "Phạm Thị Lan"]
FOREIGN_PREFIX = "952704"
"""Of the permanent-residence card: a foreigner in Guizhou, from Viet Nam."""
LONG_NAMES = ["阿木·沙玛", "阿苦·吉木尔古惹", "沙马·阿依", "吉克·拉且", "阿西·木呷"]
MOBILE_PREFIXES = ["138", "139", "150", "151", "152", "158", "182", "183", "187", "188", "198"]


@dataclass(frozen=True)
class InventedPerson:
    """One invented worker. `household` numbers the family; `wage` is yuan a month or None."""

    name: str
    sex: str
    birth_date: date
    id_number: str
    phone: str
    village_code: int
    household: int
    status: str
    status_since: date
    industry: str
    destination_prefix: str
    wage: int | None
    tags: tuple[str, ...] = field(default=())


def people(n: int, *, villages: list[int], today: date, seed: int) -> Iterator[InventedPerson]:
    """`n` people in families of one to four, spread over the villages."""
    chance = random.Random(seed)
    taken: set[str] = set()
    made = household = 0
    while made < n:
        household += 1
        village, surname = chance.choice(villages), surname_by(chance)
        phone = phone_by(chance)
        for _ in range(min(chance.choice([1, 2, 2, 3, 4]), n - made)):
            made += 1
            shared = phone if chance.random() < 0.2 else phone_by(chance)
            yield person(chance, surname, village, household, shared, today, taken)


def person(chance, surname, village, household, phone, today, taken) -> InventedPerson:
    sex = Sex.FEMALE if chance.random() < FEMALE else Sex.MALE
    born = birth_by(chance, today)
    is_foreign = chance.random() < FOREIGN
    status = weighted(chance, STATUSES)
    away = status.startswith("employed")
    return InventedPerson(
        name=chance.choice(LATIN_NAMES) if is_foreign else name_by(chance, surname, sex),
        sex=sex,
        birth_date=born,
        id_number=id_number_by(chance, born, sex, taken, FOREIGN_PREFIX if is_foreign else ID_PREFIX),
        phone=phone,
        village_code=village,
        household=household,
        status=status,
        status_since=today - timedelta(days=chance.randint(5, 300)),
        industry=weighted(chance, INDUSTRIES) if away else "",
        destination_prefix=weighted(chance, DESTINATIONS) if status == Status.EMPLOYED_OUTSIDE_PROVINCE else "",
        wage=wage_by(chance) if away else None,
        tags=tuple(tag for tag, share in TAGS.items() if chance.random() < share),
    )


def name_by(chance: random.Random, surname: str, sex: str) -> str:
    if chance.random() < 0.004:
        return chance.choice(LONG_NAMES)
    own = surname if chance.random() < 0.7 else surname_by(chance)
    return own + chance.choice(given_names()[sex])


def surname_by(chance: random.Random) -> str:
    names, heaps = surnames()
    return chance.choices(names, cum_weights=heaps)[0]


@cache
def surnames() -> tuple[list[str], list[float]]:
    rows = [row for row in read("surnames.csv") if row["weight"]]
    return [row["surname"] for row in rows], list(accumulate(float(row["weight"]) for row in rows))


@cache
def given_names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {"F": [], "M": []}
    for row in read("given_names.csv"):
        names[row["sex"]].append(row["given_name"])
    return names


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def weighted(chance: random.Random, weights: dict):
    return chance.choices(list(weights), weights=list(weights.values()))[0]


def birth_by(chance: random.Random, today: date) -> date:
    youngest, oldest = weighted(chance, AGE_BANDS)
    return today - timedelta(days=chance.randint(youngest * 366, oldest * 365))


def wage_by(chance: random.Random) -> int:
    """Log-normal around the median of 4,700 yuan, in hundreds."""
    return max(1800, round(math.exp(chance.gauss(math.log(MEDIAN_WAGE), WAGE_SPREAD)) / 100) * 100)


def phone_by(chance: random.Random) -> str:
    return f"+86{chance.choice(MOBILE_PREFIXES)}{chance.randrange(10**8):08d}"


def id_number_by(chance: random.Random, born: date, sex: str, taken: set[str], prefix: str = ID_PREFIX) -> str:
    """A number no one else here has: odd sequences are men, 900-999 keeps clear of the living."""
    while True:
        sequence = 900 + 2 * chance.randrange(50) + (sex == Sex.MALE)
        body = f"{prefix}{born:%Y%m%d}{sequence}"
        if body not in taken:
            taken.add(body)
            return body + check_digit(body)


def check_digit(body: str) -> str:
    """GB 11643, ISO 7064 MOD 11-2."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(body, CHECK_WEIGHTS, strict=True)) % 11]
