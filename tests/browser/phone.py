"""People of one village and their cadre, who works on a phone. Runs inside the running system."""

from datetime import timedelta

from tests.cases.factories import CaseFactory
from tests.journeys.actors import PASSWORD
from tests.staff.factories import FENGPING, UserFactory
from tests.transport.factories import TripFactory
from tests.workers.factories import NOON, WorkerFactory


def village() -> dict[str, int]:
    """Two have been late for a week; a trip takes bookings."""
    cadre = UserFactory(username="hills", password=PASSWORD, village_cadre=True)
    UserFactory(username="county", password=PASSWORD, supervisor=True)
    TripFactory(open=True)
    names = {"late": "艾叶", "wrong": "苍术", "back": "丹参", "works": "防风", "dialled": "葛根", "told": "黄连"}
    return {
        key: CaseFactory(
            worker=WorkerFactory(area=FENGPING, unemployed=True, name=name),
            owner=cadre,
            at=NOON - timedelta(days=12 if key in {"late", "dialled"} else 1),
        ).pk
        for key, name in names.items()
    }
