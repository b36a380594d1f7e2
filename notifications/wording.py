"""The whole text as it stands on the phone: signature, words, and how to stop it."""

import re

from notifications.choices import CHINESE, ENGLISH
from notifications.gateways import Gateway
from notifications.rules.signatures import signed

LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
HOW_TO_STOP = {CHINESE: "回复TD退订", ENGLISH: "Reply STOP to opt out."}


def letter_of(text: str, *, area_code: int, language: str, gateway: Gateway) -> str:
    """Where no reply comes back, offering one would be a lie."""
    if gateway.capabilities.two_way:
        text = f"{text}{HOW_TO_STOP[language]}" if language == CHINESE else f"{text} {HOW_TO_STOP[language]}"
    return signed(text, area_code=area_code, language=language)


def is_carried(text: str, gateway: Gateway) -> bool:
    """Operators drop a text with a web address in silence where links are not allowed."""
    return gateway.capabilities.links or not LINK.search(text)
