"""Townships that send rosters, for whoever is at the desk there. Runs inside the running system."""

from areas.models import Area
from areas.selectors import full_name
from tests.journeys.actors import PASSWORD
from tests.staff.factories import UserFactory

HAIBIAN, YAOZHAN = 520526001000, 520526101000
"""Two townships of 威宁, where nobody else is."""


def large() -> list[str]:
    """Where people of the township live."""
    return _clerk("clerk", HAIBIAN)


def strange() -> list[str]:
    return _clerk("clerk2", YAOZHAN)


def _clerk(username: str, township: int) -> list[str]:
    UserFactory(username=username, password=PASSWORD, township_cadre=True, posted=township, display_name="赵明")
    villages = Area.objects.within(Area.objects.get(pk=township)).at_level("village")
    return [full_name(village.pk).replace(" ", "") for village in villages.order_by("pk")[:3]]
