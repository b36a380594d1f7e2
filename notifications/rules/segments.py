"""How many texts the network will bill for one message. Pure."""

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")  # two units each, behind an escape

GSM7_ALONE, GSM7_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67


def count_segments(body: str, *, knows_gsm7: bool) -> int:
    """Twilio packs plain Latin text as GSM-7; domestic gateways count every character as UCS-2."""
    if knows_gsm7 and is_gsm7(body):
        return _pack([2 if char in GSM7_EXTENDED else 1 for char in body], GSM7_ALONE, GSM7_JOINED)
    units = len(body.encode("utf-16-le")) // 2
    if units == len(body):  # no character of two units: nothing is to be kept together
        return min(units, 1) if units <= UCS2_ALONE else -(-units // UCS2_JOINED)
    return _pack([2 if ord(char) > 0xFFFF else 1 for char in body], UCS2_ALONE, UCS2_JOINED)


def is_gsm7(body: str) -> bool:
    return all(char in GSM7 or char in GSM7_EXTENDED for char in body)


def _pack(widths: list[int], alone: int, joined: int) -> int:
    """A character of two units never straddles two segments: a rare surname (𠮷) may cost one unit more."""
    if sum(widths) <= alone:
        return 1 if widths else 0
    segments, room = 1, joined
    for width in widths:
        if width > room:
            segments, room = segments + 1, joined
        room -= width
    return segments
