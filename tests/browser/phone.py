"""People of one village and their cadre, who works on a phone. Runs inside the running system."""

from datetime import timedelta

from tests.cases.factories import CaseFactory
from tests.fairs.factories import FairFactory
from tests.jobs.factories import contacted_case
from tests.journeys.actors import PASSWORD
from tests.staff.factories import FENGPING, YANJIAO, UserFactory
from tests.transport.factories import TOMORROW, PlacedCaseFactory, TripFactory
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


def same_day() -> dict:
    """Somebody who can be sent to a fair and placed; another who is placed and needs a seat."""
    UserFactory(username="hills2", password=PASSWORD, township_cadre=True)
    fair = FairFactory(open=True)
    early, late = TripFactory(open=True), TripFactory(open=True, day=TOMORROW + timedelta(days=4))
    return {
        "fair": fair.pk, "early": early.pk, "late": late.pk,
        "looks": contacted_case(at=NOON - timedelta(hours=2), name="柴胡", area=YANJIAO).pk,
        "travels": PlacedCaseFactory(area=YANJIAO, name="独活").pk,
    }  # fmt: skip
