"""What people do on several journeys, each through its page."""

import re
from datetime import datetime, timedelta

from tests.journeys.stage import COUNTY, Actor, Stage, field_time


def record_call(cadre: Actor, name: str, outcome: str, **answers: str) -> None:
    """From the case page, in the sheet: outcome, how they are, done."""
    cadre.open(f"/cases/{cadre.stage.case_of(name)}/")
    cadre.page.locator(".wf-actionbar .wf-fill").click()
    fill_sheet(cadre, outcome, answers)


def fill_sheet(cadre: Actor, outcome: str, answers: dict[str, str]) -> None:
    cadre.page.wait_for_selector("dialog.wf-sheet")
    cadre.choose("outcome", outcome)
    for question, answer in answers.items():
        cadre.choose(question, answer)
    cadre.page.locator("dialog.wf-sheet button[type=submit]").click()
    cadre.page.wait_for_selector("dialog.wf-sheet", state="detached")


def plan_fair(organiser: Actor, title: str, starts: datetime, posts: list[tuple[str, str]]) -> int:
    """A fair with a booth for each (employer, post), opened for referrals. Answers its number."""
    organiser.open("/fairs/add/")
    organiser.fill("title", title)
    organiser.page.select_option("[name=area]", str(COUNTY))
    organiser.fill("venue", "县体育中心")
    organiser.fill("starts_at", field_time(starts))
    organiser.fill("ends_at", field_time(starts + timedelta(hours=6)))
    organiser.page.locator("main form button[type=submit]").click()
    organiser.page.wait_for_url(re.compile(r"/fairs/\d+/booths/"))
    fair = int(re.search(r"/fairs/(\d+)/", organiser.page.url)[1])
    for employer, post in posts:
        add_booth(organiser, fair, employer, post)
    organiser.open(f"/fairs/{fair}/")
    organiser.page.locator("form[action$='/open/'] button").click()
    organiser.page.wait_for_load_state()
    return fair


def add_booth(organiser: Actor, fair: int, employer: str, post: str) -> None:
    organiser.open(f"/fairs/{fair}/booths/")
    organiser.page.select_option("[name=employer]", label=employer)
    organiser.page.locator("form:has([name=employer]) button[type=submit]").click()
    offer = organiser.page.locator("section", has_text=employer).locator("form:has([name=wanted])")
    offer.locator("[name=vacancy]").select_option(index=1)
    offer.locator("[name=wanted]").fill("10")
    offer.locator("button[type=submit]").click()
    organiser.page.wait_for_load_state()
    organiser.sees(post)


def refer(cadre: Actor, name: str, fair: int) -> None:
    cadre.open(f"/cases/{cadre.stage.case_of(name)}/refer-to-fair/")
    cadre.choose("fair", str(fair))
    cadre.page.locator("[name=wishes]:enabled").first.check(force=True)
    cadre.shot("refer-to-fair")
    cadre.page.locator("main form button[type=submit]").last.click()
    cadre.page.wait_for_url(re.compile(r"/cases/\d+/$"))


def text_on_phone(actor: Actor, name: str, holding: str) -> str:
    """The newest text with these words on the sandbox phone, sent there by the worker process."""
    worker = actor.stage.worker(name)
    body = actor.stage.wait_for(
        "SELECT body FROM notifications_message WHERE worker_id = %s AND body LIKE %s"
        " AND state IN ('sent', 'delivered') ORDER BY id DESC LIMIT 1",
        worker, f"%{holding}%",
    )  # fmt: skip
    actor.open(f"/sandbox/phone/{worker}/")
    actor.sees(holding)
    return body


def six_digits(text: str) -> str:
    return re.search(r"(?<!\d)\d{6}(?!\d)", text)[0]


def plan_trip(organiser: Actor, departs: datetime, *, places: int | None = None) -> int:
    """A coach, or a vehicle with so many places, from the county town to Yongkang; open for booking."""
    organiser.open("/trips/add/")
    page = organiser.page
    page.select_option("[name=area]", str(COUNTY))
    if places:
        page.select_option("[name=layout]", "places")
        organiser.fill("capacity", str(places))
    organiser.fill("departs_at", field_time(departs))
    organiser.fill("arrives_at", field_time(departs + timedelta(hours=22)))
    organiser.fill("pickup-0-name", "织金客运总站")
    page.select_option("[name=pickup-0-area]", str(COUNTY))
    organiser.fill("pickup-0-gather_at", field_time(departs - timedelta(minutes=40)))
    organiser.fill("pickup-0-at", field_time(departs))
    organiser.fill("dropoff-0-name", "永康汽车东站")
    organiser.fill("dropoff-0-area", "浙江省永康市")
    organiser.fill("dropoff-0-at", field_time(departs + timedelta(hours=22)))
    organiser.fill("plate", "贵F·99904")
    page.locator("form.tr-edit button[type=submit]").click()
    page.wait_for_url(re.compile(r"/trips/\d+/$"))
    trip = int(re.search(r"/trips/(\d+)/", page.url)[1])
    page.locator("form[action$='/open/'] button").click()
    page.wait_for_load_state()
    return trip


def book(cadre: Actor, name: str, trip: int) -> None:
    cadre.open(f"/cases/{cadre.stage.case_of(name)}/seat/")
    cadre.choose("trip", str(trip))
    cadre.shot("book-seat")
    cadre.page.locator("button[value=book]").click()
    cadre.page.wait_for_load_state()


def place(cadre: Actor, name: str, post: str, *, by_bus: bool) -> None:
    """Hired already: post, tomorrow, the employer's word, bus or not."""
    cadre.open(f"/cases/{cadre.stage.case_of(name)}/place/")
    cadre.page.locator("label", has_text=post).locator("[name=vacancy]").check(force=True)
    cadre.choose("start", "tomorrow")
    cadre.choose("evidence", "employer_word")
    cadre.fill("evidence_note", "人事科 张经理")
    cadre.choose("needs_transport", "yes" if by_bus else "no")
    cadre.shot("place")
    cadre.page.locator("button[form=place]").click()
    cadre.page.wait_for_url(re.compile(r"/cases/\d+/$"))


def follow_up(cadre: Actor, name: str, result: str) -> None:
    cadre.open(f"/cases/{cadre.stage.case_of(name)}/")
    cadre.page.locator(".wf-actionbar .wf-fill").click()
    cadre.page.wait_for_selector("dialog.wf-sheet")
    cadre.choose("result", result)
    cadre.shot("follow-up")
    cadre.page.locator("dialog.wf-sheet button[type=submit]").click()
    cadre.page.wait_for_selector("dialog.wf-sheet", state="detached")


def follow_up_to_the_end(stage: Stage, name: str, username: str) -> int:
    """Every planned follow-up on its day says still at work. Answers how many there were."""
    asked = 0
    while row := stage.system.ask(
        "SELECT due_on FROM cases_followup WHERE case_id = %s AND done_at IS NULL AND dropped_at IS NULL"
        " ORDER BY due_on LIMIT 1",
        stage.case_of(name),
    ):  # fmt: skip
        stage.on_date(row[0][0], hour=16)
        follow_up(stage.enter(username), name, "still_working")
        stage.send_everybody_home()
        asked += 1
    return asked
