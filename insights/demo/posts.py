"""Invented employers and posts: the kinds of work people from Zhijin go to, near and far. Wages are yuan a month."""

from dataclasses import dataclass

from jobs.models import Employer

Kind = Employer.Kind


@dataclass(frozen=True)
class Post:
    title: str
    headcount: int
    wage_low: int
    wage_high: int
    board: bool = True
    lodging: bool = True
    age_max: int = 55
    night_shift: bool = False
    suits_minors: bool = False


@dataclass(frozen=True)
class Firm:
    """`area_code` is the county or prefecture of the work place, 12 digits."""

    name: str
    kind: str
    area_code: int
    posts: tuple[Post, ...]
    phone: str = "0857-7620000"


FIRMS = (
    Firm(
        "永康市合成五金有限公司",
        Kind.COMPANY,
        330784000000,
        (Post("五金装配工", 60, 5000, 5600), Post("抛光工", 20, 5600, 6800)),
    ),
    Firm(
        "宁波慈溪合成小家电有限公司",
        Kind.COMPANY,
        330282000000,
        (Post("注塑操作工", 45, 5200, 6100, night_shift=True), Post("包装工", 20, 4600, 5200)),
    ),
    Firm("台州合成缝纫机有限公司", Kind.COMPANY, 331002000000, (Post("装配钳工", 20, 5400, 6300),)),
    Firm(
        "温州合成鞋业有限公司",
        Kind.COMPANY,
        330302000000,
        (Post("针车工", 40, 4800, 6000), Post("成型工", 25, 5000, 5900)),
    ),
    Firm(
        "东莞合成电子有限公司",
        Kind.COMPANY,
        441900000000,
        (Post("电子普工", 80, 4800, 5800, age_max=45, night_shift=True),),
    ),
    Firm("佛山合成陶瓷有限公司", Kind.COMPANY, 440604000000, (Post("抛光工", 24, 5600, 6800),)),
    Firm("泉州合成鞋服有限公司", Kind.COMPANY, 350502000000, (Post("成型工", 90, 4900, 5700),)),
    Firm("苏州合成精密有限公司", Kind.COMPANY, 320505000000, (Post("检验员", 30, 5000, 5900, age_max=40),)),
    Firm("义乌合成物流仓", Kind.COMPANY, 330782000000, (Post("分拣员", 30, 4600, 5400, night_shift=True),)),
    Firm(
        "贵阳合成家政服务有限公司",
        Kind.COMPANY,
        520102000000,
        (Post("育婴、护理", 25, 4200, 5500, lodging=False),),
    ),
    Firm(
        "织金产业园合成制鞋厂",
        Kind.PARK,
        520524000000,
        (Post("针车工", 35, 3800, 4600, lodging=False), Post("学徒", 8, 2800, 3200, lodging=False, suits_minors=True)),
    ),
    Firm(
        "猫场镇合成帮扶车间",
        Kind.WORKSHOP,
        520524000000,
        (Post("缝纫工（计件）", 20, 2800, 3600, lodging=False, age_max=60),),
    ),
    Firm(
        "织金县环卫公益性岗位",
        Kind.PUBLIC_WELFARE,
        520524000000,
        (Post("保洁员", 6, 1890, 1890, board=False, lodging=False, age_max=60),),
    ),
    Firm("织金合成劳务公司", Kind.COMPANY, 520524000000, (Post("建筑小工", 30, 4500, 6000, lodging=True),)),
)
