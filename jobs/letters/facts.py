"""What goes on the paper of a letter: taken once at issue, and read again for every print of it."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from cases.models import Case
from jobs.letters import serials
from jobs.letters.fit import size_for
from jobs.models import Employer, Letter, Vacancy
from jobs.rules.capitals import date_in_capitals, date_in_words, number_in_capitals, number_in_words
from kit.days import local_day
from kit.papers import qr_image
from kit.sealing import crypto
from workers.choices import Sex
from workers.models import Worker
from workers.rules import masks

SEX = {Sex.FEMALE: "女", Sex.MALE: "男"}
FIXED_WORDS = (
    "兹推荐（男，三十七岁，号520599198803169256）前往贵单位，应聘岗位。"
    "该岗位登记月薪，提供食宿。请予接洽面谈，并将结果填入回执交还。"
)

CARDS = {"81": "港澳居民居住证", "82": "港澳居民居住证", "83": "台湾居民居住证", "9": "外国人永久居留身份证"}


@dataclass(frozen=True)
class Offer:
    """What the letter recommends the person for. Wages are whole yuan a month; no vacancy, no title."""

    employer: Employer
    vacancy: Vacancy | None = None
    wage_low: int | None = None
    wage_high: int | None = None

    @classmethod
    def of_introduction(cls, introduction) -> "Offer":
        vacancy = introduction.vacancy
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
    card: str
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
    size: str


def paper_of(letter: Letter) -> LetterPaper:
    """Opens the ID number: the result is for rendering only, never for a screen or a log."""
    facts = letter.facts
    head, number, _ = letter.serial.rsplit(" ", 2)
    wage, wage_capitals = _wages(facts)
    return LetterPaper(
        serial_head=head,
        serial_number=number,
        name=facts["name"],
        sex=SEX[facts["sex"]],
        age=facts["age"],
        age_words=number_in_words(facts["age"]),
        card=card_of(facts["id_masked"]),
        id_number=_id_number(letter),
        id_masked=facts["id_masked"],
        home=facts["home"],
        home_short=_below_county(facts["home"]),
        employer=facts["employer"],
        post=facts["post"],
        wage=wage,
        wage_capitals=wage_capitals,
        benefits=_benefits(facts),
        days=number_in_capitals(letter.valid_days) + "日",
        until=date_in_capitals(letter.valid_until),
        issued_on=date_in_words(local_day(letter.issued_at)),
        issuer=facts["issuer"],
        clerk=letter.issued_by.display_name if letter.issued_by else "",
        edition="首印" if letter.edition == 1 else f"补打 第 {letter.edition - 1} 次",
        code=serials.spaced(letter.verify_code),
        qr=qr_image(verify_url(letter)),
        size=_size(facts, wage, wage_capitals),
    )


def card_of(id_number: str) -> str:
    """What the paper with this number is called, masked or whole."""
    return next((name for start, name in CARDS.items() if id_number.startswith(start)), "居民身份证")


def verify_url(letter: Letter) -> str:
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse("jobs:verify", args=[letter.verify_code])


def _size(facts: dict, wage: str, wage_capitals: str) -> str:
    card = card_of(facts["id_masked"])
    return size_for(
        employer=facts["employer"],
        text=f"{FIXED_WORDS}{card}{_below_county(facts['home'])}{facts['name']}{facts['post']}{wage_capitals}",
        stub_rows=[
            (facts["name"] + "　男　37 岁", f"{card} 5205**********0000"),
            (facts["home"], facts["employer"]),
            (f"{facts['post']}　月薪 {wage}", "贰零贰陆年叁月拾柒日止（拾伍日）"),
            ("经办人", "领信人"),
        ],
    )


def _id_number(letter: Letter) -> str:
    cipher = letter.id_number_cipher
    return crypto.unseal(cipher, **_place(letter.worker_id)) if cipher else ""


def sealed_id_number(worker: Worker) -> bytes | None:
    """A copy of its own: the paper keeps the number it was issued with."""
    return crypto.seal(worker.id_number, **_place(worker.pk)) if worker.id_number else None


def _place(worker_id: int) -> dict:
    return {"purpose": crypto.column(Letter, "id_number_cipher"), "row": worker_id}


def _below_county(home: str) -> str:
    """猫场镇大寨社区: the letterhead already says the county."""
    for ending in ("县", "市", "区"):
        head, found, rest = home.partition(ending)
        if found and rest and len(head) <= 8:
            return rest
    return home


def _wages(facts: dict) -> tuple[str, str]:
    """In figures for the stub, in capitals for the letter; both empty when no wage is known."""
    low, high = facts["wage_low"], facts["wage_high"]
    if not low:
        return "", ""
    wages = (low,) if low == high else (low, high)
    return "至".join(f"{wage:,}" for wage in wages) + " 元", "至".join(
        f"{number_in_capitals(wage)}元" for wage in wages
    )


def _benefits(facts: dict) -> str:
    return {
        (True, True): "，提供食宿",
        (True, False): "，提供伙食",
        (False, True): "，提供住宿",
        (False, False): "",
    }[facts["board"], facts["lodging"]]
