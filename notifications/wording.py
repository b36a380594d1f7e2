"""The whole text as it stands on the phone: signature, words, and how to stop it."""

from notifications.gateways import Gateway
from notifications.signatures import signed

HOW_TO_STOP = {"zh-hans": "回复TD退订", "en": "Reply STOP to opt out."}


def letter_of(text: str, *, area_code: int, language: str, gateway: Gateway) -> str:
    """Where no reply comes back, offering one would be a lie."""
    if gateway.capabilities.two_way:
        text = f"{text}{HOW_TO_STOP[language]}" if language == "zh-hans" else f"{text} {HOW_TO_STOP[language]}"
    return signed(text, area_code=area_code, language=language)
