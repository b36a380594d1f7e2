"""Who serves in the whole city: a cadre for each village and township, the county's staff, one supervisor above all."""

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from areas.models import Area
from areas.ranges import SERVED, Level
from insights.demo.staff import COUNTY, LOGINS, PASSWORD, SINCE, local_user
from staff.models import Posting, User
from staff.roles import Role

CITY = "city"
"""The login of the city's supervisor."""


def make_city_staff() -> None:
    """Beside the demo county's. Everybody shares its password."""
    secret = make_password(PASSWORD)
    city = Area.objects.get(pk=SERVED)
    wanted = [(_named(CITY, city, secret), Role.SUPERVISOR, city), *_local(secret)]
    users = User.objects.bulk_create([user for user, _role, _area in wanted], batch_size=1000)
    Posting.objects.bulk_create(
        [Posting(user=user, role=role, area=area, starts_on=SINCE)
         for user, (_user, role, area) in zip(users, wanted, strict=True)],
        batch_size=1000,
    )  # fmt: skip


def _local(secret: str) -> Iterable[tuple[User, str, Area]]:
    here = Area.objects.within(Area.objects.get(pk=SERVED)).order_by("code")
    home = Area.objects.get(pk=COUNTY)
    cadres = ((Level.TOWNSHIP, Role.TOWNSHIP_CADRE), (Level.VILLAGE, Role.VILLAGE_CADRE))
    for level, role in cadres:
        yield from (
            (local_user(area, secret), role, area) for area in here.at_level(level) if not home.contains(area.pk)
        )
    offices = [(login.username, login.role) for login in LOGINS if login.area_code == COUNTY]
    for county in here.at_level(Level.COUNTY).exclude(pk=COUNTY):
        yield from ((_named(f"{name}{county.pk // 10**6}", county, secret), role, county) for name, role in offices)


def _named(username: str, area: Area, secret: str) -> User:
    user = local_user(area, secret)
    user.username = username
    return user
