"""A wrong number, a fair that is cancelled, a bus that is full: nobody is lost, somebody has the next step."""

from playwright.sync_api import expect

from tests.journeys import deeds
from tests.journeys.setting import HARDWARE
from tests.workers.rosters import ROSTERS


def test_after_a_wrong_number_somebody_goes_and_asks_for_the_right_one(stage):
    worker = "侯笑宛"
    case = stage.case_of(worker)
    stage.on_day(0, hour=10)
    supervisor = stage.enter("supervisor")

    deeds.record_call(supervisor, case, "wrong_number")

    assert stage.where_is(worker) == ("flagged", "contact")
    supervisor.open(f"/cases/{case}/")
    supervisor.sees("联系本人", "号码错误，请问新号码或上门")
    supervisor.shot("case-wrong-number")
    stage.send_everybody_home()
    ((reason, rests_until),) = stage.system.ask(
        "SELECT reason, not_before FROM cases_workitem WHERE case_id = %s AND state = 'open'", case
    )
    stage.on_date(rests_until.date(), hour=10)
    cadre = stage.enter(stage.cadre_of(worker))
    row = cadre.open("/today/").locator(".wf-row", has_text=worker)
    expect(row.locator(f"a.btn[href^='/cases/{case}/visit/']")).to_have_count(1)
    assert reason == "ask_for_number"


def test_when_a_fair_is_cancelled_its_people_go_back_to_their_cadre(stage):
    worker = "黎卉"
    case = stage.case_of(worker)
    stage.on_day(0, hour=10)
    organiser, supervisor = stage.enter("fair"), stage.enter("supervisor")
    fair = deeds.plan_fair(organiser, "织金县城关招聘会", stage.moment(5, hour=9), [HARDWARE])
    deeds.record_call(supervisor, case, "spoke_to_worker", status="unemployed_willing")
    deeds.refer(supervisor, case, fair)
    assert stage.where_is(worker) == ("referred", "result")

    organiser.open(f"/fairs/{fair}/cancel/")
    organiser.fill("why", "大雪封路")
    organiser.send("main form button[type=submit]")

    organiser.shot("fair-cancelled")
    assert stage.where_is(worker) == ("contacted", "refer")
    supervisor.open(f"/cases/{case}/")
    supervisor.sees("织金县城关招聘会", "取消")
    deeds.text_on_phone(supervisor, stage, worker, "取消了")


def test_when_the_bus_is_full_the_second_one_waits_on_the_standby_list(stage):
    first, second = "夏弦琶", "尚鑫豪"
    with_seat, without = stage.case_of(first), stage.case_of(second)
    stage.on_day(0, hour=10)
    supervisor, transport = stage.enter("supervisor"), stage.enter("transport")
    deeds.record_call(supervisor, with_seat, "spoke_to_worker", status="unemployed_willing")
    deeds.record_visit(supervisor, without, "visited_met", status="unemployed_willing")
    for case in (with_seat, without):
        deeds.place(supervisor, case, HARDWARE[1], by_bus=True)
    trip = deeds.plan_trip(transport, stage.moment(4, hour=13), places=1)
    deeds.book(supervisor, with_seat, trip)

    supervisor.open(f"/cases/{without}/seat/")
    supervisor.choose("trip", str(trip))
    supervisor.press("button[value=book]")
    supervisor.page.get_by_role("alert").get_by_text("这个车次坐满了。").wait_for()
    supervisor.shot("bus-full")
    supervisor.choose("trip", str(trip))
    supervisor.send("button[value=wait]")

    transport.open(f"/trips/{trip}/")
    expect(transport.page.locator("#standby")).to_contain_text(second)
    expect(transport.page.locator("#passengers")).to_contain_text(first)
    transport.shot("trip-full")
    assert stage.where_is(second) == ("placed", "travel")


def test_an_answer_for_many_rows_of_a_roster_is_seen_on_its_page_and_taken_back(stage):
    supervisor = stage.enter("supervisor")
    supervisor.open("/workers/import/")
    supervisor.page.set_input_files("[name=file]", ROSTERS / "birth_without_id.xlsx")
    supervisor.send("main form button[type=submit]")

    supervisor.press("button[value=right]")
    supervisor.page.get_by_text("已回答 2 行：这些日期都对").wait_for()

    supervisor.press("form:has([value=birth]):has([name=row][value='*']) button")
    supervisor.page.locator("button[value=right]").wait_for()
