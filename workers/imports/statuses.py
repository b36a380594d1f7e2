"""What a roster's 就业状态 means on the register: the same word is another status in another place."""

import re

from areas.ranges import SERVED, Level, code_at
from workers.choices import Status
from workers.imports.cells import Cell
from workers.imports.fields import Read
from workers.imports.wishes import says_unwilling

GUIZHOU = 520000000000

# Tried in this order: 未就业 before 就业, 返乡 before 务工.
WORDS = [
    (Status.DECEASED, ("死亡", "去世", "已故")),
    (Status.ARMY, ("参军", "服役", "入伍")),
    (Status.STUDENT, ("在校", "在读", "上学", "读书", "学生")),
    (Status.UNABLE, ("无劳动能力", "丧失劳动", "丧失劳力", "无就业能力", "弱劳力", "重病", "重残")),
    (Status.UNREACHABLE, ("失联", "联系不上")),
    (Status.MOVED, ("迁出", "外迁")),
    (
        Status.UNEMPLOYED_WILLING,
        ("未就业", "失业", "无业", "待业", "待岗", "下岗", "未务工", "没有就业", "没就业", "在家待", "求职", "找工作"),
    ),
    (Status.RETURNED_GOING_BACK, ("待返岗", "准备返岗", "计划返岗", "短期返乡", "探亲")),
    (Status.RETURNED_STAYING, ("返乡",)),
    (Status.FARMING, ("务农", "种地", "种植", "养殖", "在家农")),
]  # fmt: skip
DIRECTLY_SAID = [
    (Status.EMPLOYED_OUTSIDE_PROVINCE, ("省外", "跨省")),
    (Status.EMPLOYED_IN_COUNTY, ("县内", "本县", "乡内", "本乡", "公益性岗位", "公益岗", "帮扶车间", "扶贫车间")),
    (Status.EMPLOYED_IN_CITY, ("市内", "本市")),
    (Status.EMPLOYED_IN_PROVINCE, ("省内",)),
]
NEARBY = ("本地", "就近", "就地", "灵活", "创业", "自主", "个体", "零工")
WORKING = ("务工", "就业", "在岗", "上班", "打工", "外出", "工作")
PLAIN_YES = re.compile(r"是的?(?:$|[，,。；;(（])")
PLAIN_NO = re.compile(r"(?:否|无|没有|不是|没|未|不)(?:$|[，,。；;(（])")

CLAUSES = re.compile(r"[，,。；;、()（）\s]+")
WORK = "(?:务工|就业|上班|打工|外出|在岗|工作|创业|返岗|省外|省内|市内|县内|本地|就近|就地)"
# 未签合同务工, 不稳定就业 and 非农就业 are work all the same, and 无锡 is a city
NOT_AT_WORK = re.compile(
    rf"(?:[未没无](?!签|参保|参加|缴|交|满|成年|锡|为|极)[^，]{{0,4}}?"
    rf"|不(?:愿|想|打算|准备|能|会|再|去|在|肯|便|方便|适合|具备)[^，]{{0,4}}?|不){WORK}"
    r"|非(?:务工|就业|在岗)"
)
# a wish, a plan or a need is no work yet
NOT_YET_AT_WORK = re.compile(
    rf"(?:意愿|(?<!自)愿|(?<!理)想|希望|打算|准备|计划|拟|需要|等待)[^，]{{0,6}}?{WORK}"
    r"|(?<![招接])待(?:就业|务工|上班|外出)"
    rf"|{WORK}[^，]{{0,2}}?(?:意愿|意向|愿望|困难|需求|援助|培训|指导|服务对象|帮扶(?!车间))"
)


def read_status(cell: Cell, home: int | None, destination: int | None, is_willing: bool | None) -> Read:
    """UNKNOWN, and what to say about it, for words that mean nothing to us."""
    if cell.is_formula:
        return Read(Status.UNKNOWN, ("field_is_formula",))
    text = "" if cell.says_nothing and cell.line not in ("无", "没有") else cell.line
    status = status_of(text, home=home, destination=destination, is_willing=is_willing)
    return Read(status or Status.UNKNOWN, () if status else ("status_unreadable",))


def status_of(text: str, *, home: int | None, destination: int | None, is_willing: bool | None) -> str | None:
    """The register's status; None when the words mean nothing to us. Blank is UNKNOWN, never a guess."""
    if not text:
        return Status.UNKNOWN
    is_willing = False if says_unwilling(text) else is_willing
    if status := _first(WORDS, text):
        return _with_wish(status, is_willing)
    clauses = list(filter(None, CLAUSES.split(text)))
    said = [clause for clause in clauses if not NOT_AT_WORK.search(clause) and not NOT_YET_AT_WORK.search(clause)]
    if status := _at_work("，".join(said), home, destination):
        return status
    is_out_of_work = len(said) < len(clauses) or PLAIN_NO.match(text)
    return _with_wish(Status.UNEMPLOYED_WILLING, is_willing) if is_out_of_work else None


def _at_work(text: str, home: int | None, destination: int | None) -> str | None:
    if status := _first(DIRECTLY_SAID, text):
        return status
    if any(word in text for word in NEARBY):
        return _by_place(home, destination) if destination else Status.EMPLOYED_IN_COUNTY
    if PLAIN_YES.match(text) or any(word in text for word in WORKING):
        return _by_place(home, destination) if destination else Status.EMPLOYED_OUTSIDE_PROVINCE
    return None


def _first(meanings: list[tuple[str, tuple[str, ...]]], text: str) -> str | None:
    """A word with a no before it says nothing: 未返乡, 不是学生."""
    for status, words in meanings:
        if any(re.search(rf"(?<![不没未非无])(?<!不是)(?<!没有){word}", text) for word in words):
            return status
    return None


def _with_wish(status: str, is_willing: bool | None) -> str:
    return Status.NOT_WILLING if status == Status.UNEMPLOYED_WILLING and is_willing is False else status


def _by_place(home: int | None, destination: int) -> str:
    if code_at(destination, Level.PROVINCE) != GUIZHOU:
        return Status.EMPLOYED_OUTSIDE_PROVINCE
    if code_at(destination, Level.PREFECTURE) != SERVED:
        return Status.EMPLOYED_IN_PROVINCE
    if home and code_at(destination, Level.COUNTY) == code_at(home, Level.COUNTY):
        return Status.EMPLOYED_IN_COUNTY
    return Status.EMPLOYED_IN_CITY
