"""Colleagues, what they have in hand, and what holds for everybody. Runs inside the running system."""

from django.utils import timezone

from cases.models import WorkItem
from tests.cases.factories import CaseFactory
from tests.journeys.actors import PASSWORD
from tests.staff.factories import BIJIE, DAFANG, DAFANG_VILLAGE, UserFactory
from tests.workers.factories import WorkerFactory
from tests.workers.rosters import saved_roster, some_people
from workers.models import Worker
from workers.services import verify_worker

DAFANG_TOWNSHIP = 520521101000
JINSHA, JINSHA_TOWNSHIP, JINSHA_VILLAGE = 520523000000, 520523001000, 520523001001
NAYONG, NAYONG_VILLAGE = 520525000000, 520525001001
QIANXI, QIANXI_TOWNSHIP, QIANXI_VILLAGE = 520581000000, 520581001000, 520581001001


def colleagues() -> None:
    """The county next door, where nobody else serves."""
    UserFactory(username="boss", password=PASSWORD, supervisor=True, posted=DAFANG, display_name="陈国强")


def somebody_leaves() -> dict:
    """With two cases; one colleague could take them."""
    UserFactory(username="boss2", password=PASSWORD, supervisor=True, posted=DAFANG, display_name="陈国强")
    leaving = UserFactory(username="leaver", township_cadre=True, posted=DAFANG_TOWNSHIP, display_name="王芳")
    heir = UserFactory(username="heir", township_cadre=True, posted=DAFANG_TOWNSHIP, display_name="李萍")
    return {"leaving": leaving.pk, "heir": heir.pk, "cases": _cases_of(leaving, DAFANG_VILLAGE, "何首乌", "金银花")}


def _cases_of(owner, area: int, *names: str) -> list[int]:
    people = [WorkerFactory(area=area, unemployed=True, name=name) for name in names]
    cases = [CaseFactory(worker=person, owner=owner) for person in people]
    WorkItem.objects.filter(case__in=cases).update(owner=owner)
    return [case.pk for case in cases]


def keeper() -> None:
    UserFactory(username="keeper", password=PASSWORD, administrator=True, posted=BIJIE)


def many_cases() -> dict[str, int]:
    """Five of two cadres; the one they go to has two of them already."""
    UserFactory(username="head", password=PASSWORD, supervisor=True, posted=JINSHA)
    busy, taker = (
        UserFactory(township_cadre=True, posted=JINSHA_TOWNSHIP, display_name=name) for name in ("赵明", "罗燕")
    )
    _cases_of(taker, JINSHA_VILLAGE, "连翘", "半夏")
    _cases_of(busy, JINSHA_VILLAGE, "当归", "白术", "川芎")
    return {"place": JINSHA_TOWNSHIP, "taker": taker.pk}


def a_list() -> None:
    head = UserFactory(username="head2", password=PASSWORD, supervisor=True, posted=NAYONG)
    _cases_of(head, NAYONG_VILLAGE, "白及", "天麻")


def a_session_ends() -> dict[str, int]:
    """Two cases of one cadre in a township of its own, and a colleague to take them."""
    UserFactory(username="head3", password=PASSWORD, supervisor=True, posted=QIANXI)
    busy, taker = (
        UserFactory(township_cadre=True, posted=QIANXI_TOWNSHIP, display_name=name) for name in ("周洁", "吴敏")
    )
    _cases_of(busy, QIANXI_VILLAGE, "防风", "桔梗")
    return {"place": QIANXI_TOWNSHIP, "taker": taker.pk}


def a_dialog() -> dict[str, int]:
    head = UserFactory(username="head4", password=PASSWORD, supervisor=True, posted=QIANXI)
    (case,) = _cases_of(head, QIANXI_VILLAGE, "桂花")
    return {"case": case}


def a_roster() -> dict[str, int]:
    """Saved, and one of its five people was called since."""
    head = UserFactory(username="head5", password=PASSWORD, supervisor=True)
    upload = saved_roster(head, some_people(5, first=700, lifted_out="是"))
    called = Worker.objects.filter(pk__in=upload.verdicts.values("worker_id")).order_by("pk").first()
    verify_worker(worker=called, by=head, at=timezone.now(), how="call")
    return {"roster": upload.pk, "called": called.pk}
