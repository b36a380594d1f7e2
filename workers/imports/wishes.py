"""Does a roster say that somebody wants work? Not wanting to leave home is not the same as not wanting work."""

import re

from areas.destinations import resolve_destination
from workers.imports.cells import Cell
from workers.imports.fields import Read

WORK = "(?:就业|务工|上班|打工|做工|工作|劳动|求职|干活)"
WHOLE_NO = frozenset({"否", "无", "没有", "没", "不", "不是", "不愿", "不愿意", "不想", "×", "N", "NO", "0"})
UNWILLING = re.compile(
    rf"(?:暂?无|没有?|缺乏)(?:{WORK}的?)*(?:意愿|意向|想法)|无意{WORK}"
    rf"|不(?:愿意?|想|打算|肯|准备)(?:再|继续|参加|去|找|出来)*(?:{WORK}|$|(?=[，,。；;、\s(（]))"
)
WILLING = re.compile(rf"(?<![不没无])(?:愿意?|想|希望|有意)[^，,。；;]*?(?:{WORK}|就近|就地|本地|创业)")
AWAY = re.compile(r"(?:不|无|没有?)[^，,。；;]{0,4}(?:外出|出去|离家|出远门|出省)")
SPEAKS_OF_WORK = re.compile(
    rf"{WORK}|^[是有要对√✓✔Y1]|愿|想|希望|可以|同意|意向|外出|返岗|继续|就近|就地|本地|附近|家门口|创业|[省市县乡镇村]"
)


def says_unwilling(text: str) -> bool:
    return bool(UNWILLING.search(text)) and not WILLING.search(text)


def read_wish(cell: Cell, heading: str = "") -> Read:
    """True, False, or None where nothing is said. Under 外出意愿 a plain no is only about going away."""
    text = cell.line
    if cell.is_formula or cell.is_blank:
        return Read()
    if text.upper() in WHOLE_NO:
        return Read(None if "外出" in heading else False)
    if cell.says_nothing:
        return Read()
    if says_unwilling(text):
        return Read(False)
    if AWAY.search(text) and not WILLING.search(text):
        return Read()
    is_said = SPEAKS_OF_WORK.search(text) or resolve_destination(text)
    return Read(True) if is_said else Read(notes=("wish_unreadable",))
