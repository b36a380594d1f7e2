"""Who serves in the demo county: one login a role, a township cadre in each town, a cadre for each village."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from areas.models import Area
from areas.ranges import SERVED
from staff.models import Posting, User
from staff.roles import Role

PASSWORD = "bijie-demo-2026"
SINCE = date(2025, 1, 1)
HOME_TOWN = 520524103000
HOME_VILLAGES = (520524103200, 520524103212, 520524103228)
"""The village login serves three villages, so that its day is a full one."""

COUNTY = 520524000000


@dataclass(frozen=True)
class Login:
    username: str
    display_name: str
    role: str
    area_code: int


LOGINS = (
    Login("village", "杨昌贵", Role.VILLAGE_CADRE, HOME_VILLAGES[0]),
    Login("township", "王芳", Role.TOWNSHIP_CADRE, HOME_TOWN),
    Login("supervisor", "覃丽", Role.SUPERVISOR, COUNTY),
    Login("fair", "罗敏", Role.FAIR_ORGANISER, COUNTY),
    Login("transport", "冉桃", Role.TRANSPORT_ORGANISER, COUNTY),
    Login("rights", "石磊", Role.RIGHTS_OFFICER, COUNTY),
    Login("auditor", "安海", Role.AUDITOR, COUNTY),
    Login("system", "陆远", Role.SYSTEM_ADMINISTRATOR, SERVED),
    Login("security", "莫平", Role.SECURITY_ADMINISTRATOR, SERVED),
    Login("admin", "申勇", Role.ADMINISTRATOR, SERVED),
)


def make_staff(villages: list[Area], towns: list[Area]) -> dict[str, User]:
    """The logins by name. Everybody shares the demo password, hashed once."""
    secret = make_password(PASSWORD)
    people = {login.username: named(login, secret) for login in LOGINS}
    for code in HOME_VILLAGES[1:]:
        post(people["village"], Role.VILLAGE_CADRE, code)
    User.objects.filter(pk=people["admin"].pk).update(is_staff=True, is_superuser=True)
    served = {HOME_TOWN, *HOME_VILLAGES}
    local = [(area, Role.TOWNSHIP_CADRE) for area in towns if area.pk not in served]
    local += [(area, Role.VILLAGE_CADRE) for area in villages if area.pk not in served]
    staff = User.objects.bulk_create(local_user(area, secret) for area, _role in local)
    Posting.objects.bulk_create(
        Posting(user=user, role=role, area=area, starts_on=SINCE)
        for user, (area, role) in zip(staff, local, strict=True)
    )
    return people


def named(login: Login, secret: str) -> User:
    phone = office_phone(login.area_code)
    user = User.objects.create(username=login.username, display_name=login.display_name, phone=phone, password=secret)
    post(user, login.role, login.area_code)
    return user


def post(user: User, role: str, area_code: int) -> Posting:
    return Posting.objects.create(user=user, role=role, area_id=area_code, starts_on=SINCE)


def local_user(area: Area, secret: str) -> User:
    name = f"{area.short_name or area.name}经办"
    return User(username=f"cadre{area.pk}", display_name=name, phone=office_phone(area.pk), password=secret)


def office_phone(area_code: int) -> str:
    """Invented, one a place: whoever rings back reaches the office."""
    return f"0857-{area_code % 10**9 // 100:07d}"
