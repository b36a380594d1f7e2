"""Where the journeys are played: days and hours of our choosing, and people who sign in and press buttons."""

import io
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browsing import keep_shot
from tests.running_system import RunningSystem

PASSWORD = "bijie-demo-2026"
ROSTER = "tests/workers/data/rosters/roster_sample.xlsx"
SHANGHAI = ZoneInfo("Asia/Shanghai")
SECONDS_FOR_THE_WORKER = 30
COUNTY = 520524000000

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}

SET_UP = """
from datetime import timedelta
from django.utils import timezone
from areas.models import Area
from insights.demo import staff
from jobs import services as jobs
county = Area.objects.get(pk=staff.COUNTY)
staff.make_staff(
    list(Area.objects.within(county).at_level("village")), list(Area.objects.within(county).at_level("township"))
)
now = timezone.now()
for name, kind, area, title, wage, count in (
    ("永康市合成五金有限公司", "company", 330784000000, "五金装配工", 5000, 60),
    ("织金产业园合成制鞋厂", "park", 520524000000, "针车工", 3800, 30),
):
    fields = {"name": name, "kind": kind, "area_id": area}
    employer = jobs.add_employer(fields=fields, by=None, at=now)
    post = {"title": title, "area_id": area, "headcount": count, "wage_low": wage, "wage_high": wage + 600,
            "board": True, "lodging": True, "age_min": 18, "age_max": 60, "open_from": (now - timedelta(days=9)).date()}
    jobs.add_vacancy(employer=employer, fields=post, by=None, at=now)
"""


@dataclass
class Stage:
    """`on_day(3, hour=10)` makes it ten in the morning in Shanghai, three days from today, for web and worker."""

    system: RunningSystem
    browser: Browser
    signed_in: list["Actor"] = field(default_factory=list)

    @classmethod
    def set_up(cls, system: RunningSystem, browser: Browser) -> "Stage":
        stage = cls(system, browser)
        stage.on_day(0, hour=9)
        system.python(SET_UP)
        system.manage("import_workers", ROSTER, "--report", str(system.folder / "report.csv"))
        return stage

    def on_day(self, day: int, *, hour: int, minute: int = 0) -> datetime:
        """Day 0 is tomorrow's date, so that any hour of it lies ahead of the real clock."""
        real = datetime.now(UTC)
        date = (real.astimezone(SHANGHAI) + timedelta(days=1 + day)).date()
        wanted = datetime(date.year, date.month, date.day, hour, minute, tzinfo=SHANGHAI)
        self.system.move_clock(seconds=(wanted - real).total_seconds())
        return wanted

    def on_date(self, date, *, hour: int) -> None:
        """That very date, however far ahead."""
        wanted = datetime(date.year, date.month, date.day, hour, tzinfo=SHANGHAI)
        self.system.move_clock(seconds=(wanted - datetime.now(UTC)).total_seconds())

    def enter(self, username: str, viewport: dict = DESK) -> "Actor":
        actor = Actor.sign_in(self, username, viewport)
        self.signed_in.append(actor)
        return actor

    def send_everybody_home(self) -> None:
        while self.signed_in:
            self.signed_in.pop().page.context.close()

    def one(self, query: str, *values):
        """The one value the database answers."""
        ((value,),) = self.system.ask(query, *values)
        return value

    def case_of(self, name: str) -> int:
        return self.one(
            "SELECT c.id FROM cases_case c JOIN workers_worker w ON w.id = c.worker_id WHERE w.name = %s", name
        )

    def worker(self, name: str) -> int:
        return self.one("SELECT id FROM workers_worker WHERE name = %s", name)

    def state_of(self, name: str) -> str:
        return self.one("SELECT state FROM cases_case WHERE id = %s", self.case_of(name))

    def open_step_of(self, name: str) -> str | None:
        rows = self.system.ask(
            "SELECT step FROM cases_workitem WHERE case_id = %s AND state = 'open'", self.case_of(name)
        )
        return rows[0][0] if rows else None

    def cadre_of(self, name: str) -> str:
        """The login of the cadre responsible."""
        return self.one(
            "SELECT u.username FROM cases_case c JOIN staff_user u ON u.id = c.owner_id WHERE c.id = %s",
            self.case_of(name),
        )

    def wait_for(self, query: str, *values):
        """Until the worker process has done it: the first row with something in it."""
        deadline = time.monotonic() + SECONDS_FOR_THE_WORKER
        while time.monotonic() < deadline:
            rows = self.system.ask(query, *values)
            if rows and rows[0][0]:
                return rows[0][0]
            time.sleep(0.3)
        raise AssertionError(f"The worker did not get there.\n{self.system.log('worker')[-3000:]}")


@dataclass
class Actor:
    """Somebody at a screen."""

    stage: Stage
    page: Page
    username: str

    @classmethod
    def sign_in(cls, stage: Stage, username: str, viewport: dict) -> "Actor":
        context = stage.browser.new_context(viewport=viewport, locale="zh-CN", base_url=stage.system.url)
        actor = cls(stage, context.new_page(), username)
        actor.page.on("pageerror", lambda error: actor.complain(error))
        actor.open("/login/")
        actor.page.fill("[name=username]", username)
        actor.page.fill("[name=password]", PASSWORD)
        actor.page.locator("form:has([name=password]) button[type=submit]").click()
        expect(actor.page).not_to_have_url(re.compile("/login/"))
        return actor

    def complain(self, error) -> None:
        raise AssertionError(f"A script failed on {self.page.url}: {error}")

    def open(self, path: str) -> Page:
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self.page

    def choose(self, name: str, value: str) -> None:
        """A radio or checkbox drawn as a large target: its control lies under the face."""
        self.page.locator(f"[name={name}][value='{value}']").check(force=True)

    def fill(self, name: str, value: str) -> None:
        self.page.fill(f"[name={name}]", value)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words).first.click()
        self.page.wait_for_load_state()

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def shot(self, name: str) -> None:
        keep_shot(self.page, name)

    def paper(self, path: str) -> str:
        """The text of a PDF, read back; line breaks and spaces left out."""
        answer = self.page.request.get(path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        pages = PdfReader(io.BytesIO(answer.body())).pages
        return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def field_time(moment: datetime) -> str:
    """As a datetime-local control takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M")
