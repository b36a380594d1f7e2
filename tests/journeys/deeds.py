"""What people do on several journeys, each through its page."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.actors import PHONE, Actor
from tests.journeys.setting import COUNTY
from tests.journeys.stage import Stage

CASE_PAGE = re.compile(r"/cases/\d+/$")
RECORD = ".wf-actionbar .wf-fill"


def record_call(cadre: Actor, case: int, outcome: str, **answers: str) -> None:
    """From the case page, in the sheet that comes up: outcome, how they are, done."""
    cadre.open(f"/cases/{case}/")
    cadre.press(RECORD)
    answer_sheet(cadre, outcome=outcome, **answers)


def record_visit(cadre: Actor, case: int, outcome: str, **answers: str) -> None:
    cadre.open(f"/cases/{case}/")
    cadre.press(".wf-actionbar a[href$='/visit/']")
    answer_sheet(cadre, outcome=outcome, **answers)


SHEET = "dialog.wf-sheet"
SHEET_DONE = f"{SHEET} button[type=submit]:not([form])"


def answer_sheet(cadre: Actor, **answers: str) -> None:
    choose_in_sheet(cadre, **answers)
    cadre.send(SHEET_DONE)


def answer_in_place(cadre: Actor, **answers: str) -> None:
    """On Today, which stays as it is."""
    choose_in_sheet(cadre, **answers)
    cadre.press(SHEET_DONE)
    cadre.page.locator(SHEET).wait_for(state="detached")


def choose_in_sheet(cadre: Actor, **answers: str) -> None:
    cadre.page.locator(SHEET).wait_for()
    for question, answer in answers.items():
        cadre.choose(question, answer)
    cadre.shot("sheet-" + "-".join(answers.values()))


def plan_fair(organiser: Actor, title: str, starts: datetime, posts: list[tuple[str, str]]) -> int:
    """A fair with a booth for each (employer, post), opened for referrals. Answers its number."""
    organiser.open("/fairs/add/")
    organiser.fill("title", title)
    organiser.page.select_option("[name=area]", str(COUNTY))
    organiser.fill("venue", "县体育中心")
    organiser.fill("held_on", f"{starts:%Y-%m-%d}")
    organiser.fill("opens", f"{starts:%H:%M}")
    organiser.fill("closes", f"{starts + timedelta(hours=6):%H:%M}")
    organiser.send("main form button[type=submit]")
    fair = number_in(organiser, r"/fairs/(\d+)/booths/")
    for employer, post in posts:
        add_booth(organiser, employer, post)
    organiser.open(f"/fairs/{fair}/")
    organiser.send("form[action$='/open/'] button")
    return fair


def add_booth(organiser: Actor, employer: str, post: str) -> None:
    """On the page of the fair's booths."""
    organiser.page.select_option("[name=employer]", label=employer)
    organiser.send("form:has([name=employer]) button[type=submit]")
    offer = organiser.page.locator("section", has_text=employer).locator("form:has([name=wanted])")
    offer.locator("[name=vacancy]").select_option(label=post)
    offer.locator("[name=wanted]").fill("10")
    organiser.send(offer.locator("button[type=submit]"))
    organiser.sees(post)


def refer(cadre: Actor, case: int, fair: int) -> None:
    cadre.open(f"/cases/{case}/refer-to-fair/")
    cadre.choose("fair", str(fair))
    wish = cadre.page.locator("label:has([name=wishes]:enabled):visible")
    cadre.press(wish)
    cadre.shot("refer-to-fair")
    cadre.send("button[form=refer]")


def text_on_phone(reader: Actor, stage: Stage, name: str, holding: str) -> str:
    """The newest text with these words on the sandbox phone, sent there by the worker process."""
    worker = stage.worker(name)
    body = stage.wait_for(
        "SELECT body FROM notifications_message WHERE worker_id = %s AND body LIKE %s"
        " AND state IN ('sent', 'delivered') ORDER BY id DESC LIMIT 1",
        worker, f"%{holding}%",
    )  # fmt: skip
    reader.open(f"/sandbox/phone/{worker}/")
    reader.sees(holding)
    return body


def code_in(text: str) -> str:
    """The six digits after the word for code: 签到码 at the door of a fair, 上车码 at that of a bus."""
    return re.search(r"码(\d{6})", text)[1]


def plan_trip(organiser: Actor, departs: datetime, *, places: int | None = None) -> int:
    """A coach, or a vehicle with so many places, from the county town to Yongkang; open for booking."""
    arrives = departs + timedelta(hours=22)
    organiser.open("/trips/add/")
    organiser.page.select_option("[name=area]", str(COUNTY))
    if places:
        organiser.page.select_option("[name=layout]", "places")
        organiser.fill("capacity", str(places))
    organiser.fill("pickup-0-name", "织金客运总站")
    organiser.page.select_option("[name=pickup-0-area]", str(COUNTY))
    organiser.fill("pickup-0-gather_at", field_time(departs - timedelta(minutes=40)))
    organiser.fill("pickup-0-at", field_time(departs))
    organiser.fill("dropoff-0-name", "永康汽车东站")
    organiser.fill("dropoff-0-area", "浙江省永康市")
    organiser.fill("dropoff-0-at", field_time(arrives))
    organiser.fill("plate", "贵F·99904")
    organiser.send("main form button[type=submit]")
    trip = number_in(organiser, r"/trips/(\d+)/$")
    press_deed(organiser, "open")
    return trip


def press_deed(organiser: Actor, what: str) -> None:
    """A button of the trip's page: the page changes where it stands, and the button is gone."""
    button = organiser.page.locator(f"form[action$='/{what}/'] button")
    organiser.press(button)
    expect(button).to_have_count(0)


def book(cadre: Actor, case: int, trip: int) -> None:
    """Where the job begins before the trip arrives, the page asks why."""
    cadre.open(f"/cases/{case}/seat/")
    cadre.choose("trip", str(trip))
    choice = cadre.page.locator(f"label:has([name=trip][value='{trip}'])")
    if "开工以后才到" in choice.inner_text():
        cadre.press("button[value=book]")
        cadre.fill("why_arrives_after_start", "单位同意晚几天到岗")
    cadre.shot("book-seat")
    cadre.send("button[value=book]")


def place(cadre: Actor, case: int, post: str, *, by_bus: bool) -> None:
    """Hired already: post, tomorrow, the employer's word, bus or not."""
    cadre.open(f"/cases/{case}/place/")
    cadre.press(cadre.page.locator("label:has([name=vacancy])", has_text=post))
    answer_terms(cadre, needs_transport="yes" if by_bus else "no")
    cadre.shot("place")
    cadre.send("button[form=place]")


def answer_terms(cadre: Actor, *, needs_transport: str) -> None:
    cadre.choose("start", "tomorrow")
    cadre.choose("evidence", "employer_word")
    cadre.fill("evidence_note", "人事科 张经理")
    cadre.choose("needs_transport", needs_transport)


def follow_up_to_the_end(stage: Stage, name: str, username: str) -> list[int]:
    """Every planned follow-up on its day says still at work. Returns the days of the job they were for."""
    days, case = [], stage.case_of(name)
    while row := stage.system.ask(
        "SELECT day_no, due_on FROM cases_followup WHERE case_id = %s AND done_at IS NULL AND dropped_at IS NULL"
        " ORDER BY due_on LIMIT 1",
        case,
    ):  # fmt: skip
        day_no, due_on = row[0]
        stage.on_date(due_on, hour=16)
        cadre = stage.enter(username, PHONE)
        cadre.open(f"/cases/{case}/")
        cadre.press(RECORD)
        answer_sheet(cadre, result="still_working")
        stage.send_everybody_home()
        days.append(day_no)
    return days


def number_in(actor: Actor, address: str) -> int:
    return int(re.search(address, actor.page.url)[1])


def field_time(moment: datetime) -> str:
    """As a datetime-local control takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M")
