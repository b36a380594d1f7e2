"""What goes on the paper of a letter: taken once at issue, and read again for every print of it."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Case
from jobs import serials
from jobs.capitals import date_in_capitals, date_in_words, number_in_capitals, number_in_words
from jobs.models import Employer, Letter, Vacancy
from jobs.papers import qr_svg
from workers import crypto, masks

SEX = {"F": "女", "M": "男"}


@dataclass(frozen=True)
class Offer:
    """What the letter recommends the person for. Wages are whole yuan a month; no vacancy, no title."""

    employer: Employer
    vacancy: Vacancy | None = None
    wage_low: int | None = None
    wage_high: int | None = None

    @classmethod
    def of_vacancy(cls, vacancy: Vacancy) -> "Offer":
        return cls(vacancy.employer, vacancy, vacancy.wage_low, vacancy.wage_high)

    @classmethod
    def of_placement(cls, placement) -> "Offer":
        return cls(placement.employer, placement.vacancy, placement.wage, placement.wage)


def facts_of(*, case: Case, offer: Offer, today: date) -> dict:
    """JSON, without the ID number. A later change of name, wage or address does not reach it."""
    worker, vacancy = case.worker, offer.vacancy
    return {
        "name": worker.name,
        "sex": worker.sex,
        "age": worker.age(today),
        "id_masked": masks.id_number(worker.id_number),
        "home": serials.in_chinese(worker.area_id),
        "employer": offer.employer.name,
        "post": vacancy.title if vacancy else "",
        "wage_low": offer.wage_low,
        "wage_high": offer.wage_high,
        "board": bool(vacancy and vacancy.board),
        "lodging": bool(vacancy and vacancy.lodging),
        "issuer": serials.issuer_of(serials.county_of(case.area_id)),
    }


@dataclass(frozen=True)
class LetterPaper:
    """The words of one print, all Chinese, whatever language the screen is in."""

    serial_head: str
    serial_number: str
    name: str
    sex: str
    age: int
    age_words: str
    id_number: str
    id_masked: str
    home: str
    home_short: str
    employer: str
    post: str
    wage: str
    wage_capitals: str
    benefits: str
    days: str
    until: str
    issued_on: str
    issuer: str
    clerk: str
    edition: str
    code: str
    qr: str
    is_long: bool


def paper_of(letter: Letter) -> LetterPaper:
    """Opens the ID number: the result is for rendering only, never for a screen or a log."""
    facts = letter.facts
    head, number, _ = letter.serial.rsplit(" ", 2)
    return LetterPaper(
        serial_head=head,
        serial_number=number,
        name=facts["name"],
        sex=SEX[facts["sex"]],
        age=facts["age"],
        age_words=number_in_words(facts["age"]),
        id_number=_id_number(letter),
        id_masked=facts["id_masked"],
        home=facts["home"],
        home_short=_below_county(facts["home"]),
        employer=facts["employer"],
        post=facts["post"],
        wage=_range(facts, "{:,}".format, "至") + " 元" if facts["wage_low"] else "",
        wage_capitals=_range(facts, lambda wage: number_in_capitals(wage) + "元", "至") if facts["wage_low"] else "",
        benefits=_benefits(facts),
        days=number_in_capitals(letter.valid_days) + "日",
        until=date_in_capitals(letter.valid_until),
        issued_on=date_in_words(localdate(letter.issued_at)),
        issuer=facts["issuer"],
        clerk=letter.issued_by.display_name if letter.issued_by else "",
        edition="首印" if letter.edition == 1 else f"补打 第 {letter.edition - 1} 次",
        code=serials.spaced(letter.verify_code),
        qr=qr_svg(verify_url(letter)),
        is_long=len(facts["name"]) + len(facts["home"]) + len(facts["employer"]) * 1.5 + len(facts["post"]) > 80,
    )


def verify_url(letter: Letter) -> str:
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse("jobs:verify", args=[letter.verify_code])


def _id_number(letter: Letter) -> str:
    cipher = letter.id_number_cipher
    return crypto.unseal(cipher, purpose=crypto.ID_NUMBER) if cipher else ""


def _below_county(home: str) -> str:
    """猫场镇大寨社区: the letterhead already says the county."""
    for ending in ("县", "市", "区"):
        head, found, rest = home.partition(ending)
        if found and rest and len(head) <= 8:
            return rest
    return home


def _range(facts: dict, words, to: str) -> str:
    low, high = facts["wage_low"], facts["wage_high"]
    return words(low) if low == high else f"{words(low)}{to}{words(high)}"


def _benefits(facts: dict) -> str:
    return {
        (True, True): "，提供食宿",
        (True, False): "，提供伙食",
        (False, True): "，提供住宿",
        (False, False): "",
    }[facts["board"], facts["lodging"]]
