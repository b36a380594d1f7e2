"""People who serve. `UserFactory(supervisor=True)` has that role in `area` (Zhijin county, unless said)."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from areas.models import Area
from staff.models import Posting, User
from staff.roles import Role

PASSWORD = "hills-and-buses-26"

BIJIE = 520500000000  # city, all of the area served
ZHIJIN = 520524000000  # county, 织金县
MAOCHANG = 520524103000  # its township 猫场镇
FENGPING = 520524103200  # villages of 猫场镇
YANJIAO = 520524103228
HUAQI = 520524104000  # the township beside, 化起镇
HUAQI_VILLAGE = 520524104200
DAFANG = 520521000000  # the county next door, 大方县
DAFANG_VILLAGE = 520521101210


class UserFactory(DjangoModelFactory):
    """Traits: one for each role. `posted=Area or code` says where; `starts_on`, `ends_on` go to the posting."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        village_cadre = factory.Trait(role=Role.VILLAGE_CADRE, posted=FENGPING)
        township_cadre = factory.Trait(role=Role.TOWNSHIP_CADRE, posted=MAOCHANG)
        supervisor = factory.Trait(role=Role.SUPERVISOR)
        fair_organiser = factory.Trait(role=Role.FAIR_ORGANISER)
        transport_organiser = factory.Trait(role=Role.TRANSPORT_ORGANISER)
        rights_officer = factory.Trait(role=Role.RIGHTS_OFFICER)
        auditor = factory.Trait(role=Role.AUDITOR)
        administrator = factory.Trait(role=Role.ADMINISTRATOR)
        system_administrator = factory.Trait(role=Role.SYSTEM_ADMINISTRATOR)
        security_administrator = factory.Trait(role=Role.SECURITY_ADMINISTRATOR)

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Iterator(["王芳", "杨昌贵", "李萍", "陈国强", "赵明"])
    password = factory.django.Password(PASSWORD)
    language = "zh-hans"
    role = None
    posted = ZHIJIN
    starts_on = date(2020, 1, 1)
    ends_on = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        posting = {name: kwargs.pop(name, None) for name in ("role", "posted", "starts_on", "ends_on")}
        user = super()._create(model_class, *args, **kwargs)
        if posting["role"]:
            PostingFactory(user=user, role=posting["role"], area=area_of(posting["posted"]),
                           starts_on=posting["starts_on"], ends_on=posting["ends_on"])  # fmt: skip
        return user


class PostingFactory(DjangoModelFactory):
    class Meta:
        model = Posting

    user = factory.SubFactory(UserFactory)
    role = Role.TOWNSHIP_CADRE
    area = factory.LazyFunction(lambda: area_of(MAOCHANG))
    starts_on = date(2020, 1, 1)


def area_of(area) -> Area:
    return area if isinstance(area, Area) else Area.objects.get(pk=area)
