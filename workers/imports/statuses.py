"""What a roster's 就业状态 means on the register: the same word is another status in another place."""

from areas.ranges import Level, code_at
from workers.choices import Status

GUIZHOU = 520000000000
BIJIE = 520500000000

# Tried in this order: 未就业 before 就业, 返乡 before 务工.
WORDS = [
    (Status.DECEASED, ("死亡", "去世", "已故")),
    (Status.ARMY, ("参军", "服役", "入伍")),
    (Status.STUDENT, ("在校", "在读", "上学", "读书", "学生")),
    (Status.UNABLE, ("无劳动能力", "丧失劳动", "丧失劳力", "弱劳力", "重病", "重残")),
    (Status.UNREACHABLE, ("失联", "联系不上")),
    (Status.MOVED, ("迁出", "外迁")),
    (Status.UNEMPLOYED_WILLING, ("未就业", "失业", "无业", "待业", "未务工", "没有就业", "没就业", "在家待")),
    (Status.RETURNED_GOING_BACK, ("返乡待返岗", "准备返岗", "短期返乡", "探亲")),
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
WORKING = ("务工", "就业", "在岗", "上班", "打工", "外出", "是", "已就业")


def status_of(text: str, *, home: int | None, destination: int | None, is_willing: bool | None) -> str | None:
    """The register's status; None when the words mean nothing to us. Blank is UNKNOWN, never a guess."""
    if not text:
        return Status.UNKNOWN
    for status, words in WORDS:
        if any(word in text for word in words):
            return _with_wish(status, is_willing)
    for status, words in DIRECTLY_SAID:
        if any(word in text for word in words):
            return status
    if any(word in text for word in NEARBY):
        return _by_place(home, destination) if destination else Status.EMPLOYED_IN_COUNTY
    if text in ("否", "无", "没有"):
        return _with_wish(Status.UNEMPLOYED_WILLING, is_willing)
    if any(word in text for word in WORKING):
        return _by_place(home, destination) if destination else Status.EMPLOYED_OUTSIDE_PROVINCE
    return None


def _with_wish(status: str, is_willing: bool | None) -> str:
    return Status.NOT_WILLING if status == Status.UNEMPLOYED_WILLING and is_willing is False else status


def _by_place(home: int | None, destination: int) -> str:
    if code_at(destination, Level.PROVINCE) != GUIZHOU:
        return Status.EMPLOYED_OUTSIDE_PROVINCE
    if code_at(destination, Level.PREFECTURE) != BIJIE:
        return Status.EMPLOYED_IN_PROVINCE
    if home and code_at(destination, Level.COUNTY) == code_at(home, Level.COUNTY):
        return Status.EMPLOYED_IN_COUNTY
    return Status.EMPLOYED_IN_CITY
