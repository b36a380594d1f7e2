"""Which column is which, by its heading. Every county words its roster in its own way."""

import re
import unicodedata
from collections.abc import Mapping

# Whose data it is must be the worker's own: 配偶姓名 or 紧急联系人电话 belong to somebody else. Of the head of the
# household name and number are read, to know who lives together.
OWN = r"(?:务工人员|外出人员|返乡人员|求职人员|采集对象|劳动力|劳动者|农民工|脱贫人口|人员|本人|个人)?"
HEADINGS = {
    "seq": r"序号|编号|序|no",
    "name": rf"{OWN}(?:姓名|名字)|name",
    "id_number": rf"{OWN}(?:(?:居民|公民)?身份(?:证)?(?:件)?(?:号码|号)|(?:居民)?身份证|证件号码?)|idnumber|id",
    "sex": rf"{OWN}性别|sex|gender",
    "birth_date": r"出生(?:日期|年月日?|时间)|生日|birthdate|dateofbirth",
    "age": r"年龄|周岁|age",
    "phone": rf"{OWN}(?:(?:联系)?(?:手机|电话)(?:号码|号)?|手机电话|联系方式|联系号码)|phone|mobile",
    "county": r"(?:户籍|所属|所在|家庭)?(?:县|县市区|县区|区县|县级|市县)(?:名称)?|county",
    "township": r"(?:户籍|所属|所在|家庭)?(?:乡镇|镇乡|乡|镇|乡镇街道|街道|乡街道|镇街)(?:名称)?|township",
    "village": r"(?:户籍|所属|所在|家庭)?(?:行政村|村|村社区|社区|村居|居村|村委会)(?:名称)?|village",
    "group": r"(?:村民)?(?:小)?组别?|村民组|村寨|自然寨",
    "address": (
        r"(?:户籍|家庭|现|居住|户口|详细|常住|所在)*(?:地址村?|住址|所在村|所在地|地址或村|居住地|村地址)|户籍地|address"
    ),
    "status": r"(?:目前|当前|现在|现)?(?:就业|务工)(?:状态|状况|情况|现状)|是否(?:已)?就业|status",
    "destination": r"(?:现|目前)?(?:外出)?(?:务工|就业|工作|外出)(?:地点|地|所在地|地址|地区|去向)|去向|destination",
    "employer": r"(?:务工|用人|用工|就业|工作)(?:单位|企业|公司)(?:名称)?|(?:企业|单位|公司)名称|employer",
    "wage": r"(?:平均)?(?:月工资|月收入|月薪|工资|务工收入|工资收入|月均工资|月均收入|工资待遇)(?:水平)?|wage",
    "industry": r"(?:务工|从事|就业|所属|工作)?(?:行业|产业)(?:类别|类型)?|industry",
    "lifted_out": r"(?:是否)?(?:为|属于)?(?:脱贫(?:户|人口|劳动力)|建档立卡户?|建档立卡贫困户)(?:标识|标志|属性)?",
    "relocated": r"(?:是否)?(?:为|属于)?(?:易地(?:扶贫)?搬迁|搬迁)(?:户|人口|劳动力)?(?:标识|标志)?",
    "wish": r"(?:就业|务工|外出)意愿|意愿|是否有就业意愿",
    "wish_wage": r"(?:期望|意向|希望)(?:月)?(?:工资|薪资|收入|月薪|薪酬)",
    "skills": r"(?:技能|特长|技能特长|职业技能|技能水平|掌握技能|工种)",
    "household_no": (
        r"(?:家庭|农)?户(?:籍|口)?(?:编号|编码|代码|序号|号|号码)|户口(?:本|簿)(?:编号|号码?)|家庭(?:编号|编码|代码)"
        r"|household(?:number|no|id)"
    ),
    "head_name": r"(?:所属|所在|家庭)?户主(?:姓名|名字|名称)?|headofhousehold|householdhead",
    "head_id": (
        r"(?:所属|所在|家庭)?户主(?:(?:居民|公民)?身份(?:证)?(?:件)?(?:号码|号)|(?:居民)?身份证|证件号码?)"
        r"|(?:householdhead|headofhousehold)id(?:number)?"
    ),
    "relation": (
        r"(?:与|和|同|跟)户主(?:的)?(?:之间)?关系|(?:与|和|同|跟)?家庭(?:成员)?关系|户(?:主|内)关系|是否(?:为|是)?户主"
        r"|relation(?:ship)?(?:to(?:the)?head)?"
    ),
    "collector": r"(?:采集|登记|调查|填报|走访|填表)(?:人|人员|干部)(?:姓名)?",
    "date": r"(?:采集|登记|调查|填报|走访|填表)(?:日期|时间)|日期|date",
    "remark": r"备注|说明|其他|其它|remarks?|notes?",
}
PATTERNS = {field: re.compile(pattern) for field, pattern in HEADINGS.items()}
BRACKETS = re.compile(r"[(\[【〔{<《].*?[)\]】〕}>》]")
NOISE = re.compile(r"[\s\W_]+")

# A heading row names the person and at least one thing to know them by.
NEEDED = {"name"}
KNOWN_BY = {"id_number", "phone", "address", "village", "township", "birth_date"}
FEWEST = 3


def heading_text(raw: str) -> str:
    """The heading as it is quoted in reports: 身份证号 for 身份⏎证号."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw)).strip("*:：")


def field_of(raw: str) -> str | None:
    """The field a heading stands for. Whatever stands in brackets is tried with and without: 月收入（元）."""
    text = unicodedata.normalize("NFKC", raw).lower()
    for candidate in (NOISE.sub("", BRACKETS.sub("", text)), NOISE.sub("", text)):
        for field, pattern in PATTERNS.items():
            if candidate and pattern.fullmatch(candidate):
                return field
    return None


def key_of(raw: str) -> str:
    """What two headings have in common that are the same to a reader."""
    return NOISE.sub("", unicodedata.normalize("NFKC", raw).lower())


class Words:
    """What headings stand for: what somebody said of one goes before its own words. `said` is {key: field}, with "" for
    a column that is left out."""

    def __init__(self, said: Mapping[str, str] | None = None):
        self.said = said or {}

    def field_of(self, raw: str) -> str | None:
        said = self.said.get(key_of(raw)) if self.said else None
        return field_of(raw) if said is None else said or None

    def fields_of(self, headings: list[str]) -> dict[int, str]:
        """Column number to field, from left to right. Of two columns that claim one field somebody's word has it, and
        then the first."""
        found: dict[int, str] = {}
        told = [column for column, heading in enumerate(headings) if self.said and self.said.get(key_of(heading))]
        for column in dict.fromkeys([*told, *range(len(headings))]):
            field = self.field_of(headings[column])
            if field and field not in found.values():
                found[column] = field
        return dict(sorted(found.items()))


USUAL = Words()


def is_heading(fields: dict[int, str]) -> bool:
    names = set(fields.values())
    return names >= NEEDED and bool(names & KNOWN_BY) and len(names) >= FEWEST
