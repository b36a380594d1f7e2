"""Where the journeys are played: days and hours of our choosing, and people who sign in and press buttons."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser

from tests.journeys.actors import DESK, Actor
from tests.running_system import RunningSystem

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECONDS_FOR_THE_WORKER = 120


@dataclass
class Stage:
    """`on_day(3, hour=10)` makes it ten in the morning in Shanghai, on the fourth day, for web, worker and commands."""

    system: RunningSystem
    browser: Browser
    first_day: date
    signed_in: list[Actor] = field(default_factory=list)

    @classmethod
    def set_up(cls, system: RunningSystem, browser: Browser) -> "Stage":
        stage = cls(system, browser, first_day=datetime.now(SHANGHAI).date())
        stage.on_day(0, hour=9)
        report = system.folder / "report.csv"
        system.python(f"from tests.journeys import setting; setting.lay_out({str(report)!r})")
        return stage

    def moment(self, day: int, *, hour: int, minute: int = 0) -> datetime:
        return at_hour(self.first_day + timedelta(days=day), hour, minute)

    def on_day(self, day: int, *, hour: int, minute: int = 0) -> None:
        self._be_at(self.moment(day, hour=hour, minute=minute))

    def on_date(self, day: date, *, hour: int) -> None:
        """That very date, however far ahead."""
        self._be_at(at_hour(day, hour))

    def _be_at(self, wanted: datetime) -> None:
        self.system.move_clock(seconds=(wanted - datetime.now(UTC)).total_seconds())

    def enter(self, username: str, screen: dict = DESK, **more) -> Actor:
        """Somebody signs in, on `screen`. A session lasts twelve hours of this clock."""
        actor = self.visit(username, screen, **more)
        actor.sign_in()
        return actor

    def visit(self, username: str = "nobody", screen: dict = DESK, **more) -> Actor:
        """Somebody with a browser of their own, who wants no animations and has not signed in."""
        context = self.browser.new_context(
            base_url=self.system.url, locale="zh-CN", reduced_motion="reduce", **screen, **more
        )
        actor = Actor(context.new_page(), username)
        self.signed_in.append(actor)
        return actor

    def send_everybody_home(self) -> None:
        while self.signed_in:
            self.signed_in.pop().leave()

    def one(self, query: str, *values):
        """The one value the database answers."""
        ((value,),) = self.system.ask(query, *values)
        return value

    def worker(self, name: str) -> int:
        return self.one("SELECT id FROM workers_worker WHERE name = %s", name)

    def case_of(self, name: str) -> int:
        return self.one("SELECT id FROM cases_case WHERE worker_id = %s", self.worker(name))

    def where_is(self, name: str) -> tuple[str, str | None]:
        """State of the case, and the step of its open work item."""
        query = (
            "SELECT c.state, i.step FROM cases_case c"
            " LEFT JOIN cases_workitem i ON i.case_id = c.id AND i.state = 'open' WHERE c.id = %s"
        )
        (row,) = self.system.ask(query, self.case_of(name))
        return row

    def cadre_of(self, name: str) -> str:
        """The login of the village's cadre."""
        area = self.one("SELECT area_code FROM workers_worker WHERE name = %s", name)
        return self.one(
            "SELECT u.username FROM staff_user u JOIN staff_posting p ON p.user_id = u.id"
            " WHERE p.role = 'village_cadre' AND p.area_code = %s",
            area,
        )

    def wait_for(self, query: str, *values):
        """Until the worker process has done it: the first row with something in it."""
        deadline = time.monotonic() + SECONDS_FOR_THE_WORKER
        while time.monotonic() < deadline:
            rows = self.system.ask(query, *values)
            if rows and rows[0][0]:
                return rows[0][0]
            time.sleep(0.2)
        raise AssertionError(f"The worker did not get there.\n{self.system.log('worker')[-3000:]}")


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
