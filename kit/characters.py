"""Characters that are not what they seem: those nobody sees, and those that GBK had before Unicode did.

Systems of then gave the latter places for private use, which print as a blank. They stand in names on rosters and in
registers to this day, and each has had a place of its own since.
"""

import re
import unicodedata

UNSEEN_SPACE = "\ue5e5"  # GB 18030's full-width space, where a table of private use was taken for it
# Printable by category and drawn as nothing: fillers, joiners, and which of two drawings of a character is meant.
UNSEEN_MARK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
UNSEEN_KINDS = ("Cf", "Cc", "Cs")
"""Zero-width, bidirectional, control characters."""

# Those that Python's GB 18030, of 2000, still has in private use; by GB 18030 of 2022.
SINCE_2005 = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
    0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
FIRST, ROW = 0xE815, 0xFE


def on_one_line(text: str) -> str:
    """What the eye sees of it, single-spaced."""
    return " ".join((text if text.isprintable() and not UNSEEN_MARK.search(text) else without_unseen(text)).split())


def without_unseen(text: str) -> str:
    """Spaces and line breaks stay; a space for the one of private use, which prints as one."""
    return "".join(map(_seen, text))


def _seen(character: str) -> str:
    if character == UNSEEN_SPACE:
        return " "
    is_unseen = unicodedata.category(character) in UNSEEN_KINDS or UNSEEN_MARK.match(character)
    return character if character.isspace() or not is_unseen else ""


def _places() -> dict[int, int]:
    """The last row of GBK, FE50 to FEA0, in the order of the places that it was given."""
    cells = [cell for cell in range(0x50, 0xA1) if cell != 0x7F]
    now = [bytes([ROW, cell]).decode("gb18030") for cell in cells]
    known = {FIRST + place: ord(character) for place, character in enumerate(now)}
    return {old: new for old, new in known.items() if unicodedata.category(chr(new)) != "Co"} | SINCE_2005


OF_GBK = _places()
