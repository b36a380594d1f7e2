"""One worker of the sample roster, from the flag to the job that lasts. Four people sign in for her sake."""

from tests.journeys import deeds
from tests.journeys.stage import PHONE

WORKER = "仇珺州"
POST = ("永康市合成五金有限公司", "五金装配工")


def test_a_worker_goes_from_the_roster_to_a_job_that_lasts(people):
    stage = people
    cadre_name = stage.cadre_of(WORKER)
    assert (stage.state_of(WORKER), stage.open_step_of(WORKER)) == ("flagged", "contact")

    fair_starts = stage.on_day(3, hour=9, minute=30)
    stage.on_day(0, hour=10)
    organiser = stage.enter("fair")
    fair = deeds.plan_fair(organiser, "织金县春风行动招聘会", fair_starts, [POST])
    organiser.shot("fair-open")

    cadre = stage.enter(cadre_name, PHONE)
    cadre.open("/today/").get_by_text(WORKER).first.wait_for()
    cadre.shot("today")
    deeds.record_call(cadre, WORKER, "no_answer")
    assert (stage.state_of(WORKER), stage.open_step_of(WORKER)) == ("flagged", "contact")

    stage.on_day(0, hour=18, minute=40)
    deeds.record_call(cadre, WORKER, "spoke_to_worker", status="unemployed_willing")
    assert (stage.state_of(WORKER), stage.open_step_of(WORKER)) == ("contacted", "refer")
    cadre.shot("case-contacted")

    deeds.refer(cadre, WORKER, fair)
    assert (stage.state_of(WORKER), stage.open_step_of(WORKER)) == ("referred", "result")
    door_code = deeds.six_digits(deeds.text_on_phone(cadre, WORKER, "签到码"))
    cadre.shot("sandbox-phone")
    stage.send_everybody_home()

    stage.on_day(3, hour=9, minute=40)
    organiser = stage.enter("fair")
    organiser.open(f"/fairs/{fair}/")
    organiser.page.locator("form[action$='/start/'] button").click()
    organiser.page.wait_for_load_state()
    organiser.fill("digits", door_code)
    organiser.page.locator(".wf-checkin button").click()
    organiser.page.get_by_role("status").get_by_text(WORKER).wait_for()
    organiser.shot("fair-running")
    hire_at_the_booth(organiser, stage)
    assert (stage.state_of(WORKER), stage.open_step_of(WORKER)) == ("placed", "travel")

    cadre = stage.enter(cadre_name, PHONE)
    read_the_letter(cadre, stage)

    transport = stage.enter("transport")
    trip = deeds.plan_trip(transport, stage.on_day(5, hour=13))
    stage.on_day(3, hour=15)
    deeds.book(cadre, WORKER, trip)
    ticket = deeds.text_on_phone(cadre, WORKER, "上车码")
    transport.open(f"/trips/{trip}/")
    transport.sees(WORKER)
    transport.shot("trip-open")
    check_the_manifest(transport, stage, trip)
    stage.send_everybody_home()

    stage.on_day(5, hour=12, minute=30)
    transport = stage.enter("transport")
    board(transport, stage, trip, deeds.six_digits(ticket))
    assert (stage.state_of(WORKER), stage.open_step_of(WORKER)) == ("transported", "follow_up")
    arrive(transport, stage, trip)
    stage.send_everybody_home()

    assert deeds.follow_up_to_the_end(stage, WORKER, cadre_name) >= 3
    assert (stage.state_of(WORKER), stage.open_step_of(WORKER)) == ("settled", None)

    supervisor = stage.enter("supervisor")
    supervisor.open(f"/cases/{stage.case_of(WORKER)}/audit/")
    supervisor.sees("链条完整")
    supervisor.shot("audit")
    stage.system.manage("verify_journal")
    stage.system.manage("check_invariants")


def hire_at_the_booth(organiser, stage) -> None:
    referral = stage.one("SELECT id FROM fairs_fairreferral WHERE case_id = %s", stage.case_of(WORKER))
    organiser.open(f"/fair-referrals/{referral}/result/")
    organiser.choose("result", "hired")
    organiser.page.select_option("[name=vacancy]", index=1)
    organiser.fill("start_on", f"{stage.on_day(7, hour=9):%Y-%m-%d}")
    stage.on_day(3, hour=11)
    organiser.shot("fair-result")
    organiser.page.locator("main form button[type=submit]").last.click()
    organiser.page.wait_for_load_state()


def read_the_letter(cadre, stage) -> None:
    """Issued, printed, rendered by the worker process, read back; the public page shows no more than the paper."""
    cadre.open(f"/cases/{stage.case_of(WORKER)}/letter/")
    cadre.page.locator("[name=offer]").first.check(force=True)
    cadre.page.locator("button[form=issue]").click()
    cadre.page.wait_for_url("**/letters/*/")
    letter = stage.one("SELECT id FROM jobs_letter WHERE case_id = %s", stage.case_of(WORKER))
    cadre.page.locator("form[action$='/print/'] button").click()
    cadre.page.wait_for_load_state()
    cadre.shot("letter")
    serial, code = stage.system.ask("SELECT serial, verify_code FROM jobs_letter WHERE id = %s", letter)[0]
    text = cadre.paper(f"/letters/{letter}/letter.pdf")
    for words in (
        serial.replace(" ", ""),
        WORKER,
        POST[0],
        POST[1],
        "522425199607229818",
        "存根",
        "回执",
        "不是录用承诺",
    ):
        assert words.replace(" ", "") in text, f"{words} is not on the letter: {text}"
    assert text.count("522425199607229818") == 1
    visitor = stage.browser.new_context(base_url=stage.system.url, locale="zh-CN").new_page()
    assert visitor.goto(f"/v/{code}/").status == 200
    assert "522425199607229818" not in visitor.content()
    visitor.context.close()


def check_the_manifest(transport, stage, trip: int) -> None:
    posted = transport.paper(f"/trips/{trip}/manifest.pdf?copy=posted")
    sealed = transport.paper(f"/trips/{trip}/manifest.pdf?copy=sealed")
    assert WORKER in posted
    assert "522425199607229818" not in posted
    assert WORKER in sealed
    assert "522425199607229818" in sealed


def board(transport, stage, trip: int, code: str) -> None:
    transport.open(f"/trips/{trip}/board/")
    transport.fill("code", code)
    transport.page.locator("form.tr-code button[type=submit]").click()
    transport.page.get_by_role("status").get_by_text(WORKER).wait_for()
    transport.shot("boarding")


def arrive(transport, stage, trip: int) -> None:
    """The bus leaves, reaches the last stop, and somebody confirms that she stands in the works."""
    stage.on_day(5, hour=13, minute=5)
    transport.open(f"/trips/{trip}/")
    transport.page.locator("form[action$='/depart/'] button").click()
    transport.page.wait_for_load_state()
    stage.on_day(6, hour=12)
    stage.send_everybody_home()
    transport = stage.enter("transport")
    transport.open(f"/trips/{trip}/")
    transport.page.locator("form[action$='/arrive/'] button").click()
    transport.open(f"/trips/{trip}/arrivals/")
    transport.page.locator("[name=bookings]").first.check()
    transport.shot("arrivals")
    transport.page.locator("form:has([name=bookings]) button[type=submit]").click()
    transport.page.wait_for_load_state()
    assert stage.one("SELECT state FROM transport_booking WHERE trip_id = %s", trip) == "arrived"
