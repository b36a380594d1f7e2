"""Workers as the register holds them: sealed numbers, pinyin, a first journal line. No case, no flag unless asked.

WorkerFactory(area=YANJIAO, unemployed=True, tags=["lifted_out"])
HouseholdFactory(members=3)
FlagFactory(worker=worker, rule="relapsed")
"""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from tests.staff.factories import FENGPING, area_of
from workers import journal
from workers.choices import Rule, Sex, Status
from workers.models import Flag, Household, StatusReport, Worker
from workers.rules.idnumbers import CHECK_CHARACTERS, WEIGHTS
from workers.services import regroup

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Thursday
TODAY = date(2026, 3, 5)
# without 522425, the prefix of make_id_number: a number that a test writes out belongs to nobody the factory makes
PREFIXES = ("522421", "522422", "522423", "522424", "522426", "522427", "522428", "522401")


def make_id_number(*, birth_date: date = date(1987, 6, 1), sex: str = Sex.FEMALE, n: int = 0, prefix="522425") -> str:
    """A valid synthetic number; sequences 900-999 belong to nobody. 50 differ for one birth date and sex."""
    sequence = 900 + 2 * (n % 50) + (sex == Sex.MALE)
    digits = f"{prefix}{birth_date:%Y%m%d}{sequence}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + CHECK_CHARACTERS[total % 11]


def make_phone(n: int = 0) -> str:
    return f"+86138{n % 10**8:08d}"


class HouseholdFactory(DjangoModelFactory):
    """`members=3` adds workers to it, `status=...` is theirs."""

    class Meta:
        model = Household
        skip_postgeneration_save = True

    class Params:
        at = NOON

    area = factory.LazyFunction(lambda: area_of(FENGPING))
    created_at = factory.SelfAttribute("at")

    @factory.post_generation
    def members(self, create, count, **kwargs):
        for _ in range(count or 0):
            WorkerFactory(household=self, area=self.area, **kwargs)


class WorkerFactory(DjangoModelFactory):
    """Traits: unemployed, employed, idless (no card), phoneless. `area` may be a code; `tags` are their keys."""

    class Meta:
        model = Worker

    class Params:
        unemployed = factory.Trait(status=Status.UNEMPLOYED_WILLING)
        employed = factory.Trait(
            status=Status.EMPLOYED_OUTSIDE_PROVINCE, employer_name="晨路鞋业有限公司", wage=4500, industry="制造业"
        )
        idless = factory.Trait(id_number="")
        phoneless = factory.Trait(phone="")

    name = factory.Iterator(["李国琴", "王建军", "陈秀英", "杨昌贵", "阿木·沙玛", "欧阳海"])
    sex = Sex.FEMALE
    birth_date = date(1987, 6, 1)
    area = factory.LazyFunction(lambda: area_of(FENGPING))
    group_no = "2"
    status_since = factory.LazyAttribute(lambda o: None if o.status == Status.UNKNOWN else TODAY - timedelta(days=30))
    status = Status.UNKNOWN
    created_at = factory.SelfAttribute("at")
    n = factory.Sequence(lambda n: n)
    at = NOON
    id_number = factory.LazyAttribute(
        lambda o: make_id_number(birth_date=o.birth_date, sex=o.sex, n=o.n, prefix=PREFIXES[o.n // 50 % 8])
    )
    phone = factory.LazyAttribute(lambda o: make_phone(o.n))
    tags = ()

    @classmethod
    def _create(cls, model_class, *args, id_number, phone, tags, at, n, **kwargs):
        name, area = kwargs.pop("name"), kwargs.pop("area")
        worker = model_class(*args, area=area_of(area), **kwargs)
        worker.set_name(name)
        worker.set_id_number(id_number)
        worker.set_phone(phone)
        worker.save(force_insert=True)
        for tag in tags:
            worker.tags.create(tag=tag, source="import", valid_from=TODAY)
        regroup([worker])
        journal.record(worker=worker, what="worker_registered", by=None, at=at, data={"source": "import"})
        return worker


class StatusReportFactory(DjangoModelFactory):
    class Meta:
        model = StatusReport

    worker = factory.SubFactory(WorkerFactory)
    status = Status.UNEMPLOYED_WILLING
    happened_at = NOON
    entered_at = factory.SelfAttribute("happened_at")
    source = "visit"


class FlagFactory(DjangoModelFactory):
    class Meta:
        model = Flag

    class Params:
        cleared = factory.Trait(cleared_at=factory.LazyAttribute(lambda o: o.raised_at + timedelta(days=1)))

    worker = factory.SubFactory(WorkerFactory, unemployed=True)
    rule = Rule.SELF_REPORTED
    data = factory.LazyFunction(lambda: {"source": "visit"})
    raised_at = NOON
