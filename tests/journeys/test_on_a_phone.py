"""The cadre's day on a phone of 390 px, with a finger; and with a browser that runs no script at all."""

from tests.journeys import deeds
from tests.journeys.actors import PHONE
from tests.journeys.setting import SHOES, STANDING_FAIR

HEIGHT_OF_A_ROW = 90  # pixels
CASE_PAGES = (
    "", "contact/", "visit/", "close/", "audit/", "flow-chart/", "introduce/", "refer-to-fair/", "place/", "seat/",
)  # fmt: skip
OTHER_PAGES = (
    "/today/done/", "/find/", "/workers/add/", "/me/", "/me/password/", "/fairs/", "/trips/", "/arrivals/",
    "/vacancies/", "/employers/",
)  # fmt: skip


def test_a_cadre_does_the_work_of_a_day_on_a_phone(stage):
    worker = "姜聪拾"
    stage.on_day(0, hour=10)
    cadre = stage.enter(stage.cadre_of(worker), PHONE)

    find_by_initials(cadre, "jcs", worker)
    cadre.press(".wf-actionbar .wf-fill")
    cadre.choose("status", "unemployed_willing")
    cadre.shot("report-status")
    cadre.send("button[form=status]")
    case = stage.case_of(worker)

    cadre.open("/today/")
    cadre.shot("today")
    call_and_take_it_back(cadre, f"#row-{case}")
    assert stage.one("SELECT undone_at IS NOT NULL FROM cases_contactattempt WHERE case_id = %s", case)

    find_by_initials(cadre, "jcs", worker)
    cadre.press(".wf-actionbar a[href$='/visit/']")
    wishes = {"wish_place": "县内", "wish_wage": "3500", "wish_with_spouse": "no"}
    deeds.answer_sheet(cadre, outcome="visited_met", status="unemployed_willing", **wishes)
    assert stage.where_is(worker) == ("contacted", "refer")
    open_every_page(cadre, case, stage.worker(worker))

    deeds.place(cadre, case, SHOES[1], by_bus=False)
    cadre.shot("case-placed")
    assert stage.where_is(worker) == ("placed", "follow_up")

    cadre.open(f"/cases/{case}/")
    call_from_the_page(cadre)
    assert stage.one("SELECT count(*) FROM staff_accesslog WHERE what = 'revealed_phone'") == 1


def call_and_take_it_back(cadre, row: str) -> None:
    """On Today, in place."""
    cadre.press(f"{row} a.wf-icon[href*='/contact/']")
    deeds.answer_in_place(cadre, outcome="no_answer")
    cadre.sees("打过 1 次")
    cadre.press(f"{row} form[action*='/undo/'] button")
    cadre.page.locator(f"{row}:not(.is-done)").wait_for()
    cadre.sees("已撤销")


def test_an_entry_sinks_its_row_and_the_page_keeps_its_place_and_its_open_groups(stage):
    stage.on_day(0, hour=10)
    supervisor = stage.enter("supervisor", PHONE)
    supervisor.open("/today/?whose=everybody")
    page = supervisor.page
    to_call = page.locator("#today .wf-row:has(a.wf-icon[href*='/contact/'])")
    first, second = (f"#{to_call.nth(n).get_attribute('id')}" for n in range(2))
    supervisor.press(f"{first} a.wf-icon[href*='/contact/']")
    deeds.answer_in_place(supervisor, outcome="switched_off")
    supervisor.press(".wf-done-today summary")
    page.locator(".wf-done-today .wf-entries").wait_for()
    page.locator(second).scroll_into_view_if_needed()
    before = as_it_stands(page)

    supervisor.press(f"{second} a.wf-icon[href*='/contact/']")
    deeds.answer_in_place(supervisor, outcome="no_answer")
    page.locator(f"{second}.is-done").wait_for()  # htmx gives a swapped row its new class a moment after its place
    after = as_it_stands(page)
    supervisor.shot("today-worked-down")
    supervisor.press(f"{second} form[action*='/undo/'] button")
    page.locator(f"{second}:not(.is-done)").wait_for()

    assert abs(after["place"] - before["place"]) < HEIGHT_OF_A_ROW
    assert after["open"] == before["open"]
    assert {row[1:] for row in (first, second)} <= set(after["sunk"])
    assert set(after["rows"][-len(after["sunk"]) :]) == set(after["sunk"])
    assert as_it_stands(page)["rows"] == before["rows"]
    supervisor.press(f"{first} form[action*='/undo/'] button")
    page.locator(f"{first}:not(.is-done)").wait_for()


def as_it_stands(page) -> dict:
    """Where the page is, which groups are open, and the rows of the group for today from above to below."""
    return page.evaluate(
        """() => ({
            place: Math.round(scrollY),
            open: [...document.querySelectorAll("details[open]")].map((one) => one.querySelector("[id]").id),
            sunk: [...document.querySelectorAll("#today .wf-row:is(.is-done, .is-resting)")].map((one) => one.id),
            rows: [...document.querySelectorAll("#today .wf-row")]
                .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
                .map((one) => one.id),
        })"""
    )


TO_CALL = "#today .wf-row:has(a.wf-icon[href*='/contact/'])"
# what the finger did, counted by the page itself over every page it goes through; a script's own events do not count
COUNT = """
    for (const kind of ["pointerdown", "keydown", "beforeinput"]) addEventListener(kind, (event) => {
        if (event.isTrusted) sessionStorage[kind] = Number(sessionStorage[kind] || 0) + 1;
    }, true);
"""
WISHES = {"wish_place": "省外", "wish_wage": "5000", "wish_with_spouse": "yes"}


def test_no_answer_is_three_taps_and_a_talk_with_its_wishes_at_most_eight_without_typing(stage):
    """By call as by visit, each from the list of Today. The eighth of a call is the dialling."""
    stage.on_day(0, hour=10)
    supervisor = stage.enter("supervisor", PHONE)
    supervisor.page.add_init_script(COUNT)
    begin(supervisor)
    row = f"#{supervisor.page.locator(TO_CALL).first.get_attribute('id')}"
    case = int(row.removeprefix("#row-"))
    before = wishes_in(stage, case)

    supervisor.press(f"{row} a.wf-icon[href*='/contact/']")
    deeds.answer_in_place(supervisor, outcome="no_answer")
    assert counted(supervisor) == {"taps": 3, "typed": 0}
    take_back(supervisor, row)

    begin(supervisor)
    supervisor.press(f"{row} a.wf-icon[href*='/contact/']")
    deeds.answer_in_place(supervisor, outcome="spoke_to_worker", status="unemployed_willing", **WISHES)
    assert (counted(supervisor), wishes_in(stage, case)) == ({"taps": 7, "typed": 0}, "省外 5000 t")
    take_back(supervisor, row)

    begin(supervisor)
    supervisor.send(f"{row} .wf-name")
    supervisor.press(".wf-actionbar a[href$='/visit/']")
    deeds.answer_sheet(supervisor, outcome="visited_met", status="unemployed_willing", **WISHES)
    assert (counted(supervisor), wishes_in(stage, case)) == ({"taps": 8, "typed": 0}, "省外 5000 t")
    supervisor.send(".wf-snack form button")
    assert wishes_in(stage, case) == before


def begin(supervisor) -> None:
    supervisor.open("/today/?whose=everybody")
    supervisor.page.evaluate("sessionStorage.clear()")


def take_back(supervisor, row: str) -> None:
    supervisor.press(f"{row} form[action*='/undo/'] button")
    supervisor.page.locator(f"{row}:not(.is-done)").wait_for()


def counted(supervisor) -> dict[str, int]:
    number = "(kind) => Number(sessionStorage[kind] || 0)"
    taps, *typed = (supervisor.page.evaluate(number, kind) for kind in ("pointerdown", "keydown", "beforeinput"))
    return {"taps": taps, "typed": sum(typed)}


def wishes_in(stage, case: int) -> str:
    query = (
        "SELECT concat_ws(' ', nullif(wish_place, ''), wish_wage, wish_with_spouse)"
        " FROM workers_worker w JOIN cases_case c ON c.worker_id = w.id WHERE c.id = %s"
    )
    return stage.one(query, case)


def find_by_initials(cadre, initials: str, name: str) -> None:
    """Typed, looked up while typing, opened."""
    cadre.open("/find/")
    cadre.page.locator("[name=q]").press_sequentially(initials)
    found = cadre.page.get_by_role("link", name=name, exact=True)
    found.wait_for()
    cadre.shot("find")
    cadre.send(found)


def call_from_the_page(cadre) -> None:
    """One tap: the number goes to the dialler, and the page stays. The last thing on the way: a browser without a
    telephone asks which program may have the number, and waits for the answer."""
    page = cadre.page
    with page.expect_response(lambda answer: answer.url.endswith("/call/")) as told:
        page.locator(".wf-actionbar form[action$='/call/'] button").click()
    assert told.value.headers["hx-redirect"].startswith("tel:+86")
    page.locator("dialog.wf-sheet:modal").wait_for()
    page.locator(".wf-actionbar a[href$='/visit/']").wait_for()


def open_every_page(cadre, case: int, worker: int) -> None:
    """Each is looked at whether it scrolls sideways."""
    of_worker = [f"/workers/{worker}/{page}" for page in ("", "verify/", "status/", "reveal/?what=phone")]
    of_texts = [f"/panels/messages/{worker}/", f"/sandbox/phone/{worker}/"]
    for path in [*(f"/cases/{case}/{page}" for page in CASE_PAGES), *of_worker, *of_texts, *OTHER_PAGES]:
        cadre.open(path)


def test_without_scripts_a_call_is_recorded_and_somebody_referred(stage):
    worker = "常朕攸"
    case = stage.case_of(worker)
    stage.on_day(0, hour=10)
    cadre = stage.enter(stage.cadre_of(worker), PHONE, java_script_enabled=False)

    cadre.open(f"/cases/{case}/")
    cadre.send(".wf-actionbar form[action$='/call/'] button")
    assert cadre.page.locator("a[href^='tel:+86']").count() == 1

    cadre.open(f"/cases/{case}/")
    cadre.send(deeds.RECORD)
    deeds.answer_sheet(cadre, outcome="spoke_to_worker", status="unemployed_willing")
    assert stage.where_is(worker) == ("contacted", "refer")

    fair = stage.one("SELECT id FROM fairs_fair WHERE title = %s", STANDING_FAIR)
    cadre.send(f".wf-next a[href='/cases/{case}/refer-to-fair/']")
    deeds.refer(cadre, case, fair)
    assert stage.where_is(worker) == ("referred", "result")
    cadre.sees(worker, STANDING_FAIR)
