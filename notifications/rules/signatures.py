"""Who a text is from: 【织金就业】 in Chinese, by the county the worker lives in."""

from django.conf import settings

from areas.ranges import SERVED, Level, code_at
from notifications.choices import CHINESE

CITY = SERVED

SIGNATURES = {
    CITY: ("毕节就业", "Bijie Jobs"),
    520502000000: ("七星关就业", "Qixingguan Jobs"),
    520521000000: ("大方就业", "Dafang Jobs"),
    520523000000: ("金沙就业", "Jinsha Jobs"),
    520524000000: ("织金就业", "Zhijin Jobs"),
    520525000000: ("纳雍就业", "Nayong Jobs"),
    520526000000: ("威宁就业", "Weining Jobs"),
    520527000000: ("赫章就业", "Hezhang Jobs"),
    520581000000: ("黔西就业", "Qianxi Jobs"),
}


def signed(text: str, *, area_code: int, language: str) -> str:
    """Domestic networks demand the lenticular brackets; in English they would double the price of the text."""
    chinese, english = _signature_of(area_code)
    return f"【{chinese}】{text}" if language == CHINESE else f"{english}: {text}"


def sender_of(area_code: int) -> str:
    """The Chinese name, as a phone shows it on top of the conversation."""
    return _signature_of(area_code)[0]


def _signature_of(area_code: int) -> tuple[str, str]:
    """WAYFARE_SMS_SIGNATURES = {county code: (Chinese, English)} overrides the list above."""
    known = SIGNATURES | getattr(settings, "WAYFARE_SMS_SIGNATURES", {})
    return known.get(code_at(area_code, Level.COUNTY), known[CITY])
