"""Rows as they come and as they never should, made by a seed: the same seed makes the same.

Names, numbers and phones come from so few that every row has something in common with another.
"""

import random
from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from tests.workers.rosters import HEADINGS
from workers.imports.cells import BLANK, Cell
from workers.imports.reading import Lines
from workers.imports.tables import RosterRow
from workers.imports.verdicts import Verdict
from workers.rules.idnumbers import CHECK_CHARACTERS, WEIGHTS

NAMES = (
    "王芳", "李娜", "张伟", "王 芳", "王·芳", "欧阳海", "覃朝阳", "喆喆", "阿依古丽·买买提", "José García",
    "jose garcia",
    "王芳1", "", "=王芳", "王\u200b芳", "𠅤王", "王\ue863", "⼥芳", "Ａｎｎａ", "张㛃", "王芳（小）", "O'Neil",
    "·", "无", "-",
    "李" * 41, "王\ufffd", "張伟", "司马 相如", "\ue5e5王芳", "王　芳",
)  # fmt: skip
NUMBERS = (
    "", "无", "-", "52242519880919902", "522425198809199020", "522425198813199026",
    "５２２４２５１９８８０９１９９０２６",
    "522425 19880919 9026", "'522425198809199026", '="522425198809199026"', "522425880919902", "H12345678",
    "123456789",
    "5.22425E+17", "=A1&B1", "99999919880919902X", "52242519880919902x", "522425203009199026", "522425189009199021",
    "522425198809199026\u200b", "52242519880919\ufffd026", "81000019880919902X", "012345678901234567", "PA1234567",
    "933840198809199026", "522425-19880919-9026", "\u202d522425198809199026", "522425１98809199026",
)  # fmt: skip
PHONES = (
    "", "13812345678", "13812345679", "+8613812345678", "8613812345678", "138-1234-5678", "138 1234 5678",
    "1381234567",
    "138123456789", "13812345678/13912345678", "13812345678.0", "1.38E+10", "'13812345678",
    '="13812345678"', "0857-8222222",
    "08578222222", "12345678901", "17912345678", "17950013812", "10086", "4001234567",
    "１３８１２３４５６７８", "=A2", "无",
    "1381234567\ufffd", "+85291234567", "013812345678", "17005123456", "14912345678", "1380000\u200b1234",
    "+1 650 253 0000",
    "13812345678\n", "19912345678", "17405123456", "17406123456", "²3812345678", "٣3812345678",
)  # fmt: skip
ADDRESSES = (
    "织金县猫场镇凤坪村", "贵州省毕节市织金县猫场镇凤坪村三组", "猫场镇凤坪村", "凤坪村",
    "黔西县谷里镇谷兴社区", "织金县", "大方县", "",
    "织金县猫场镇", "织金县白泥镇太阳谷村", "广东省深圳市", "织金县猫场乡凤坪社区二组", "化起镇红光社区",
    "织金县凤坪村", "无",
    "织金县猫场镇岩脚村13812345678", "=A1", "毕节地区织金县猫场镇凤坪村委会", "龙场镇和平村",
    "织金县\ufffd场镇凤坪村",
    "百里杜鹃管理区鹏程街道", "威宁自治县草海镇", "织金县望江镇牛硐社区", "522425198809199026",
)  # fmt: skip
DAYS = (
    "2026-11-01", "2026/9/1", "2026年9月10日", "20260910", "46000", "46000.5", "二〇二六年九月十日",
    "2027-01-01", "1999-01-01", "",
    "无", "=TODAY()", "2026-13-01", "2026.9.1 12:30", "昨天", "２０２６-09-10", "2026-9-31", "2026-11-21",
)  # fmt: skip
BORN = (
    "", "1988-09-19", "1988年9月19日", "19880919", "88-9-19", "880919", "1988年9月", "农历1988年八月初九",
    "1988", "19541", "2030-01-01",
    "1850-01-01", "1988-02-30", "1990-09-19", "=B2", "无", "1988年正月十五", "2015-01-01", "1988/09/19",
    "2009-09-19", "1950-1-1",
)  # fmt: skip
WORDS = (
    "", "无", "-", "永康市某门业有限公司", '他说"好",走了', "=1+1", "+86电话", "电话13812345678", "@home",
    "-5", "会电焊\n会驾驶",
    "身份证522425198809199026", "①③⑧①②③④⑤⑥⑦⑧", "a" * 300, "\u200b", "一三八一二三四五六七八",
    "１３８１２３４５６７８", "ABC123456010112", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
    "3-5年", "N/A", "2026.01.02-2026.03.04", "５２２４２５１９８８０９１９９０２６", "坏\ufffd字", "\ue863字",
    "139 0000 0000 张三",
)  # fmt: skip
PLAIN = {
    "sex": ("", "男", "女", "M", "female", "1", "2男", "男性", "不详", "=IF(1)", "Ｆ", "女\ufffd", " 男 "),
    "status": (
        "", "未就业", "省外就业", "县内就业", "返乡", "待返岗", "在校学生", "死亡", "不详", "是", "否", "无",
        "务工", "本地灵活就业", "未返乡", "=A1",
        "有就业意愿", "不愿外出务工", "在外务工，未签合同", "不稳定就业", "待就业", "迁出", "就业困难",
        "已就业", "没有", "自主创业", "坏\ufffd",
    ),
    "destination": (
        "", "浙江省金华市永康市", "浙江永康", "温州", "毕节", "织金县", "本地", "在家", "朝阳区", "缅甸",
        "Yongkang in Zhejiang", "无", "=A1",
        "贵阳市", "贵州省毕节市大方县", "广东省佛山市南海区某厂", "家", "县内", "中山", "吉林",
    ),
    "wage": ("", "5200", "5,200元", "0.52万", "面议", "5千左右", "200", "0", "-1", "300/天", "=A1", "1e9",
    "¥4500/月", "4500-6000", "５２００"),
    "wish_wage": ("", "5000", "5k", "面议", "每月6000", "很多", "199.5", "无"),
    "lifted_out": ("", "是", "否", "Y", "√", "脱贫户", "非脱贫户", "是的", "不详", "1", "无", "否 ", "=A1"),
    "relocated": ("", "是", "否", "已搬迁", "未搬迁", "x", "也许"),
    "wish": (
        "", "愿意外出", "不愿意", "无就业意愿", "浙江", "否", "想在家附近", "不想外出", "看情况", "=A1", "有",
        "无", "坏\ufffd", "暂无",
        "希望就近就业", "N", "没有外出务工意愿",
    ),
    "county": ("", "织金县", "大方县", "黔西市"), "township": ("", "猫场镇", "化起镇", "龙场镇"),
    "village": ("", "凤坪村", "红光社区", "岩脚", "和平村"), "group": ("", "三组", "新寨组"),
}  # fmt: skip
POOLS = {
    "name": NAMES, "id_number": NUMBERS, "phone": PHONES, "address": ADDRESSES, "date": DAYS, "birth_date": BORN,
    "employer": WORDS, "industry": WORDS, "skills": WORDS, "remark": WORDS, **PLAIN,
}  # fmt: skip
ODD = (
    "\u200b\u3000\xa0\n\t \ufffd\ue5e5\ue863·.。-—'\"=+@,，、/()（）"
    "０Ａｘ①²٣𝟏零一十年月日县乡镇村组0123456789XxéÉ\u0301⼥㐂𠮷\U000e0101"
)
SHEETS = (
    ("name", "id_number", "phone", "address", "status", "destination", "employer", "wage", "lifted_out", "date"),
    ("name", "sex", "birth_date", "id_number", "phone", "address", "status", "remark", "skills", "relocated"),
    ("name", "sex", "birth_date", "phone", "county", "township", "village", "group", "wish", "wish_wage", "industry"),
    ("name", "id_number", "sex", "phone", "township", "village", "address", "status", "destination", "wish", "date"),
    tuple(POOLS),
)
"""Columns of one roster each."""


def strange_rows(seed: int, count: int, *, strange: float = 0.15) -> list[RosterRow]:
    """Of a file with one sheet. That share of the cells is odd, the others are as they should be."""
    chance = random.Random(seed)
    columns, is_typed = SHEETS[seed % len(SHEETS)], chance.random() < 0.5
    headings = {name: HEADINGS[name] for name in columns}
    return [_row(chance, str(number), columns, headings, is_typed, strange) for number in range(2, count + 2)]


def _row(chance, label, columns, headings, is_typed, strange) -> RosterRow:
    cells = {}
    for name in columns:
        is_odd = chance.random() < strange
        text = chance.choice(POOLS[name]) if is_odd else _good(chance, name)
        cells[name] = _cell(chance, _hurt(chance, text) if chance.random() < strange / 3 else text, is_typed)
    if chance.random() < 0.02:
        cells.pop(chance.choice(columns))
    lines = Lines(5, 6, chance.random() < 0.5) if chance.random() < 0.01 else None
    return RosterRow(label, cells, headings, is_typed, chance.random() < 0.01, lines)


def _hurt(chance: random.Random, text: str) -> str:
    """With a character more, less or in place of another, or with part of another text behind it."""
    at = chance.randrange(len(text) + 1)
    upto = at + chance.randrange(2)
    return text[:at] + chance.choice(("", chance.choice(ODD), chance.choice(ODD), chance.choice(WORDS))) + text[upto:]


def _good(chance: random.Random, name: str) -> str:
    if name == "name":
        return chance.choice(NAMES[:7])
    if name == "id_number":
        return "" if chance.random() < 0.3 else a_number(chance)
    if name == "phone":
        return f"138{chance.randrange(40):08}"
    if name == "birth_date":
        return f"19{chance.choice((70, 71, 72, 88))}-0{chance.randrange(1, 5)}-10"
    if name == "sex":
        return chance.choice("男女")
    return POOLS[name][0] or POOLS[name][1]


def a_number(chance: random.Random) -> str:
    """One of a thousand or so."""
    digits = (
        f"522425{chance.choice((1970, 1971, 1988, 2009, 1950))}0{chance.randrange(1, 5)}10{chance.randrange(900, 930)}"
    )
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + CHECK_CHARACTERS[total % 11]


def _cell(chance: random.Random, text: str, is_typed: bool) -> Cell:
    if not text:
        return chance.choice((BLANK, Cell("  ")))
    if not is_typed or chance.random() < 0.7:
        return Cell(text)
    if text.startswith("="):
        return Cell(text, "formula")
    if text.isdigit() and text.isascii():
        return Cell(text, "number")
    try:
        return Cell(text, "date", date.fromisoformat(text))
    except ValueError:
        return Cell(text, chance.choice(("text", "boolean", "formula")))


def decisions_for(rows: list[RosterRow], seed: int) -> dict[str, dict[str, str]]:
    """Answers, fitting and not, to some of what these rows ask."""
    chance = random.Random(seed)
    labels = [row.label for row in rows]
    said: dict[str, dict[str, str]] = {}
    for label in chance.sample(labels, len(labels) // 3):
        said[label] = {
            "number": chance.choice(labels),
            "in_file": chance.choice(("another", f"row:{chance.choice(labels)}")),
            "birth": "1988-09-19",
        }
    if seed % 2:
        said["*"] = {"in_file": chance.choice(("same", "another")), "birth": "right"}
    return said


def as_told(verdict: Verdict) -> tuple:
    """All of it, in words that can be compared and kept."""
    questions = [verdict.question, *verdict.answered]
    return (
        verdict.row.label, verdict.verdict, verdict.is_saved,
        tuple((each.name, getattr(verdict.person, each.name)) for each in fields(verdict.person)),
        tuple((issue.name, issue.field, issue.values, issue.message) for issue in verdict.issues),
        verdict.duplicate_of, verdict.new_name, verdict.adds_number, verdict.keeps_name, verdict.existing,
        tuple(question and (question.about, question.name, tuple(_options(question))) for question in questions),
    )  # fmt: skip


def _options(question) -> Iterator[tuple]:
    return ((option.choice, str(option.label), option.who) for option in question.options)
