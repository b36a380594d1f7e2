"""Characters that GBK had before Unicode did: systems of then gave them places for private use, which print as a blank.

They stand in names on rosters and in registers to this day, and each has had a place of its own since.
"""

import unicodedata

# Those that Python's GB 18030, of 2000, still has in private use; by GB 18030 of 2022.
SINCE_2005 = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
    0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
FIRST, ROW = 0xE815, 0xFE


def _places() -> dict[int, int]:
    """The last row of GBK, FE50 to FEA0, in the order of the places that it was given."""
    cells = [cell for cell in range(0x50, 0xA1) if cell != 0x7F]
    now = [bytes([ROW, cell]).decode("gb18030") for cell in cells]
    known = {FIRST + place: ord(character) for place, character in enumerate(now)}
    return {old: new for old, new in known.items() if unicodedata.category(chr(new)) != "Co"} | SINCE_2005


OF_GBK = _places()
