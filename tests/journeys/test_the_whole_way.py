"""One worker of the sample roster, from the flag to the job that lasts. Four people sign in for his sake."""

from tests.journeys import deeds
from tests.journeys.actors import PHONE, Actor
from tests.journeys.setting import HARDWARE
from tests.journeys.stage import Stage

WORKER = "仇珺州"
ID_NUMBER = "522425199607229818"
STATEMENTS = ("存根", "回执", "不是录用承诺")


def test_a_worker_goes_from_the_roster_to_a_job_that_lasts(stage):
    case, village = stage.case_of(WORKER), stage.cadre_of(WORKER)
    assert stage.where_is(WORKER) == ("flagged", "contact")

    stage.on_day(0, hour=10)
    organiser = stage.enter("fair")
    fair = deeds.plan_fair(organiser, "织金县春风行动招聘会", stage.moment(3, hour=9, minute=30), [HARDWARE])
    organiser.shot("fair-open")
    cadre = stage.enter(village, PHONE)
    door_code = call_twice_and_refer(cadre, stage, fair)
    stage.send_everybody_home()

    stage.on_day(3, hour=9, minute=40)
    organiser, supervisor = stage.enter("fair"), stage.enter("supervisor")
    check_in(organiser, fair, door_code)
    hire_at_the_booth(organiser, stage)
    assert stage.where_is(WORKER) == ("placed", "travel")
    issue_and_read_the_letter(supervisor, stage)

    transport, cadre = stage.enter("transport"), stage.enter(village, PHONE)
    trip = deeds.plan_trip(transport, stage.moment(5, hour=13))
    deeds.book(cadre, case, trip)
    boarding_code = deeds.code_in(deeds.text_on_phone(cadre, stage, WORKER, "上车码"))
    read_the_manifests(transport, trip)
    stage.send_everybody_home()

    stage.on_day(5, hour=12, minute=30)
    transport = stage.enter("transport")
    board_and_depart(transport, trip, boarding_code)
    assert stage.where_is(WORKER) == ("transported", "follow_up")
    stage.send_everybody_home()
    stage.on_day(6, hour=12)
    confirm_the_arrival(stage.enter("transport"), trip)
    assert stage.one("SELECT state FROM transport_booking WHERE trip_id = %s", trip) == "arrived"
    stage.send_everybody_home()

    assert deeds.follow_up_to_the_end(stage, WORKER, village) == [7, 30, 90, 180]
    assert stage.where_is(WORKER) == ("settled", None)

    supervisor = stage.enter("supervisor")
    supervisor.open(f"/cases/{case}/audit/")
    supervisor.sees("校验链完整")
    supervisor.shot("audit")
    stage.system.manage("verify_journal")
    stage.system.manage("check_invariants")


def call_twice_and_refer(cadre: Actor, stage: Stage, fair: int) -> str:
    """In vain in the morning, with luck in the evening. Returns the door code from the text on his phone."""
    case = stage.case_of(WORKER)
    cadre.open("/today/")
    cadre.sees(WORKER)
    cadre.shot("today")
    deeds.record_call(cadre, case, "no_answer")
    assert stage.where_is(WORKER) == ("flagged", "contact")

    stage.on_day(0, hour=18, minute=40)
    deeds.record_call(cadre, case, "spoke_to_worker", status="unemployed_willing")
    assert stage.where_is(WORKER) == ("contacted", "refer")
    cadre.shot("case-contacted")

    deeds.refer(cadre, case, fair)
    assert stage.where_is(WORKER) == ("referred", "result")
    code = deeds.code_in(deeds.text_on_phone(cadre, stage, WORKER, "签到码"))
    cadre.shot("sandbox-phone")
    return code


def check_in(organiser: Actor, fair: int, door_code: str) -> None:
    organiser.open(f"/fairs/{fair}/")
    organiser.send("form[action$='/start/'] button")
    organiser.fill("digits", door_code)
    organiser.press(".wf-checkin button")
    organiser.page.get_by_role("status").get_by_text(WORKER).first.wait_for()
    organiser.shot("fair-running")


def hire_at_the_booth(organiser: Actor, stage: Stage) -> None:
    referral = stage.one("SELECT id FROM fairs_fairreferral WHERE case_id = %s", stage.case_of(WORKER))
    organiser.open(f"/fair-referrals/{referral}/result/")
    organiser.choose("result", "hired")
    organiser.page.select_option("[name=vacancy]:enabled", index=1)
    organiser.choose("start", "own")
    organiser.fill("start_on", f"{stage.moment(7, hour=9):%Y-%m-%d}")
    organiser.choose("needs_transport", "yes")
    organiser.shot("fair-result")
    organiser.send("button[form=result]")


def issue_and_read_the_letter(supervisor: Actor, stage: Stage) -> None:
    """Issued, printed, rendered by the worker process, read back; the public page shows no more than the paper."""
    case = stage.case_of(WORKER)
    supervisor.open(f"/cases/{case}/letter/")
    supervisor.press("label:has([name=offer])")
    supervisor.send("button[form=issue]")
    supervisor.send("form[action$='/print/'] button")
    supervisor.shot("letter")
    letter = deeds.number_in(supervisor, r"/letters/(\d+)/")
    stage.wait_for("SELECT rendered_at FROM jobs_letter WHERE id = %s AND pdf_print = print_count", letter)
    ((serial, code),) = stage.system.ask("SELECT serial, verify_code FROM jobs_letter WHERE id = %s", letter)

    text = supervisor.paper(f"/letters/{letter}/letter.pdf")

    missing = [words for words in (serial, WORKER, *HARDWARE, *STATEMENTS) if words.replace(" ", "") not in text]
    assert (missing, text.count(ID_NUMBER)) == ([], 1)
    scan_the_letter(stage, code)


def scan_the_letter(stage: Stage, code: str) -> None:
    """The employer, who has no login."""
    visitor = stage.browser.new_context(base_url=stage.system.url, locale="zh-CN").new_page()
    assert visitor.goto(f"/v/{code}/").status == 200
    assert ID_NUMBER not in visitor.content()
    visitor.context.close()


def read_the_manifests(transport: Actor, trip: int) -> None:
    """Whole numbers only on the copy that the leader carries."""
    transport.open(f"/trips/{trip}/")
    transport.sees(WORKER)
    transport.shot("trip-open")
    posted = transport.paper(f"/trips/{trip}/manifest.pdf?copy=posted")
    sealed = transport.paper(f"/trips/{trip}/manifest.pdf?copy=sealed")
    assert [(WORKER in paper, ID_NUMBER in paper) for paper in (posted, sealed)] == [(True, False), (True, True)]


def board_and_depart(transport: Actor, trip: int, code: str) -> None:
    transport.open(f"/trips/{trip}/board/")
    transport.fill("code", code)
    transport.press("form.tr-code button[type=submit]")
    transport.page.get_by_role("status").get_by_text(WORKER).first.wait_for()
    transport.shot("boarding")
    transport.open(f"/trips/{trip}/")
    transport.send("a[href$='/depart/']")
    transport.shot("depart")
    transport.send("button[value=depart]")


def confirm_the_arrival(transport: Actor, trip: int) -> None:
    """At the last stop, and then in the works."""
    transport.open(f"/trips/{trip}/")
    deeds.press_deed(transport, "arrive")
    transport.open(f"/trips/{trip}/arrivals/")
    transport.page.locator("[name=bookings]").first.check()
    transport.shot("arrivals")
    transport.send("form:has([name=bookings]) button[type=submit]")
