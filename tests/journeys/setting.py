"""What is there before the first scene: staff, two employers, a fair, and the people of the sample roster.

Runs inside the running system, in one process of its own.
"""

from datetime import datetime, timedelta

from django.core.management import call_command
from django.utils import timezone

from areas.models import Area
from fairs import services as fairs
from insights.demo import staff
from jobs import services as jobs
from jobs.models import Vacancy
from staff.models import User
from workers.models import Worker
from workers.services import report_status

ROSTER = "tests/workers/data/rosters/roster_sample.xlsx"
COUNTY, YONGKANG = staff.COUNTY, 330784000000
HARDWARE = ("永康市合成五金有限公司", "五金装配工")
SHOES = ("织金产业园合成制鞋厂", "针车工")
STANDING_FAIR = "织金县就业援助招聘会"
OUT_OF_WORK = ("黎卉", "常朕攸", "侯笑宛", "夏弦琶")
"""People of the roster who, since it was made, have told their cadre that they look for work."""


def lay_out(report: str) -> None:
    """`report` is where the verdicts on the roster go."""
    now, inside = timezone.now(), Area.objects.within(Area.objects.get(pk=COUNTY))
    staff.make_staff(list(inside.at_level("village")), list(inside.at_level("township")))
    _post(HARDWARE, area=YONGKANG, wage=5000, at=now)
    _fair(_post(SHOES, area=COUNTY, wage=3800, at=now), at=now)
    call_command("import_workers", ROSTER, "--report", report)
    for worker in Worker.objects.filter(name__in=OUT_OF_WORK, area__in=inside):
        report_status(
            worker=worker, status="unemployed_willing", source="call", happened_at=now, by=None, at=timezone.now()
        )


def _post(names: tuple[str, str], *, area: int, wage: int, at: datetime) -> Vacancy:
    employer = jobs.add_employer(fields={"name": names[0], "kind": "company", "area_id": area}, by=None, at=at)
    fields = {
        "title": names[1], "area_id": area, "headcount": 60, "wage_low": wage, "wage_high": wage + 600, "board": True,
        "lodging": True, "age_min": 18, "age_max": 60, "open_from": (at - timedelta(days=9)).date(),
    }  # fmt: skip
    return jobs.add_vacancy(employer=employer, fields=fields, by=None, at=at)


def _fair(post: Vacancy, *, at: datetime) -> None:
    """In a month, open for referrals."""
    host, starts_at = User.objects.get(username="fair"), at + timedelta(days=30)
    fields = {
        "title": STANDING_FAIR, "area_id": COUNTY, "venue": "县体育中心", "expected": 300,
        "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=6),
    }  # fmt: skip
    fair = fairs.plan_fair(fields=fields, by=host, at=at)
    booth = fairs.add_booth(fair=fair, employer=post.employer, number=1, by=host, at=at)
    fairs.offer_vacancy(booth=booth, vacancy=post, wanted=10, by=host, at=at)
    fairs.open_fair(fair=fair, by=host, at=at)
